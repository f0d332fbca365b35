// What the kernel does for each action: one filter, installed once, whose
// numbers stand for the actions.
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <functional>
#include <string>

#include "tests/kernel/answers.h"
#include "tests/kernel/child.h"

namespace scbpf {
namespace {

constexpr long kErrnoCall = SYS_getppid;
constexpr long kClampedCall = SYS_getpgid;
constexpr long kZeroCall = SYS_setsid;
constexpr long kLogCall = SYS_sched_get_priority_max;
constexpr long kTraceCall = SYS_getpriority;
constexpr long kTrapCall = SYS_getuid;
constexpr long kNotifyCall = SYS_geteuid;
constexpr long kKillThreadCall = SYS_getgid;
constexpr long kKillProcessCall = SYS_getegid;
constexpr long kUnknownActionCall = SYS_getresuid;
constexpr uint16_t kTrapData = 0xbeef;

Filter EveryAction() {
  return {AnswerNumbers({{kErrnoCall, Errno(EILSEQ)},
                         {kClampedCall, Errno(4096)},
                         {kZeroCall, Errno(0)},
                         {kLogCall, Log()},
                         {kTraceCall, Trace(7)},
                         {kTrapCall, Trap(kTrapData)},
                         {kNotifyCall, UserNotif()},
                         {kKillThreadCall, KillThread()},
                         {kKillProcessCall, KillProcess()},
                         {kUnknownActionCall, {0x12340000}}}),
          kFlagSpecAllow};
}

ChildReport* trap_report = nullptr;

void OnTrap(int, siginfo_t* info, void*) {
  trap_report->values[0] = info->si_errno;
  trap_report->values[1] = info->si_syscall;
  trap_report->values[2] = info->si_code;
}

// A thread that makes one call, and whether the process lives on after it.
void* CallOnce(void* nr) {
  syscall(reinterpret_cast<intptr_t>(nr), 0, 0, 0);
  return nr;
}
int CallInThread(ChildReport& report, long nr) {
  pthread_t thread;
  if (pthread_create(&thread, nullptr, CallOnce, reinterpret_cast<void*>(nr)) !=
      0) {
    return 1;
  }
  void* returned = nullptr;
  pthread_join(thread, &returned);
  report.values[0] = 1;  // survived
  report.values[1] = reinterpret_cast<intptr_t>(returned);
  return 0;
}

// Runs `body` under the filter, in a child of a child.
ChildEnd UnderEveryAction(const std::function<int(ChildReport&)>& body) {
  return RunInChild([&](ChildReport& report) {
    if (!SetNoNewPrivs().ok()) return 101;
    if (const auto installed = Install(EveryAction()); !installed.ok()) {
      report.Say(std::string(installed.status().message()));
      return 102;
    }
    return body(report);
  });
}

class ActionsTest : public KernelTest {};

TEST_F(ActionsTest, CallsThatComeBack) {
  const ChildEnd end = UnderEveryAction([](ChildReport& report) {
    size_t i = 0;
    for (const long nr : {kErrnoCall, kClampedCall, kZeroCall, kLogCall,
                          kTraceCall, kNotifyCall, long{SYS_getpid}}) {
      report.values[i++] = ErrnoOf(nr);
    }
    report.values[i++] = syscall(kZeroCall);
    report.values[i++] = syscall(kLogCall, SCHED_FIFO) > 0;
    report.values[i++] = syscall(SYS_getpid) > 0;
    return 0;
  });
  ASSERT_EQ(end.status, 0) << end.report.text.data();
  const std::array<int64_t, 32> expected = {
      EILSEQ,  // the data
      4095,    // data past MAX_ERRNO is cut to it
      0,       // not run, and reported as a success
      0,       // run
      ENOSYS,  // no tracer
      ENOSYS,  // no listener
      0,       // ALLOW
      0,      1, 1};
  EXPECT_EQ(end.report.values, expected);
}

TEST_F(ActionsTest, TrapSendsSigsysWithTheData) {
  const ChildEnd end = UnderEveryAction([](ChildReport& report) {
    trap_report = &report;
    struct sigaction action = {};
    action.sa_sigaction = OnTrap;
    action.sa_flags = SA_SIGINFO;
    if (sigaction(SIGSYS, &action, nullptr) != 0) return 1;
    syscall(kTrapCall);
    return 0;
  });
  ASSERT_EQ(end.status, 0) << end.report.text.data();
  EXPECT_EQ(end.report.values[0], kTrapData);
  EXPECT_EQ(end.report.values[1], kTrapCall);
  EXPECT_EQ(end.report.values[2], 1);  // SYS_SECCOMP
}

TEST_F(ActionsTest, KillsThreadOrProcess) {
  struct Row {
    const char* what;
    long nr;
    bool in_thread;
    bool process_survives;
  };
  // One filter for all rows: each row is a child of the process that has it.
  const ChildEnd end = UnderEveryAction([](ChildReport& report) {
    const Row rows[] = {
        {"KILL_THREAD, last thread", kKillThreadCall, false, false},
        {"KILL_THREAD, one of two", kKillThreadCall, true, true},
        {"KILL_PROCESS, last thread", kKillProcessCall, false, false},
        {"KILL_PROCESS, one of two", kKillProcessCall, true, false},
        {"unknown action, one of two", kUnknownActionCall, true, false},
    };
    for (const Row& row : rows) {
      const ChildEnd inner = RunInChild([&](ChildReport& inner_report) {
        if (row.in_thread) return CallInThread(inner_report, row.nr);
        syscall(row.nr, 0, 0, 0);
        return 0;
      });
      const bool as_expected =
          row.process_survives
              ? inner.status == 0 && inner.report.values[0] == 1 &&
                    inner.report.values[1] == 0  // the thread never returned
              : inner.signal == SIGSYS && inner.report.values[0] == 0;
      if (!as_expected) {
        report.Say(row.what);
        return 1;
      }
    }
    return 0;
  });
  EXPECT_EQ(end.status, 0) << end.report.text.data();
}

}  // namespace
}  // namespace scbpf
