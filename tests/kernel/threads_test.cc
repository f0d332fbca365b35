// Filters and other threads: TSYNC, the listener, and LOG's audit records.
#include <gmock/gmock.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "scbpf/audit_log.h"
#include "tests/kernel/answers.h"
#include "tests/kernel/child.h"

namespace scbpf {
namespace {

using ::testing::HasSubstr;

constexpr long kCall = SYS_getppid;

Filter Denies(uint16_t error, uint32_t flags) {
  return {AnswerNumbers({{kCall, Errno(error)}}), flags};
}

// A second thread: makes itself ready, waits, and makes the call.
struct Second {
  pthread_t thread = {};
  pthread_barrier_t ready = {};
  pthread_barrier_t go = {};
  bool installs_own = false;
  pid_t id = 0;
  int failed = 0;
  int answer = -1;  // errno of the call
};

void* RunSecond(void* argument) {
  auto& second = *static_cast<Second*>(argument);
  second.id = static_cast<pid_t>(syscall(SYS_gettid));
  if (second.installs_own) {
    second.failed = Install(Denies(EXDEV, 0)).ok() ? 0 : 1;
  }
  pthread_barrier_wait(&second.ready);
  pthread_barrier_wait(&second.go);
  second.answer = ErrnoOf(kCall);
  return nullptr;
}

bool Start(Second& second) {
  pthread_barrier_init(&second.ready, nullptr, 2);
  pthread_barrier_init(&second.go, nullptr, 2);
  if (pthread_create(&second.thread, nullptr, RunSecond, &second) != 0) {
    return false;
  }
  pthread_barrier_wait(&second.ready);
  return second.failed == 0;
}

void Finish(Second& second) {
  pthread_barrier_wait(&second.go);
  pthread_join(second.thread, nullptr);
}

class ThreadsTest : public KernelTest {};

TEST_F(ThreadsTest, TsyncReachesARunningThreadOthersDoNot) {
  for (const uint32_t flags : {uint32_t{kFlagTsync}, uint32_t{0}}) {
    const ChildEnd end = RunInChild([&](ChildReport& report) {
      Second second;
      if (!SetNoNewPrivs().ok() || !Start(second)) return 1;
      const auto installed = Install(Denies(EILSEQ, flags));
      if (!installed.ok()) return 2;
      report.values[0] = *installed;
      Finish(second);
      report.values[1] = second.answer;
      report.values[2] = ErrnoOf(kCall);
      return 0;
    });
    SCOPED_TRACE(flags);
    EXPECT_EQ(end.status, 0);
    EXPECT_EQ(end.report.values[0], -1);
    EXPECT_EQ(end.report.values[1], flags == 0 ? 0 : EILSEQ);
    EXPECT_EQ(end.report.values[2], EILSEQ);
  }
}

TEST_F(ThreadsTest, AThreadWithItsOwnFilterRefusesTsync) {
  const ChildEnd end = RunInChild([](ChildReport& report) {
    Second second;
    second.installs_own = true;
    if (!SetNoNewPrivs().ok() || !Start(second)) return 1;
    const Filter filter = Denies(EILSEQ, kFlagTsync);
    int refused = -1;
    report.values[0] = InstallRaw(filter.program.data(), filter.program.size(),
                                  filter.flags, &refused);
    report.values[1] = refused;
    report.values[2] = InstallRaw(filter.program.data(), filter.program.size(),
                                  filter.flags | kFlagTsyncEsrch, &refused);
    report.values[3] = refused;
    const absl::Status status = Install(filter).status();
    report.values[4] = static_cast<int>(status.code());
    report.Say(std::string(status.message()));
    report.values[5] = second.id;
    report.values[6] = ErrnoOf(kCall);
    Finish(second);
    report.values[7] = second.answer;
    return 0;
  });
  EXPECT_EQ(end.status, 0);
  const auto& values = end.report.values;
  EXPECT_EQ(values[0], -ESRCH);
  EXPECT_EQ(values[1], values[5]);
  EXPECT_EQ(values[2], -ESRCH);
  EXPECT_EQ(values[3], 0);  // TSYNC_ESRCH: the kernel does not say who
  EXPECT_EQ(static_cast<absl::StatusCode>(values[4]),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(end.report.text.data(),
              HasSubstr(absl::StrCat("thread ", values[5])));
  EXPECT_EQ(values[6], 0) << "installed all the same";
  EXPECT_EQ(values[7], EXDEV);
}

void* CallAndReturn(void*) {
  return reinterpret_cast<void*>(syscall(kCall, 17));
}

TEST_F(ThreadsTest, TheListenerAnswersAndIsTheOnlyOne) {
  if ((OfferedFlags() & kFlagNewListener) == 0) GTEST_SKIP() << "no listeners";
  const ChildEnd end = RunInChild([](ChildReport& report) {
    const Filter filter = {AnswerNumbers({{kCall, UserNotif()}}),
                           kFlagNewListener};
    if (!SetNoNewPrivs().ok()) return 1;
    const auto listener = Install(filter);
    if (!listener.ok()) return 2;
    const absl::Status again = Install(filter).status();
    report.values[0] = static_cast<int>(again.code());
    report.Say(std::string(again.message()));

    pthread_t thread;
    if (pthread_create(&thread, nullptr, CallAndReturn, nullptr) != 0) return 3;
    seccomp_notif asked = {};
    if (ioctl(*listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0) return 4;
    report.values[1] = asked.data.nr;
    report.values[2] = static_cast<int64_t>(asked.data.args[0]);
    seccomp_notif_resp answer = {};
    answer.id = asked.id;
    answer.val = 4242;
    if (ioctl(*listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) != 0) return 5;
    void* returned = nullptr;
    pthread_join(thread, &returned);
    report.values[3] = reinterpret_cast<intptr_t>(returned);
    return 0;
  });
  EXPECT_EQ(end.status, 0);
  EXPECT_EQ(static_cast<absl::StatusCode>(end.report.values[0]),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(end.report.text.data(), HasSubstr("a listener exists already"));
  EXPECT_EQ(end.report.values[1], kCall);
  EXPECT_EQ(end.report.values[2], 17);
  EXPECT_EQ(end.report.values[3], 4242);
}

// The SECCOMP record of the process that calls itself `name`, or "" when none
// comes within a second. (Its pid in the record may be another namespace's.)
std::string RecordOf(AuditLog& log, const std::string& name) {
  const std::string mark = absl::StrCat(" comm=\"", name, "\" ");
  for (int seen = 0; seen < 1000; ++seen) {
    const auto record = log.Read(std::chrono::seconds(1));
    if (!record.ok() || !record->has_value()) break;
    if (absl::StartsWith(**record, "type=1326 ") &&
        absl::StrContains(**record, mark)) {
      return **record;
    }
  }
  return "";
}

TEST_F(ThreadsTest, LogMakesTheKernelRecordAnErrno) {
  auto log = AuditLog::Open();
  if (!log.ok()) GTEST_SKIP() << log.status().message();
  for (const uint32_t flags : {uint32_t{0}, uint32_t{kFlagLog}}) {
    const std::string name = absl::StrCat("t", getpid(), "-", flags);
    const ChildEnd end = RunInChild([&](ChildReport&) {
      prctl(PR_SET_NAME, name.c_str());
      if (!SetNoNewPrivs().ok() || !Install(Denies(EILSEQ, flags)).ok()) {
        return 1;
      }
      return ErrnoOf(kCall) == EILSEQ ? 0 : 2;
    });
    EXPECT_EQ(end.status, 0);
    const std::string record = RecordOf(*log, name);
    if (flags == 0) {
      EXPECT_EQ(record, "");
    } else {
      EXPECT_THAT(record, HasSubstr(absl::StrCat("syscall=", kCall, " ")));
      EXPECT_THAT(record, HasSubstr("code=0x50000"));
    }
  }
}

}  // namespace
}  // namespace scbpf
