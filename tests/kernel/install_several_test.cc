// InstallSeveral against the running kernel: the order, what it sees before it
// installs anything, and what it says when the kernel refuses half-way.
#include <gmock/gmock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "scbpf/install.h"
#include "tests/kernel/answers.h"
#include "tests/kernel/child.h"

namespace scbpf {
namespace {

using ::testing::HasSubstr;

constexpr long kCall = SYS_getppid;

Filter Answers(const std::vector<Answer>& answers, uint32_t flags = 0) {
  return {AnswerNumbers(answers), flags};
}

// A filter that counts as `length` instructions and 4: the kernel makes four of
// the last one and of what it adds.
Filter OfLength(size_t length) {
  Program program(length - 4, {op::kLdImm, 0, 0, Allow().raw});
  program.push_back({op::kRetA, 0, 0, 0});
  return {std::move(program), 0};
}

// How InstallSeveral ended in a child: `text` of the report is its message.
struct Several {
  absl::StatusCode code = absl::StatusCode::kUnknown;
  std::string message;
  bool any_installed = false;
  int64_t answer = -1;  // errno of the call afterwards
};

Several InstallInChild(const std::vector<Filter>& before,
                       const std::vector<Filter>& filters) {
  const ChildEnd end = RunInChild([&](ChildReport& report) {
    if (!SetNoNewPrivs().ok()) return 1;
    for (const Filter& filter : before) {
      if (!Install(filter).ok()) return 2;
    }
    const absl::Status status = InstallSeveral(filters);
    report.values[0] = static_cast<int>(status.code());
    report.Say(std::string(status.message()));
    report.values[2] = ErrnoOf(kCall);
    report.values[1] = prctl(PR_GET_SECCOMP);
    return 0;
  });
  EXPECT_EQ(end.status, 0);
  return {static_cast<absl::StatusCode>(end.report.values[0]),
          end.report.text.data(), end.report.values[1] != 0,
          end.report.values[2]};
}

class InstallSeveralTest : public KernelTest {};

TEST_F(InstallSeveralTest, TheLastIsTheNewest) {
  // Of two ERRNOs the newest filter's counts.
  const Several both = InstallInChild(
      {}, {Answers({{kCall, Errno(5)}}), Answers({{kCall, Errno(6)}})});
  EXPECT_EQ(both.code, absl::StatusCode::kOk) << both.message;
  EXPECT_EQ(both.answer, 6);
  const Several none = InstallInChild({}, {});
  EXPECT_EQ(none.code, absl::StatusCode::kOk);
  EXPECT_FALSE(none.any_installed);
}

TEST_F(InstallSeveralTest, NothingIsInstalledWhereALaterOneCouldNotBe) {
  const Filter open = Answers({});
  struct Row {
    std::vector<Filter> filters;
    absl::StatusCode code;
    const char* says;
  };
  const Row rows[] = {
      {{Answers({{SYS_seccomp, Errno(EPERM)}}), open},
       absl::StatusCode::kPermissionDenied,
       "filter 1: filter 0 would not let it be installed (errno(EPERM)); "
       "nothing was installed"},
      {{open, Answers({{SYS_seccomp, KillProcess()}}), open},
       absl::StatusCode::kPermissionDenied,
       "filter 2: filter 1 would not let it be installed (kill_process)"},
      // Nobody answers a filter without a listener.
      {{Answers({{SYS_seccomp, UserNotif()}}), open},
       absl::StatusCode::kPermissionDenied,
       "filter 0 would not let it be installed (notify)"},
      // prctl(2) is left, but it takes no flags.
      {{Answers({{SYS_seccomp, Errno(ENOSYS)}}), Answers({}, kFlagLog)},
       absl::StatusCode::kPermissionDenied,
       "(errno(ENOSYS))"},
      {{Answers({{SYS_seccomp, Errno(ENOSYS)}, {SYS_prctl, Errno(EACCES)}}),
        open},
       absl::StatusCode::kPermissionDenied,
       "(errno(EACCES))"},
      {{open, {{op::Load(0)}, 0}},
       absl::StatusCode::kInvalidArgument,
       "filter 1: "},
      {{open, Answers({}, kFlagNewListener)},
       absl::StatusCode::kInvalidArgument,
       "filter 1: NEW_LISTENER"},
      {std::vector<Filter>(8, OfLength(4096)),
       absl::StatusCode::kResourceExhausted,
       "together; the kernel takes 32768"},
  };
  for (const Row& row : rows) {
    const Several several = InstallInChild({}, row.filters);
    SCOPED_TRACE(row.says);
    EXPECT_EQ(several.code, row.code);
    EXPECT_THAT(several.message, HasSubstr(row.says));
    EXPECT_FALSE(several.any_installed);
  }
}

TEST_F(InstallSeveralTest, GoesOnByPrctlWhereSeccompIsHidden) {
  const Several several =
      InstallInChild({}, {Answers({{SYS_seccomp, Errno(ENOSYS)}}),
                          Answers({{kCall, Errno(6)}}, kFlagSpecAllow)});
  EXPECT_EQ(several.code, absl::StatusCode::kOk) << several.message;
  EXPECT_EQ(several.answer, 6);
}

// What the thread has already is not seen before. 7 * (4096 + 4) leaves 4068.
TEST_F(InstallSeveralTest, AFailureHalfWayIsTold) {
  std::ifstream harden("/proc/sys/net/core/bpf_jit_harden");
  if (harden.get() != '0' && harden) GTEST_SKIP() << "the kernel counts more";
  const Several several =
      InstallInChild(std::vector<Filter>(7, OfLength(4096)),
                     {Answers({{kCall, Errno(5)}}), OfLength(4096)});
  EXPECT_EQ(several.code, absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(several.message, HasSubstr("filter 1: "));
  EXPECT_THAT(several.message, HasSubstr("32768"));
  EXPECT_EQ(several.answer, 5) << "filter 0 stays";
}

TEST(CheckHeadroom, CountsFourMoreForEachFilterButTheNewest) {
  std::vector<Filter> filters(7, OfLength(4096));
  EXPECT_TRUE(CheckHeadroom({}).ok());
  EXPECT_TRUE(CheckHeadroom(filters).ok());
  filters.push_back(OfLength(4068));
  EXPECT_TRUE(CheckHeadroom(filters).ok()) << CheckHeadroom(filters);
  filters.back() = OfLength(4069);
  const absl::Status full = CheckHeadroom(filters);
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(full.message(),
            "the filters count 32769 instructions together; the kernel takes "
            "32768");
}

}  // namespace
}  // namespace scbpf
