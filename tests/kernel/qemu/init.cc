// The first process of the kernel under test: makes each call of /rows in a
// program of its own under a filter, and says how that ended.
//
// A row: FILTER PROGRAM ARGUMENT..., the first two being files. Said, on the
// console, are "scbpf: flags 0x3f" (OfferedFlags) and for each row
// "scbpf: 0 exit 38" or "scbpf: 1 signal 31"; then /tests is run, as row
// "tests", and the machine is turned off.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <string>

#include "scbpf/install.h"

namespace {

constexpr int kFailed = 255;

// In a child that becomes the program; returns why it did not.
int Become(char** words) {
  static std::array<scbpf::Instruction, scbpf::kMaxInstructions> filter;
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
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

int BecomeTests(char** words) {
  execv(words[0], words);
  return kFailed;
}

void RunInChild(const char* row, int (*become)(char**), char** words) {
  const pid_t child = fork();
  if (child == 0) _exit(become(words));
  int status = 0;
  if (waitpid(child, &status, 0) != child) return;
  if (WIFSIGNALED(status)) {
    std::printf("\nscbpf: %s signal %d\n", row, WTERMSIG(status));
  } else {
    std::printf("\nscbpf: %s exit %d\n", row, WEXITSTATUS(status));
  }
  std::fflush(stdout);
}

void RunRow(int row, char* line) {
  std::array<char*, 16> words{};
  size_t count = 0;
  for (char* word = strtok(line, " \n"); word != nullptr && count < 15;
       word = strtok(nullptr, " \n")) {
    words[count++] = word;
  }
  if (count < 2) return;
  RunInChild(std::to_string(row).c_str(), Become, words.data());
}

}  // namespace

int main() {
  std::printf("\nscbpf: flags 0x%x\n", scbpf::OfferedFlags());
  std::fflush(stdout);
  if (std::FILE* rows = std::fopen("/rows", "re")) {
    std::array<char, 512> line{};
    for (int row = 0; std::fgets(line.data(), line.size(), rows) != nullptr;
         ++row) {
      RunRow(row, line.data());
    }
  }
  mount("proc", "/proc", "proc", 0, nullptr);
  std::string tests = "/tests";
  std::string brief = "--gtest_brief=1";
  std::array<char*, 3> words = {tests.data(), brief.data(), nullptr};
  RunInChild("tests", BecomeTests, words.data());
  return reboot(RB_POWER_OFF);
}
