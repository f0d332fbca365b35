// Runs a piece of a test in a process of its own, so that a filter it installs
// ends with it.
#ifndef SCBPF_TESTS_KERNEL_CHILD_H_
#define SCBPF_TESTS_KERNEL_CHILD_H_

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <functional>
#include <new>
#include <string_view>

namespace scbpf {

// What the child leaves in shared memory: it outlives even a kill.
struct ChildReport {
  std::array<int64_t, 32> values{};
  std::array<char, 1024> text{};  // NUL-terminated

  void Say(std::string_view words) {
    const size_t length = words.copy(text.data(), text.size() - 1);
    text[length] = '\0';
  }
};

struct ChildEnd {
  int signal = 0;   // that ended it; 0: it exited
  int status = -1;  // of its exit
  ChildReport report{};
};

// Forks, runs `body` and exits with what it returns. A child that takes longer
// than 20 seconds ends by SIGALRM.
inline ChildEnd RunInChild(const std::function<int(ChildReport&)>& body) {
  ChildEnd end;
  void* memory = mmap(nullptr, sizeof(ChildReport), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return end;
  auto* report = new (memory) ChildReport{};
  const pid_t pid = fork();
  if (pid == 0) {
    const rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    alarm(20);
    _exit(body(*report));
  }
  int status = 0;
  if (pid > 0 && waitpid(pid, &status, 0) == pid) {
    if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
    if (WIFEXITED(status)) end.status = WEXITSTATUS(status);
    end.report = *report;
  }
  munmap(memory, sizeof(ChildReport));
  return end;
}

}  // namespace scbpf

#endif  // SCBPF_TESTS_KERNEL_CHILD_H_
