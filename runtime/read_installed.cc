// Reads a thread's filters by ptrace(2) (source: kernel/ptrace.c and
// seccomp_get_filter of kernel/seccomp.c).
#include <linux/filter.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/system_error.h"
#include "scbpf/installed.h"

namespace scbpf {
namespace {

// struct seccomp_metadata of linux/ptrace.h, which glibc's header excludes.
struct Metadata {
  uint64_t index = 0;
  uint64_t flags = 0;
};

// What /proc/PID/status tells without any privilege.
struct About {
  bool exists = false;
  bool zombie = false;
  int seccomp = 2;  // 0: off, 1: strict, 2: filters
  int tracer = 0;
};

About ReadAbout(pid_t pid) {
  About about;
  std::ifstream file(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(file, line);) {
    about.exists = true;
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string name = line.substr(0, colon);
    const std::string value = line.substr(colon + 1);
    if (name == "State") about.zombie = value.find('Z') != std::string::npos;
    if (name == "Seccomp") about.seccomp = std::atoi(value.c_str());
    if (name == "TracerPid") about.tracer = std::atoi(value.c_str());
  }
  return about;
}

absl::Status NoSuchThread(pid_t pid) {
  return absl::NotFoundError(absl::StrCat("there is no process ", pid));
}

absl::Status ExplainSeize(pid_t pid, int error) {
  if (error == ESRCH) return NoSuchThread(pid);
  if (error != EPERM) return SystemUnavailable("ptrace", error);
  if (const int tracer = ReadAbout(pid).tracer; tracer != 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "process ", pid, " is traced by process ", tracer, " already"));
  }
  return absl::PermissionDeniedError(
      absl::StrCat("process ", pid,
                   " may not be looked into (ptrace): run this as root "
                   "(CAP_SYS_PTRACE); if it is, a security module forbids it "
                   "(sysctl kernel.yama.ptrace_scope 3)"));
}

absl::Status ExplainRead(int error) {
  switch (error) {
    case EACCES:
      return absl::PermissionDeniedError(
          "filters are shown to root alone (CAP_SYS_ADMIN in the first user "
          "namespace), and not to a process that has a filter itself: run "
          "this as root, outside of any container");
    case EIO:
      return absl::UnimplementedError(
          "this kernel shows no filters (CONFIG_CHECKPOINT_RESTORE is off)");
    case EMEDIUMTYPE:
      return absl::FailedPreconditionError(
          "the kernel has not kept the filter as it was installed");
    case ESRCH:
      return absl::NotFoundError("the process ended");
    default:
      return SystemUnavailable("PTRACE_SECCOMP_GET_FILTER", error);
  }
}

// A thread that is held; let go at the end.
class Held {
 public:
  explicit Held(pid_t pid) : pid_(pid) {}
  ~Held() {
    if (stopped_) ptrace(PTRACE_DETACH, pid_, nullptr, pending_);
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  absl::Status Stop();

 private:
  pid_t pid_;
  bool stopped_ = false;
  // A signal that was on its way to the thread.
  uintptr_t pending_ = 0;
};

absl::Status Held::Stop() {
  if (ptrace(PTRACE_SEIZE, pid_, nullptr, nullptr) != 0) {
    return ExplainSeize(pid_, errno);
  }
  if (ptrace(PTRACE_INTERRUPT, pid_, nullptr, nullptr) != 0) {
    return ExplainSeize(pid_, errno);
  }
  // Five seconds: who is in the middle of I/O may take a while.
  for (int i = 0; i < 5000; ++i) {
    int status = 0;
    const pid_t got = waitpid(pid_, &status, WNOHANG | __WALL);
    if (got < 0 && errno != EINTR) return NoSuchThread(pid_);
    if (got == pid_) {
      if (!WIFSTOPPED(status)) return NoSuchThread(pid_);
      stopped_ = true;
      if (status >> 16 == 0) pending_ = WSTOPSIG(status);
      return absl::OkStatus();
    }
    usleep(1000);
  }
  return absl::DeadlineExceededError(
      absl::StrCat("process ", pid_, " does not stop"));
}

// The kernel counts from the oldest; nullopt: there are no more.
absl::StatusOr<std::optional<Filter>> ReadFilterAt(pid_t pid, uintptr_t index) {
  const long length = ptrace(PTRACE_SECCOMP_GET_FILTER, pid, index, nullptr);
  if (length < 0 && errno == ENOENT) return std::nullopt;
  // In a thread without filters.
  if (length < 0 && errno == EINVAL && index == 0) return std::nullopt;
  if (length < 0) return ExplainRead(errno);
  Filter filter;
  filter.program.resize(static_cast<size_t>(length));
  static_assert(sizeof(Instruction) == sizeof(sock_filter));
  if (ptrace(PTRACE_SECCOMP_GET_FILTER, pid, index, filter.program.data()) !=
      length) {
    return ExplainRead(errno);
  }
  Metadata about = {index, 0};
  filter.flags = 0;
  // Linux 4.16.
  if (ptrace(PTRACE_SECCOMP_GET_METADATA, pid, sizeof about, &about) ==
      static_cast<long>(sizeof about)) {
    filter.flags = static_cast<uint32_t>(about.flags);
  }
  return std::optional<Filter>(std::move(filter));
}

}  // namespace

absl::StatusOr<std::vector<Filter>> ReadInstalled(pid_t pid) {
  const About about = ReadAbout(pid);
  if (pid <= 0 || !about.exists || about.zombie) return NoSuchThread(pid);
  std::vector<Filter> filters;
  if (about.seccomp == 0) return filters;
  if (about.seccomp == 1) {
    return absl::FailedPreconditionError(
        absl::StrCat("process ", pid,
                     " is in seccomp's strict mode: read, "
                     "write, exit and sigreturn, without a filter"));
  }
  Held held(pid);
  if (absl::Status status = held.Stop(); !status.ok()) return status;
  while (true) {
    auto filter = ReadFilterAt(pid, filters.size());
    if (!filter.ok()) return filter.status();
    if (!filter->has_value()) return filters;
    filters.push_back(**std::move(filter));
  }
}

}  // namespace scbpf
