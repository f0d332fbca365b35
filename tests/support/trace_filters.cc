// trace_filters DIR -- COMMAND...: runs a command, follows all it starts, and
// writes every seccomp filter that one of them installs to DIR: raw, as
// 0.bpf, 1.bpf, ... in order, at the moment the kernel has taken it. DIR/list
// has a line for each: its number, the flags, the thread and its name. So the
// filters of a process are known even if it did not survive them.
//
// Ends as the command does (128 + signal), after all it started has ended.
// With --outlive before DIR it ends with the command itself, as container
// managers expect of their runtime, while the rest is followed on.
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

// glibc's <sys/ptrace.h> and the kernel's header exclude each other.
long Ptrace(int request, pid_t pid, uintptr_t address, uintptr_t data) {
  return syscall(SYS_ptrace, request, pid, address, data);
}

// What a thread is about to install.
struct Attempt {
  std::vector<sock_filter> program;
  uint64_t flags = 0;
};

[[noreturn]] void Die(const std::string& what) {
  fprintf(stderr, "trace_filters: %s: %s\n", what.c_str(), strerror(errno));
  _exit(125);
}

bool ReadMemory(pid_t pid, uint64_t address, void* into, size_t size) {
  const iovec local = {into, size};
  const iovec remote = {reinterpret_cast<void*>(address), size};
  return process_vm_readv(pid, &local, 1, &remote, 1, 0) ==
         static_cast<ssize_t>(size);
}

// Of a system call that is about to be made; nullopt if it installs nothing.
std::optional<Attempt> ReadAttempt(pid_t pid, const ptrace_syscall_info& info) {
  Attempt attempt;
  uint64_t address = 0;
  const auto& args = info.entry.args;
  if (info.entry.nr == SYS_seccomp && args[0] == SECCOMP_SET_MODE_FILTER) {
    attempt.flags = args[1];
    address = args[2];
  } else if (info.entry.nr == SYS_prctl && args[0] == PR_SET_SECCOMP &&
             args[1] == SECCOMP_MODE_FILTER) {
    address = args[2];
  } else {
    return std::nullopt;
  }
  sock_fprog raw = {};
  if (!ReadMemory(pid, address, &raw, sizeof raw)) return std::nullopt;
  attempt.program.resize(raw.len);
  if (!ReadMemory(pid, reinterpret_cast<uint64_t>(raw.filter),
                  attempt.program.data(), raw.len * sizeof(sock_filter))) {
    return std::nullopt;
  }
  return attempt;
}

// A positive result is a listener, or the thread that TSYNC failed for.
bool Installed(const Attempt& attempt, const ptrace_syscall_info& info) {
  if (info.exit.is_error != 0) return false;
  return info.exit.rval == 0 ||
         (attempt.flags & SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0;
}

class Follower {
 public:
  explicit Follower(std::string folder) : folder_(std::move(folder)) {}

  // Runs until nobody is left; tells the status of `command` to `report`.
  void Follow(pid_t command, int report);

 private:
  void Resume(pid_t pid, int status);
  void AtSyscall(pid_t pid);
  void Keep(pid_t pid, const Attempt& attempt);

  std::string folder_;
  int count_ = 0;
  std::map<pid_t, Attempt> attempts_;
};

void Follower::Keep(pid_t pid, const Attempt& attempt) {
  const std::string number = std::to_string(count_++);
  std::ofstream(folder_ + "/" + number + ".bpf", std::ios::binary)
      .write(reinterpret_cast<const char*>(attempt.program.data()),
             static_cast<std::streamsize>(attempt.program.size() *
                                          sizeof(sock_filter)));
  std::string name;
  std::getline(std::ifstream("/proc/" + std::to_string(pid) + "/comm"), name);
  std::ofstream(folder_ + "/list", std::ios::app)
      << number << " flags " << attempt.flags << " thread " << pid << " "
      << name << "\n";
}

void Follower::AtSyscall(pid_t pid) {
  ptrace_syscall_info info = {};
  if (Ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info,
             reinterpret_cast<uintptr_t>(&info)) <= 0 ||
      info.arch != AUDIT_ARCH_X86_64) {
    return;
  }
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    if (auto attempt = ReadAttempt(pid, info)) {
      attempts_[pid] = *std::move(attempt);
    }
  } else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
    const auto found = attempts_.find(pid);
    if (found == attempts_.end()) return;
    if (Installed(found->second, info)) Keep(pid, found->second);
    attempts_.erase(found);
  }
}

