// AuditLog: what keeps it from opening, what it loses, and what it says.
#include "scbpf/audit_log.h"

#include <gmock/gmock.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <array>
#include <chrono>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/kernel/answers.h"
#include "tests/kernel/child.h"

namespace scbpf {
namespace {

using ::testing::HasSubstr;

constexpr long kCall = SYS_getppid;

// Opens the log in a child after `before`, and reports what it was told.
ChildEnd OpenAfter(const std::function<bool()>& before) {
  return RunInChild([&](ChildReport& report) {
    if (!before()) return 1;
    const absl::Status status = AuditLog::Open().status();
    report.values[0] = static_cast<int>(status.code());
    report.Say(std::string(status.message()));
    return 0;
  });
}

bool DropAuditRead() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> data = {};
  if (syscall(SYS_capget, &header, data.data()) != 0) return false;
  data[CAP_AUDIT_READ / 32].effective &= ~(1u << (CAP_AUDIT_READ % 32));
  return syscall(SYS_capset, &header, data.data()) == 0;
}

TEST(AuditLogOpen, SaysWhichPrivilegeIsMissing) {
  const ChildEnd end = OpenAfter(DropAuditRead);
  ASSERT_EQ(end.status, 0);
  EXPECT_EQ(static_cast<absl::StatusCode>(end.report.values[0]),
            absl::StatusCode::kPermissionDenied);
  EXPECT_STREQ(end.report.text.data(),
               "the audit log may not be read: CAP_AUDIT_READ is missing");
}

TEST(AuditLogOpen, SaysThatTheUserNamespaceIsNotTheFirst) {
  const ChildEnd end = OpenAfter([] { return unshare(CLONE_NEWUSER) == 0; });
  if (end.status == 1) GTEST_SKIP() << "no user namespaces here";
  ASSERT_EQ(end.status, 0);
  EXPECT_EQ(static_cast<absl::StatusCode>(end.report.values[0]),
            absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(end.report.text.data(), HasSubstr("first user namespace alone"));
}

class AuditLogTest : public KernelTest {};

// Makes `calls` recorded calls under the name `name`.
int MakeRecords(const std::string& name, int calls) {
  return RunInChild([&](ChildReport&) {
           prctl(PR_SET_NAME, name.c_str());
           const Program program = AnswerNumbers({{kCall, Log()}});
           if (!SetNoNewPrivs().ok() || !Install(Filter{program, 0}).ok()) {
             return 1;
           }
           for (int i = 0; i < calls; ++i) syscall(kCall);
           return 0;
         })
      .status;
}

// How many records of `name` come before a second passes without any.
int CountRecords(AuditLog& log, const std::string& name) {
  int count = 0;
  while (true) {
    const auto record = log.Read(std::chrono::seconds(1));
    if (!record.ok() || !record->has_value()) return count;
    const std::string& text = **record;
    if (!absl::StartsWith(text, "type=1326 msg=audit(") ||
        !absl::StrContains(text, absl::StrCat(" comm=\"", name, "\" "))) {
      continue;
    }
    EXPECT_THAT(text, HasSubstr(absl::StrCat(" syscall=", kCall, " ")));
    EXPECT_TRUE(absl::EndsWith(text, " code=0x7ffc0000")) << text;
    ++count;
  }
}

TEST_F(AuditLogTest, ReadsEveryRecordAndLosesNone) {
  auto log = AuditLog::Open();
  if (!log.ok()) GTEST_SKIP() << log.status().message();
  const std::string name = absl::StrCat("log", getpid());
  ASSERT_EQ(MakeRecords(name, 500), 0);
  const int count = CountRecords(*log, name);
  if (count == 0) GTEST_SKIP() << "no record comes here";
  EXPECT_EQ(count, 500);
  EXPECT_EQ(log->Lost(), 0u);
}

TEST_F(AuditLogTest, CountsWhatItLosesAndReadsOn) {
  auto log = AuditLog::Open();
  if (!log.ok()) GTEST_SKIP() << log.status().message();
  const int size = 64 << 10;
  ASSERT_EQ(
      setsockopt(log->descriptor(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size),
      0);
  const std::string name = absl::StrCat("lost", getpid());
  ASSERT_EQ(MakeRecords(name, 1000), 0);
  const int first = CountRecords(*log, name);
  if (first == 0) GTEST_SKIP() << "no record comes here";
  EXPECT_LT(first, 1000);
  EXPECT_GE(log->Lost(), static_cast<uint64_t>(1000 - first));
  ASSERT_EQ(MakeRecords(name, 3), 0);
  EXPECT_EQ(CountRecords(*log, name), 3);
}

TEST(CheckActionIsLogged, NamesTheSettingThatLacksTheAction) {
  const absl::Status status = CheckActionIsLogged("nonsense");
  if (status.ok()) GTEST_SKIP() << "this kernel has no such setting";
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("kernel.seccomp.actions_logged lacks nonsense"));
}

}  // namespace
}  // namespace scbpf
