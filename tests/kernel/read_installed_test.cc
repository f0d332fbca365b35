// The filters of a live process, read back from the kernel.
#include <gmock/gmock.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "scbpf/install.h"
#include "scbpf/installed.h"
#include "tests/kernel/answers.h"
#include "tests/kernel/child.h"

namespace scbpf {
namespace {

using ::testing::HasSubstr;

// A process that has done `prepare` and waits to be killed.
class Sleeper {
 public:
  explicit Sleeper(const std::function<bool()>& prepare) {
    int ready[2];
    if (pipe(ready) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      close(ready[0]);
      alarm(20);
      const char c = prepare() ? 'y' : 'n';
      if (write(ready[1], &c, 1) != 1) _exit(1);
      while (true) pause();
    }
    close(ready[1]);
    char c = 0;
    ready_ = read(ready[0], &c, 1) == 1 && c == 'y';
    close(ready[0]);
  }
  ~Sleeper() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

  pid_t pid() const { return pid_; }
  bool ready() const { return ready_; }

 private:
  pid_t pid_ = -1;
  bool ready_ = false;
};

Filter Older() { return {AnswerNumbers({{SYS_getppid, Errno(5)}}), kFlagLog}; }
Filter Newer() { return {AnswerNumbers({}), 0}; }

bool InstallBoth() {
  return SetNoNewPrivs().ok() && Install(Older()).ok() && Install(Newer()).ok();
}

class ReadInstalledTest : public KernelTest {};

TEST_F(ReadInstalledTest, TheNewestIsLast) {
  const Sleeper sleeper(InstallBoth);
  ASSERT_TRUE(sleeper.ready());
  const auto filters = ReadInstalled(sleeper.pid());
  if (absl::IsPermissionDenied(filters.status())) {
    EXPECT_THAT(std::string(filters.status().message()), HasSubstr("CAP_SYS_"));
    GTEST_SKIP() << filters.status();
  }
  ASSERT_TRUE(filters.ok()) << filters.status();
  EXPECT_THAT(*filters, ::testing::ElementsAre(Older(), Newer()));
  // It goes on: it is neither stopped nor gone.
  int status = 0;
  EXPECT_EQ(waitpid(sleeper.pid(), &status, WNOHANG | WUNTRACED), 0);
}

TEST_F(ReadInstalledTest, NoFilterIsNoError) {
  const Sleeper sleeper([] { return true; });
  ASSERT_TRUE(sleeper.ready());
  const auto filters = ReadInstalled(sleeper.pid());
  ASSERT_TRUE(filters.ok()) << filters.status();
  EXPECT_TRUE(filters->empty());
}

bool BecomeNobody() {
  return geteuid() == 0 && setresgid(65534, 65534, 65534) == 0 &&
         setresuid(65534, 65534, 65534) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0;
}

bool InstallOne() { return SetNoNewPrivs().ok() && Install(Newer()).ok(); }

// What ReadInstalled tells a child that has done `prepare`.
ChildEnd ReadAfter(bool (*prepare)(), pid_t pid) {
  return RunInChild([&](ChildReport& report) {
    if (!prepare()) return 1;
    const absl::Status status = ReadInstalled(pid).status();
    report.values[0] = static_cast<int>(status.code());
    report.Say(std::string(status.message()));
    return 0;
  });
}

TEST_F(ReadInstalledTest, NamesThePrivilegeThatIsMissing) {
  if (geteuid() != 0) GTEST_SKIP() << "needs a user to leave";
  const Sleeper of_root(InstallOne);
  const Sleeper of_nobody([] { return BecomeNobody() && InstallOne(); });
  ASSERT_TRUE(of_root.ready());
  ASSERT_TRUE(of_nobody.ready());
  struct Row {
    bool (*prepare)();
    pid_t pid;
    const char* says;
  };
  for (const Row& row :
       {Row{BecomeNobody, of_root.pid(), "run this as root (CAP_SYS_PTRACE)"},
        Row{BecomeNobody, of_nobody.pid(), "CAP_SYS_ADMIN in the first user"},
        Row{InstallOne, of_root.pid(), "a process that has a filter itself"}}) {
    const ChildEnd end = ReadAfter(row.prepare, row.pid);
    EXPECT_EQ(end.status, 0) << row.says;
    EXPECT_EQ(static_cast<absl::StatusCode>(end.report.values[0]),
              absl::StatusCode::kPermissionDenied);
    EXPECT_THAT(end.report.text.data(), HasSubstr(row.says));
  }
}

TEST_F(ReadInstalledTest, ADeadProcessIsNone) {
  const pid_t dead = fork();
  if (dead == 0) _exit(0);
  siginfo_t info;
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(dead), &info, WEXITED | WNOWAIT),
            0);
  for (const char* state : {"a zombie", "gone"}) {
    const absl::Status status = ReadInstalled(dead).status();
    EXPECT_TRUE(absl::IsNotFound(status)) << state;
    EXPECT_EQ(status.message(), "there is no process " + std::to_string(dead));
    waitpid(dead, nullptr, 0);
  }
}

TEST_F(ReadInstalledTest, SaysWhyNot) {
  for (const pid_t pid : {-1, 0, 1 << 30}) {
    EXPECT_TRUE(absl::IsNotFound(ReadInstalled(pid).status())) << pid;
  }
  const Sleeper traced(
      [] { return SetNoNewPrivs().ok() && Install(Newer()).ok(); });
  ASSERT_TRUE(traced.ready());
  if (ptrace(PTRACE_SEIZE, traced.pid(), nullptr, nullptr) != 0) {
    GTEST_SKIP() << "nothing can be traced here";
  }
  const auto refused = ReadInstalled(traced.pid());
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status()));
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("traced by process " + std::to_string(getpid())));
}

}  // namespace
}  // namespace scbpf
