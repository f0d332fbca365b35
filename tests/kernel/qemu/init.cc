// The first process of the kernel under test: makes each call of /rows in a
// program of its own under a filter, and says how that ended.
//
// A row: FILTER PROGRAM ARGUMENT..., the first two being files. Said, on the
// console, are "scbpf: flags 0x3f" (OfferedFlags) and for each row
// "scbpf: 0 exit 38" or "scbpf: 1 signal 31"; then the machine is turned off.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>

#include "scbpf/install.h"

namespace {

constexpr int kFailed = 255;

// In a child that becomes the program; returns why it did not.
int Become(char** words) {
  static std::array<scbpf::Instruction, scbpf::kMaxInstructions> filter;
  const int file = open(words[0], O_RDONLY | O_CLOEXEC);
  const ssize_t size = read(file, filter.data(), sizeof filter);
  const int result =
      size <= 0
          ? -1
          : scbpf::InstallRaw(filter.data(),
                              static_cast<size_t>(size) / sizeof filter[0],
                              scbpf::kFlagSpecAllow, nullptr);
  if (result == 0) execv(words[1], words + 1);
  return kFailed;
}

void RunRow(int row, char* line) {
  std::array<char*, 16> words{};
  size_t count = 0;
  for (char* word = strtok(line, " \n"); word != nullptr && count < 15;
       word = strtok(nullptr, " \n")) {
    words[count++] = word;
  }
  if (count < 2) return;
  const pid_t child = fork();
  if (child == 0) _exit(Become(words.data()));
  int status = 0;
  if (waitpid(child, &status, 0) != child) return;
  if (WIFSIGNALED(status)) {
    std::printf("\nscbpf: %d signal %d\n", row, WTERMSIG(status));
  } else {
    std::printf("\nscbpf: %d exit %d\n", row, WEXITSTATUS(status));
  }
}

}  // namespace

int main() {
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  std::printf("\nscbpf: flags 0x%x\n", scbpf::OfferedFlags());
  std::fflush(stdout);
  if (std::FILE* rows = std::fopen("/rows", "re")) {
    std::array<char, 512> line{};
    for (int row = 0; std::fgets(line.data(), line.size(), rows) != nullptr;
         ++row) {
      RunRow(row, line.data());
      std::fflush(stdout);
    }
  }
  return reboot(RB_POWER_OFF);
}
