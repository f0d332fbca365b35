// Small filters that answer by number, and what a call then returns.
#ifndef SCBPF_TESTS_KERNEL_ANSWERS_H_
#define SCBPF_TESTS_KERNEL_ANSWERS_H_

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <vector>

#include "bpf/instruction.h"
#include "gtest/gtest.h"
#include "scbpf/install.h"
#include "scbpf/program.h"
#include "scbpf/return_value.h"

namespace scbpf {

struct Answer {
  long nr = 0;
  ReturnValue value;
};

// Answers each number of the list with its value and ALLOWs everything else,
// whatever the ABI.
inline Program AnswerNumbers(const std::vector<Answer>& answers) {
  Program program = {op::Load(op::kNrOffset)};
  for (const Answer& answer : answers) {
    program.push_back(
        op::JumpIf(op::kJeqK, static_cast<uint32_t>(answer.nr), 0, 1));
    program.push_back(op::Return(answer.value.raw));
  }
  program.push_back(op::Return(Allow().raw));
  return program;
}

// The errno of a call without arguments, 0 when it succeeds.
inline int ErrnoOf(long nr) { return syscall(nr, 0, 0, 0) < 0 ? errno : 0; }

// Skips where no filter can be installed at all.
class KernelTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (OfferedFlags() == 0) GTEST_SKIP() << "seccomp(2) cannot be called here";
  }
};

}  // namespace scbpf

#endif  // SCBPF_TESTS_KERNEL_ANSWERS_H_
