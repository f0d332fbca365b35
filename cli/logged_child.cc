// Forks, begins a session and installs the filter (source: kernel/audit.c,
// audit_set_loginuid).
#include "cli/logged_child.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include "bpf/instruction.h"
#include "cli/report.h"
#include "scbpf/install.h"
#include "scbpf/return_value.h"

namespace scbpf::cli {
namespace {

constexpr uint32_t kNoSession = 0xffffffff;

enum class Step : uint8_t { kSession, kNoneBegun, kInstall, kBecome };

// What the child tells through the pipe: kSession first, then what failed.
struct Message {
  Step step = Step::kSession;
  bool own_session = false;
  int error = 0;
  uint32_t session = kNoSession;
};

// The number in a file of /proc/self, or nullopt with errno.
std::optional<uint32_t> ReadNumber(const char* path) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::array<char, 32> text{};
  const ssize_t size = read(file, text.data(), text.size());
  close(file);
  uint32_t number = 0;
  if (size <= 0) return std::nullopt;
  std::from_chars(text.data(), text.data() + size, number);
  return number;
}

// 0, or an errno.
int WriteLoginUid(uint32_t uid) {
  const int file = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);
  if (file < 0) return errno;
  const std::string text = std::to_string(uid);
  const ssize_t written = write(file, text.data(), text.size());
  const int error = written < 0 ? errno : 0;
  close(file);
  return error;
}

Message BeginSession() {
  Message message;
  const auto login = ReadNumber("/proc/self/loginuid");
  const uint32_t uid = login.value_or(kNoSession) == kNoSession
                           ? static_cast<uint32_t>(getuid())
                           : *login;
  message.error = WriteLoginUid(uid);
  message.own_session = message.error == 0;
  message.session = ReadNumber("/proc/self/sessionid").value_or(kNoSession);
  if (message.session == kNoSession) message.step = Step::kNoneBegun;
  return message;
}

// 0, or an errno.
int InstallLog() {
  const Instruction all = op::Return(Log().raw);
  int result = InstallRaw(&all, 1, 0, nullptr);
  if (result == -EACCES && SetNoNewPrivs().ok()) {
    result = InstallRaw(&all, 1, 0, nullptr);
  }
  return -result;
}

bool Send(int pipe, const Message& message) {
  return write(pipe, &message, sizeof message) ==
         static_cast<ssize_t>(sizeof message);
}

[[noreturn]] void RunChild(int pipe, const sigset_t& signals,
                           const std::function<int()>& become) {
  sigprocmask(SIG_SETMASK, &signals, nullptr);
  Message message = BeginSession();
  if (!Send(pipe, message) || message.step == Step::kNoneBegun) _exit(1);
  message.error = InstallLog();
  message.step = Step::kInstall;
  if (message.error == 0) {
    message.error = become();
    message.step = Step::kBecome;
  }
  Send(pipe, message);
  _exit(1);
}

std::optional<Message> Receive(int pipe) {
  Message message;
  ssize_t size = 0;
  do {
    size = read(pipe, &message, sizeof message);
  } while (size < 0 && errno == EINTR);
  if (size != static_cast<ssize_t>(sizeof message)) return std::nullopt;
  return message;
}

absl::Status ExplainNoSession(int error) {
  if (error == ENOENT) {
    return absl::UnavailableError(
        "the command's records could not be told from others': there is no "
        "/proc/self/loginuid (no /proc, or a kernel without "
        "CONFIG_AUDITSYSCALL)");
  }
  return absl::PermissionDeniedError(
      std::string("no audit session could be begun: /proc/self/loginuid: ") +
      std::strerror(error) +
      (error == EPERM ? " (CAP_AUDIT_CONTROL is missing, or login uids are "
                        "immutable here)"
                      : ""));
}

// What the child said, until it has become what it should or failed.
absl::StatusOr<LoggedChild> Listen(int pipe, pid_t pid) {
  const std::optional<Message> first = Receive(pipe);
  if (!first.has_value()) {
    return absl::UnavailableError("the new process ended at once");
  }
  if (first->step == Step::kNoneBegun) return ExplainNoSession(first->error);
  const std::optional<Message> failed = Receive(pipe);
  if (failed.has_value() && failed->step == Step::kInstall) {
    return SystemError("the audit filter was not installed", failed->error);
  }
  return LoggedChild{pid, first->session, first->own_session,
                     failed.has_value() ? failed->error : 0};
}

}  // namespace

absl::StatusOr<LoggedChild> StartLogged(const sigset_t& signals,
                                        const std::function<int()>& become) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return SystemError("pipe", errno);
  const pid_t pid = fork();
  const int error = errno;
  if (pid == 0) {
    close(ends[0]);
    RunChild(ends[1], signals, become);
  }
  close(ends[1]);
  absl::StatusOr<LoggedChild> child =
      pid < 0 ? absl::StatusOr<LoggedChild>(SystemError("fork", error))
              : Listen(ends[0], pid);
  close(ends[0]);
  const bool failed = !child.ok() || child->become_error != 0;
  if (pid > 0 && failed) waitpid(pid, nullptr, 0);
  return child;
}

}  // namespace scbpf::cli
