// Reads the audit group while the command runs. Records come in the order in
// which the kernel made them, so a record of a process that was started for it
// tells that none before is still to come.
#include "cli/record_run.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "cli/exit_status.h"
#include "cli/find_command.h"
#include "cli/logged_child.h"
#include "cli/report.h"
#include "scbpf/audit_log.h"

namespace scbpf::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kMarkTimeout{5000};
// Passed on to the command. SIGINT and SIGQUIT come from the terminal, which
// sends them to the command too.
constexpr std::array<int, 4> kPassedOn = {SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};

// How many records are kept to be put in order.
constexpr size_t kWaiting = 256;
constexpr char kSeccomp[] = "type=1326 ";

std::string SessionField(uint32_t session) {
  return " ses=" + std::to_string(session) + " ";
}

// N of "... msg=audit(TIME:N): ..."; 0: there is none.
uint64_t SerialOf(const std::string& record) {
  const size_t end = record.find("):");
  const size_t colon = record.rfind(':', end - 1);
  if (end == std::string::npos || colon == std::string::npos) return 0;
  uint64_t serial = 0;
  std::from_chars(&record[colon + 1], &record[end], serial);
  return serial;
}

// Whether it is a SECCOMP record that has the session's field.
bool IsOf(const std::string& record, const std::string& session) {
  return !session.empty() && record.rfind(kSeccomp, 0) == 0 &&
         record.find(session) != std::string::npos;
}

class Recording {
 public:
  Recording(AuditLog log, const std::function<void(std::string_view)>& take)
      : log_(std::move(log)), take_(take) {}
  ~Recording() {
    if (signals_ >= 0) close(signals_);
    if (blocked_) sigprocmask(SIG_SETMASK, &old_mask_, nullptr);
  }
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  absl::Status Prepare();
  // Waits for a record of a process started now. False: none came.
  absl::StatusOr<bool> AwaitMark();
  RecordedRun Run(const std::string& path, std::vector<char*> argv);

 private:
  // Takes what has arrived. True: one of the session `mark` was there.
  absl::StatusOr<bool> Drain(const std::string& mark);
  void Take(std::string record);
  // Hands out the oldest until no more than `kept` wait.
  void HandOut(size_t kept);
  // The command's wait status when it has ended.
  std::optional<int> HandleSignals(pid_t command) const;
  // Reads until the command has ended; its wait status.
  int Follow(pid_t command);

  AuditLog log_;
  const std::function<void(std::string_view)>& take_;
  std::string session_;  // "" before the command runs
  uint64_t records_ = 0;
  // The newest lines, by serial: processors may pass each other.
  std::multimap<uint64_t, std::string> waiting_;
  bool readable_ = true;
  sigset_t old_mask_ = {};
  bool blocked_ = false;
  int signals_ = -1;
};

absl::Status Recording::Prepare() {
  sigset_t mask;
  sigemptyset(&mask);
  for (const int signal : kPassedOn) sigaddset(&mask, signal);
  for (const int signal : {SIGCHLD, SIGINT, SIGQUIT}) sigaddset(&mask, signal);
  sigprocmask(SIG_BLOCK, &mask, &old_mask_);
  blocked_ = true;
  signals_ = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals_ < 0) return SystemError("signalfd", errno);
  // So that what the command leaves behind is seen to run on.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  return absl::OkStatus();
}

void Recording::Take(std::string record) {
  if (IsOf(record, session_)) {
    ++records_;
  } else if (const size_t end = record.find("):"); end != std::string::npos) {
    // type=0: no record that anyone would learn from.
    const size_t stamp = record.find("msg=");
    record = "type=0 " + record.substr(stamp, end + 2 - stamp);
  }
  record += '\n';
  const uint64_t serial = SerialOf(record);
  waiting_.emplace(serial, std::move(record));
  HandOut(kWaiting);
}

