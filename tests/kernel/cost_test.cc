// KernelLength against the limit of the kernel: the room that is left after
// each filter of a stack, to the instruction.
#include "bpf/cost.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "bpf/check.h"
#include "bpf/instruction.h"
#include "gtest/gtest.h"
#include "scbpf/program.h"
#include "tests/kernel/attach.h"
#include "tests/kernel/child.h"

namespace scbpf {
namespace {

using op::Jump;
using op::JumpIf;
using op::Load;
using op::Return;

constexpr uint32_t kAllow = 0x7fff0000;
constexpr uint32_t kLimit = 32768;

// Twenty times the instruction, so that an error counts twenty.
Program Repeat(const Instruction& in) {
  Program program = {{op::kLdxImm, 0, 0, 1}, {op::kLdImm, 0, 0, kAllow}};
  program.insert(program.end(), 20, in);
  program.insert(program.end(), 3, Return(kAllow));
  return program;
}

// What leaves little enough room for a single program to fill.
std::vector<Program> Fillers() {
  const Program large(kMaxInstructions, Return(kAllow));
  return {large, large, large, Program(3000, Return(kAllow))};
}

// A program of exactly this converted length, the 4 not included.
Program OfLength(uint32_t length) {
  Program program(length - 4, {op::kLdImm, 0, 0, kAllow});
  program.push_back({op::kRetA, 0, 0, 0});
  return program;
}

enum Failure : int64_t { kNone, kRefused, kRoomTooLarge, kRoomTooSmall };

// Installs the fillers and the programs. After each of the latter, what is an
// instruction too long must be refused; at the end what fits must be taken.
// Both orders together leave only one room after each program.
ChildEnd FillTo(const std::vector<Program>& programs) {
  return RunInChild([&](ChildReport& report) {
    uint32_t room = kLimit;
    const auto fail = [&](Failure failure, size_t at) {
      report.values = {failure, static_cast<int64_t>(at), room};
      return 1;
    };
    for (const Program& filler : Fillers()) {
      if (Attach(filler) != 0) return fail(kRefused, 0);
      room -= KernelLength(filler);
    }
    for (size_t i = 0; i < programs.size(); ++i) {
      if (Attach(programs[i]) != 0) return fail(kRefused, i);
      room -= KernelLength(programs[i]);
      if (Attach(OfLength(room + 1)) != ENOMEM) return fail(kRoomTooLarge, i);
    }
    if (Attach(OfLength(room)) != 0) return fail(kRoomTooSmall, 0);
    return 0;
  });
}

class CostKernelTest : public AttachTest {
 protected:
  void SetUp() override {
    std::string harden;
    std::ifstream("/proc/sys/net/core/bpf_jit_harden") >> harden;
    if (!harden.empty() && harden != "0") {
      GTEST_SKIP() << "constant blinding lengthens programs here";
    }
    AttachTest::SetUp();
  }
};

TEST_F(CostKernelTest, TheRoomLeftIsAsCounted) {
  std::vector<Program> programs = {
      Repeat(Load(16)),
      Repeat({op::kLdLen, 0, 0, 0}),
      Repeat({op::kAlu | op::kDiv | op::kX, 0, 0, 0}),
      Repeat({op::kRetA, 0, 0, 0}),
      Repeat(JumpIf(op::kJeqK, 1, 1, 2)),
      Repeat(JumpIf(op::kJgeK, 1, 0, 2)),
      Repeat(JumpIf(op::kJsetK, 1, 0, 1)),
      Repeat(JumpIf(op::kJgtK, 0x80000000, 1, 0)),
      Repeat(JumpIf(op::kJsetK, 0xffffffff, 2, 1)),
      Repeat(JumpIf(op::kJmp | op::kJeq | op::kX, 0x80000000, 0, 1)),
  };
  for (const Program& program : programs) {
    ASSERT_EQ(CheckProgram(program), absl::OkStatus());
  }
  for (int order = 0; order < 2; ++order) {
    const ChildEnd end = FillTo(programs);
    EXPECT_EQ(end.status, 0)
        << "signal " << end.signal << ", failure " << end.report.values[0]
        << " at program " << end.report.values[1] << ", room "
        << end.report.values[2];
    Pause();
    std::reverse(programs.begin(), programs.end());
  }
}

}  // namespace
}  // namespace scbpf