void Follower::Resume(pid_t pid, int status) {
  const int signal = WSTOPSIG(status);
  const int event = status >> 16;
  int pass = 0;
  if (signal == (SIGTRAP | 0x80)) {
    AtSyscall(pid);
  } else if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) {
    Ptrace(PTRACE_LISTEN, pid, 0, 0);  // it was told to stop
    return;
  } else if (event == 0 && signal == SIGSEGV) {
    // The kernel does not let a fault end the init of a PID namespace while it
    // is traced; untraced, it faults again.
    Ptrace(PTRACE_DETACH, pid, 0, 0);
    return;
  } else if (event == 0) {
    pass = signal;
  }
  Ptrace(PTRACE_SYSCALL, pid, 0, static_cast<uintptr_t>(pass));
}

void Follower::Follow(pid_t command, int report) {
  while (true) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0 && errno == EINTR) continue;
    if (pid < 0) return;
    if (WIFSTOPPED(status)) {
      Resume(pid, status);
      continue;
    }
    attempts_.erase(pid);
    if (pid == command) {
      const int told =
          WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
      if (write(report, &told, sizeof told) < 0) return;
      close(report);
    }
  }
}

// Starts the command, seized before it is executed.
pid_t Start(char** words) {
  int go[2];
  if (pipe2(go, O_CLOEXEC) != 0) Die("pipe");
  const pid_t pid = fork();
  if (pid < 0) Die("fork");
  if (pid == 0) {
    char byte = 0;
    close(go[1]);
    if (read(go[0], &byte, 1) != 1) _exit(125);
    execvp(words[0], words);
    Die(words[0]);
  }
  const uintptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
                            PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                            PTRACE_O_TRACEEXEC;
  if (Ptrace(PTRACE_SEIZE, pid, 0, options) != 0) Die("ptrace");
  // Any stop will do to begin with stops at system calls.
  if (Ptrace(PTRACE_INTERRUPT, pid, 0, 0) != 0) Die("ptrace");
  if (write(go[1], "g", 1) != 1) Die("write");
  close(go[0]);
  close(go[1]);
  return pid;
}

// Lets go of all that whoever started us waits to be closed.
void LetGo(int keep) {
  const int nowhere = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; ++fd) dup2(nowhere, fd);
  if (keep > 3) close_range(3, keep - 1, 0);
  close_range(keep + 1, ~0U, 0);
}

}  // namespace

int main(int count, char** words) {
  int at = 1;
  const bool outlive = count > 1 && strcmp(words[1], "--outlive") == 0;
  if (outlive) ++at;
  if (count < at + 3 || strcmp(words[at + 1], "--") != 0) {
    fprintf(stderr, "usage: trace_filters [--outlive] DIR -- COMMAND...\n");
    return 125;
  }
  if (mkdir(words[at], 0755) != 0 && errno != EEXIST) Die(words[at]);
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) Die("pipe");
  const pid_t follower = fork();
  if (follower < 0) Die("fork");
  if (follower == 0) {
    close(report[0]);
    const pid_t command = Start(words + at + 2);
    if (outlive) LetGo(report[1]);
    Follower(words[at]).Follow(command, report[1]);
    return 0;
  }
  close(report[1]);
  int status = 125;
  if (read(report[0], &status, sizeof status) != sizeof status) status = 125;
  if (!outlive) waitpid(follower, nullptr, 0);
  return status;
}