void Recording::HandOut(size_t kept) {
  while (waiting_.size() > kept) {
    take_(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
  }
}

absl::StatusOr<bool> Recording::Drain(const std::string& mark) {
  bool marked = false;
  // A batch, so that signals are heard under a flood too.
  for (int i = 0; i < 4096; ++i) {
    auto record = log_.Read(milliseconds(0));
    if (!record.ok()) return record.status();
    if (!record->has_value()) break;
    marked = marked || IsOf(**record, mark);
    Take(**std::move(record));
  }
  return marked;
}

absl::StatusOr<bool> Recording::AwaitMark() {
  const auto mark = StartLogged(old_mask_, [] {
    syscall(SYS_getppid);
    _exit(0);
    return 0;
  });
  if (!mark.ok()) return mark.status();
  waitpid(mark->pid, nullptr, 0);
  const auto end = std::chrono::steady_clock::now() + kMarkTimeout;
  const std::string field = SessionField(mark->session);
  while (std::chrono::steady_clock::now() < end) {
    const auto marked = Drain(field);
    if (!marked.ok() || *marked) return marked;
    pollfd wait = {log_.descriptor(), POLLIN, 0};
    poll(&wait, 1, 100);
  }
  return false;
}

std::optional<int> Recording::HandleSignals(pid_t command) const {
  signalfd_siginfo signal{};
  while (read(signals_, &signal, sizeof signal) ==
         static_cast<ssize_t>(sizeof signal)) {
    for (const int each : kPassedOn) {
      if (each == static_cast<int>(signal.ssi_signo)) kill(command, each);
    }
  }
  std::optional<int> ended;
  int status = 0;
  pid_t pid = 0;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    if (pid == command) ended = status;
  }
  return ended;
}

int Recording::Follow(pid_t command) {
  while (true) {
    if (readable_ && !Drain("").ok()) readable_ = false;
    if (const auto status = HandleSignals(command)) return *status;
    std::array<pollfd, 2> wait = {
        {{signals_, POLLIN, 0}, {log_.descriptor(), POLLIN, 0}}};
    poll(wait.data(), readable_ ? 2 : 1, -1);
  }
}

RecordedRun Recording::Run(const std::string& path, std::vector<char*> argv) {
  RecordedRun run;
  argv.push_back(nullptr);
  const auto child = StartLogged(old_mask_, [&] {
    execve(path.c_str(), argv.data(), environ);
    return errno;
  });
  if (!child.ok()) {
    run.error = child.status();
    run.status = kRunFailed;
    return run;
  }
  if (child->become_error != 0) {
    const int error = child->become_error;
    run.error = absl::UnavailableError(path + ": " + std::strerror(error));
    run.status = error == ENOENT ? kRunNotFound : kRunCannotExecute;
    return run;
  }
  session_ = SessionField(child->session);
  run.shared_session = !child->own_session;
  const int status = Follow(child->pid);
  run.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  run.complete = readable_ && AwaitMark().value_or(false);
  HandOut(0);
  run.records = records_;
  run.lost = log_.Lost();
  run.outlived = waitpid(-1, nullptr, WNOHANG) == 0;
  return run;
}

RecordedRun FailedRun(int status, absl::Status error) {
  RecordedRun run;
  run.status = status;
  run.error = std::move(error);
  return run;
}

}  // namespace

RecordedRun RecordRun(const std::vector<std::string>& words,
                      const std::function<void(std::string_view)>& take) {
  const FoundCommand found = FindCommand(words.front());
  if (found.error != 0) {
    return FailedRun(found.error == ENOENT ? kRunNotFound : kRunCannotExecute,
                     absl::UnavailableError(words.front() + ": " +
                                            std::strerror(found.error)));
  }
  if (absl::Status logged = CheckActionIsLogged("log"); !logged.ok()) {
    return FailedRun(kRunFailed, std::move(logged));
  }
  absl::StatusOr<AuditLog> log = AuditLog::Open();
  if (!log.ok()) return FailedRun(kRunFailed, log.status());
  Recording recording(*std::move(log), take);
  if (absl::Status status = recording.Prepare(); !status.ok()) {
    return FailedRun(kRunFailed, std::move(status));
  }
  const absl::StatusOr<bool> heard = recording.AwaitMark();
  if (!heard.ok()) return FailedRun(kRunFailed, heard.status());
  if (!*heard) {
    return FailedRun(
        kRunFailed,
        absl::PermissionDeniedError(
            "the kernel sends no records here: this is not the first network "
            "namespace, or an audit rule excludes SECCOMP records"));
  }
  std::vector<char*> argv;
  for (const std::string& word : words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  return recording.Run(found.path, std::move(argv));
}

}  // namespace scbpf::cli
