// Install, InstallRaw and OfferedFlags against the running kernel: what is
// accepted, what is refused and how that is told.
#include "scbpf/install.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <atomic>
#include <cerrno>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "bpf/simulate.h"
#include "scbpf/call.h"
#include "tests/kernel/answers.h"
#include "tests/kernel/child.h"

namespace scbpf {
namespace {

using ::testing::HasSubstr;

constexpr long kCall = SYS_getppid;
constexpr int kPrivilegesKept = 99;

Filter Denies(uint16_t error, uint32_t flags = kFlagSpecAllow) {
  return {AnswerNumbers({{kCall, Errno(error)}}), flags};
}

Program AllowOfLength(size_t count) {
  return Program(count, op::Return(Allow().raw));
}

// Leaves the status in the report; values[31] is its code.
absl::StatusCode Tell(ChildReport& report, const absl::Status& status) {
  report.values[31] = static_cast<int>(status.code());
  report.Say(std::string(status.message()));
  return status.code();
}

absl::StatusCode ToldCode(const ChildEnd& end) {
  return static_cast<absl::StatusCode>(end.report.values[31]);
}

// Keeps the compiler from leaving an allocation out.
std::atomic<size_t> size_seen;

class InstallTest : public KernelTest {};

TEST_F(InstallTest, ExactlyTheOfferedFlagsAreTakenAndAskingInstallsNothing) {
  const uint32_t offered = OfferedFlags();
  EXPECT_EQ(prctl(PR_GET_SECCOMP), 0);
  for (const uint32_t flag :
       {kFlagTsync, kFlagLog, kFlagSpecAllow, kFlagNewListener, kFlagTsyncEsrch,
        kFlagWaitKillableRecv}) {
    uint32_t flags = flag;
    if (flag == kFlagWaitKillableRecv) flags |= kFlagNewListener;
    const ChildEnd end = RunInChild([&](ChildReport& report) {
      if (!SetNoNewPrivs().ok()) return 1;
      const auto installed = Install(Denies(EILSEQ, flags));
      if (!installed.ok()) return Tell(report, installed.status()), 2;
      report.values[0] = *installed;
      report.values[1] = ErrnoOf(kCall);
      report.values[2] = fcntl(*installed, F_GETFD);
      return 0;
    });
    SCOPED_TRACE(flags);
    if ((offered & flag) == 0) {
      EXPECT_EQ(ToldCode(end), absl::StatusCode::kInvalidArgument);
      continue;
    }
    EXPECT_EQ(end.status, 0) << end.report.text.data();
    EXPECT_EQ(end.report.values[1], EILSEQ);
    if ((flags & kFlagNewListener) != 0) {
      EXPECT_GE(end.report.values[0], 3);
      EXPECT_EQ(end.report.values[2], FD_CLOEXEC);
    } else {
      EXPECT_EQ(end.report.values[0], -1);
    }
  }
}

TEST_F(InstallTest, FlagsThatAreRefusedAreNamed) {
  struct Row {
    uint32_t flags;
    const char* says;
  };
  for (const Row& row :
       {Row{kFlagLog | 1u << 30, "filter flags 0x40000000; it offers TSYNC"},
        Row{kFlagWaitKillableRecv, "WAIT_KILLABLE_RECV"},
        Row{kFlagTsync | kFlagNewListener, "only with TSYNC_ESRCH"}}) {
    const ChildEnd end = RunInChild([&](ChildReport& report) {
      if (!SetNoNewPrivs().ok()) return 1;
      Tell(report, Install(Denies(EILSEQ, row.flags)).status());
      report.values[0] = prctl(PR_GET_SECCOMP);
      return 0;
    });
    EXPECT_EQ(end.status, 0);
    EXPECT_EQ(ToldCode(end), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(end.report.text.data(), HasSubstr(row.says));
    EXPECT_EQ(end.report.values[0], 0) << "a filter is installed";
  }
}

TEST_F(InstallTest, LengthEndsAt4096AsTheKernels) {
  const ChildEnd end = RunInChild([](ChildReport& report) {
    if (!SetNoNewPrivs().ok()) return 1;
    const Program longest = AllowOfLength(kMaxInstructions);
    const Program too_long = AllowOfLength(kMaxInstructions + 1);
    sock_fprog raw = {};
    raw.len = static_cast<unsigned short>(too_long.size());
    raw.filter = reinterpret_cast<sock_filter*>(
        const_cast<Instruction*>(too_long.data()));
    report.values[0] =
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &raw) < 0 ? errno : 0;
    report.values[1] = InstallRaw(too_long.data(), too_long.size(), 0, nullptr);
    report.values[2] = InstallRaw(longest.data(), 0, 0, nullptr);
    const Program wraps = AllowOfLength(0x10001);  // 1 in 16 bits
    report.values[5] = InstallRaw(wraps.data(), wraps.size(), 0, nullptr);
    Tell(report, Install({too_long, 0}).status());
    report.values[3] = prctl(PR_GET_SECCOMP);
    report.values[4] = Install({longest, 0}).ok();
    return 0;
  });
  EXPECT_EQ(end.status, 0);
  EXPECT_EQ(end.report.values[0], EINVAL);
  EXPECT_EQ(end.report.values[1], -EINVAL);
  EXPECT_EQ(end.report.values[2], -EINVAL);
  EXPECT_EQ(end.report.values[5], -EINVAL);
  EXPECT_EQ(ToldCode(end), absl::StatusCode::kInvalidArgument);
  // Checked before the kernel is asked, which would not say why.
  EXPECT_THAT(end.report.text.data(), HasSubstr("4096"));
  EXPECT_EQ(end.report.values[3], 0) << "a filter is installed";
  EXPECT_EQ(end.report.values[4], 1);
}

TEST_F(InstallTest, TheLimitForAllFiltersIsToldAsSuch) {
  const ChildEnd end = RunInChild([](ChildReport& report) {
    if (!SetNoNewPrivs().ok()) return 1;
    const Filter filter = {AllowOfLength(kMaxInstructions), 0};
    // 8 * (4096 + 4) is past 32768 whatever the kernel makes of a filter.
    for (int i = 0; i < 8; ++i) {
      const auto installed = Install(filter);
      Tell(report, installed.status());
      if (!installed.ok()) break;
    }
    return 0;
  });
  EXPECT_EQ(end.status, 0);
  EXPECT_EQ(ToldCode(end), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(end.report.text.data(), HasSubstr("32768"));
}

TEST_F(InstallTest, WithoutPrivilegesItNeedsNoNewPrivs) {
  const ChildEnd end = RunInChild([](ChildReport& report) {
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 0) return kPrivilegesKept;
    if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) {
      return kPrivilegesKept;
    }
    const Filter filter = Denies(EILSEQ);
    report.values[0] =
        InstallRaw(filter.program.data(), filter.program.size(), 0, nullptr);
    Tell(report, Install(filter).status());
    report.values[1] = SetNoNewPrivs().ok() && Install(filter).ok();
    report.values[2] = ErrnoOf(kCall);
    return 0;
  });
  if (end.status == kPrivilegesKept) {
    GTEST_SKIP() << "no_new_privs is set, or the user cannot be changed";
  }
  EXPECT_EQ(end.status, 0);
  EXPECT_EQ(end.report.values[0], -EACCES);
  EXPECT_EQ(ToldCode(end), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(end.report.text.data(), HasSubstr("no_new_privs"));
  EXPECT_EQ(end.report.values[1], 1);
  EXPECT_EQ(end.report.values[2], EILSEQ);
}

TEST_F(InstallTest, FallsBackToPrctlWithoutSeccomp) {
  const ChildEnd end = RunInChild([](ChildReport& report) {
    const Filter no_seccomp = {AnswerNumbers({{SYS_seccomp, Errno(ENOSYS)}}),
                               kFlagSpecAllow};
    if (!SetNoNewPrivs().ok() || !Install(no_seccomp).ok()) return 1;
    report.values[0] = OfferedFlags();
    Tell(report, Install(Denies(EXDEV, kFlagTsync)).status());
    report.values[1] = ErrnoOf(kCall);
    errno = ERANGE;
    const Filter filter = Denies(EILSEQ);
    report.values[2] = InstallRaw(filter.program.data(), filter.program.size(),
                                  filter.flags, nullptr);
    report.values[3] = errno;
    report.values[4] = ErrnoOf(kCall);
    return 0;
  });
  EXPECT_EQ(end.status, 0);
  EXPECT_EQ(end.report.values[0], 0);
  EXPECT_EQ(ToldCode(end), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(end.report.text.data(), HasSubstr("cannot pass the filter flags "
                                                "TSYNC"));
  EXPECT_EQ(end.report.values[1], 0) << "installed without the flag";
  EXPECT_EQ(end.report.values[2], 0);
  EXPECT_EQ(end.report.values[3], ERANGE) << "errno is the caller's";
  EXPECT_EQ(end.report.values[4], EILSEQ);
}

TEST_F(InstallTest, AFilterThatRefusesSeccompIsNotGoneAround) {
  const ChildEnd end = RunInChild([](ChildReport& report) {
    const Filter refuses = {AnswerNumbers({{SYS_seccomp, Errno(EPERM)}}), 0};
    if (!SetNoNewPrivs().ok() || !Install(refuses).ok()) return 1;
    Tell(report, Install(Denies(EILSEQ)).status());
    report.values[0] = ErrnoOf(kCall);
    return 0;
  });
  EXPECT_EQ(end.status, 0);
  EXPECT_EQ(ToldCode(end), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(end.report.text.data(), HasSubstr("already installed"));
  EXPECT_EQ(end.report.values[0], 0);
}

// The command of the next test: ends with what the call says.
TEST(RawCommand, DISABLED_Calls) { _exit(ErrnoOf(kCall)); }

// Where a thread of the parent may hold any lock: another one allocates without
// end while the child is made, installs its filter and becomes a command.
TEST_F(InstallTest, RawGoesBetweenForkAndExec) {
  const ChildEnd end = RunInChild([](ChildReport& report) {
    if (!SetNoNewPrivs().ok()) return 1;
    std::atomic<bool> stop = false;
    std::thread busy([&stop] {
      while (!stop) size_seen = std::string(4096, 'x').size();
    });
    const Filter filter = Denies(EILSEQ);
    const char* words[] = {"test", "--gtest_also_run_disabled_tests",
                           "--gtest_filter=RawCommand.*", nullptr};
    const pid_t pid = fork();
    if (pid == 0) {
      const int result =
          InstallRaw(filter.program.data(), filter.program.size(), 0, nullptr);
      if (result != 0) _exit(90);
      execv("/proc/self/exe", const_cast<char**>(words));
      _exit(91);
    }
    int status = -1;
    waitpid(pid, &status, 0);
    stop = true;
    busy.join();
    report.values[0] = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    report.values[1] = ErrnoOf(kCall);
    return 0;
  });
  EXPECT_EQ(end.status, 0);
  EXPECT_EQ(end.report.values[0], EILSEQ);
  EXPECT_EQ(end.report.values[1], 0) << "the parent has the filter";
}

TEST_F(InstallTest, TwoFiltersAnswerAsSimulateStackSays) {
  constexpr long kCalls[] = {SYS_getppid,     SYS_getpgid, SYS_getsid,
                             SYS_getpriority, SYS_geteuid, SYS_getpid};
  const std::vector<Program> stack = {AnswerNumbers({{kCalls[0], Errno(101)},
                                                     {kCalls[1], Errno(102)},
                                                     {kCalls[3], Trace(1)},
                                                     {kCalls[4], Log()}}),
                                      AnswerNumbers({{kCalls[0], Errno(103)},
                                                     {kCalls[1], Log()},
                                                     {kCalls[2], Errno(104)},
                                                     {kCalls[3], Errno(105)},
                                                     {kCalls[4], Trace(1)}})};
  const ChildEnd end = RunInChild([&](ChildReport& report) {
    if (!SetNoNewPrivs().ok()) return 1;
    for (const Program& program : stack) {
      if (!Install({program, 0}).ok()) return 2;
    }
    size_t i = 0;
    for (const long nr : kCalls) report.values[i++] = ErrnoOf(nr);
    return 0;
  });
  ASSERT_EQ(end.status, 0);
  size_t i = 0;
  for (const long nr : kCalls) {
    Call call;
    call.nr = static_cast<uint32_t>(nr);
    const ReturnValue said = SimulateStack(stack, call).result;
    int expected = 0;
    if (ActionOf(said) == Action::kErrno) expected = DataOf(said);
    if (ActionOf(said) == Action::kTrace) expected = ENOSYS;  // no tracer
    SCOPED_TRACE(nr);
    EXPECT_EQ(end.report.values[i++], expected);
  }
  EXPECT_THAT(end.report.values,
              ::testing::Contains(103));  // of two ERRNOs, the newest's
}

}  // namespace
}  // namespace scbpf
