// The counts of small programs, exact.
#include "bpf/cost.h"

#include <gtest/gtest.h>

#include <vector>

#include "arch/abi.h"
#include "bpf/instruction.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

using op::Jump;
using op::JumpIf;
using op::Load;
using op::Return;

constexpr uint32_t kX86_64 = 0xc000003e;
constexpr uint32_t kI386 = 0x40000003;
constexpr uint32_t kAllow = 0x7fff0000;

TEST(MeasureExecuted, CountsEveryNumberOfTheAbi) {
  const Abi& abi = *FindAbiById("x86_64");
  const ExecutedCost one = MeasureExecuted(Program{Return(0)}, abi);
  EXPECT_EQ(one.mean, 1.0);
  EXPECT_EQ(one.max, 1u);

  // Number 0 takes 3 instructions, every other one 4.
  const Program program = {Load(0), JumpIf(op::kJeqK, 0, 1, 0), Jump(0),
                           Return(0)};
  const ExecutedCost cost = MeasureExecuted(program, abi);
  const auto numbers = static_cast<double>(NumbersOf(abi).size());
  EXPECT_EQ(cost.mean, (4 * numbers - 1) / numbers);
  EXPECT_EQ(cost.max, 4u);

  // x32's token is x86_64's; its numbers have bit 30.
  const ExecutedCost x32 =
      MeasureExecuted(Program{Load(4), JumpIf(op::kJeqK, kX86_64, 0, 2),
                              Load(0), JumpIf(op::kJsetK, 1u << 30, 0, 1),
                              Return(1), Jump(0), Return(2)},
                      *FindAbiById("x32"));
  EXPECT_EQ(x32.mean, 5.0);
}

TEST(LongestPath, TakesTheLongerWayWhoeverTakesIt) {
  struct Row {
    Program program;
    uint32_t length;
  };
  const std::vector<Row> rows = {
      {{Return(0)}, 1},
      {{Load(0), Return(0), Load(0), Return(0)}, 2},
      {{Load(0), JumpIf(op::kJeqK, 0, 2, 0), Load(4), Load(8), Return(0)}, 5},
      {{Load(0), JumpIf(op::kJeqK, 0, 0, 2), Load(4), Load(8), Return(0)}, 5},
      {{Load(0), Jump(2), Load(4), Load(8), Return(0)}, 3},
      {{Load(0), JumpIf(op::kJgtK, 0xffffffff, 0, 1), Jump(0), Return(0)}, 4},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(LongestPath(row.program), row.length);
  }
}

TEST(IsInActionBitmap, UnderstandsWhatTheKernelDoes) {
  const Instruction load_imm{op::kLdImm, 0, 0, 0};
  struct Row {
    Program program;
    bool in;  // for number 5 of x86_64
  };
  const std::vector<Row> rows = {
      {{Return(kAllow)}, true},
      // With data it is ALLOW but not to the analysis.
      {{Return(kAllow | 1)}, false},
      {{Return(0x7ffc0000)}, false},
      {{Load(0), JumpIf(op::kJeqK, 5, 1, 0), Return(0), Return(kAllow)}, true},
      {{Load(0), JumpIf(op::kJeqK, 6, 1, 0), Return(0), Return(kAllow)}, false},
      {{Load(0), JumpIf(op::kJgeK, 5, 1, 0), Return(0), Return(kAllow)}, true},
      {{Load(0), JumpIf(op::kJgtK, 5, 1, 0), Return(0), Return(kAllow)}, false},
      {{Load(0), JumpIf(op::kJsetK, 4, 1, 0), Return(0), Return(kAllow)}, true},
      {{Load(0), op::And(4), JumpIf(op::kJeqK, 4, 1, 0), Return(0),
        Return(kAllow)},
       true},
      {{Load(4), JumpIf(op::kJeqK, kX86_64, 1, 0), Return(0), Return(kAllow)},
       true},
      {{Load(4), JumpIf(op::kJeqK, kI386, 1, 0), Return(0), Return(kAllow)},
       false},
      {{Jump(1), Return(0), Return(kAllow)}, true},
      // What it does not understand, even where it decides nothing.
      {{Load(8), Return(kAllow)}, false},
      {{Load(16), Return(kAllow)}, false},
      {{load_imm, Return(kAllow)}, false},
      {{{op::kTaxAll, 0, 0, 0}, Return(kAllow)}, false},
      {{{op::kSt, 0, 0, 0}, Return(kAllow)}, false},
      {{{op::kAlu | op::kOr, 0, 0, 0}, Return(kAllow)}, false},
      {{{op::kAlu | op::kAnd | op::kX, 0, 0, 0}, Return(kAllow)}, false},
      {{JumpIf(op::kJmp | op::kJeq | op::kX, 0, 0, 0), Return(kAllow)}, false},
      {{{op::kLdImm, 0, 0, kAllow}, {op::kRetA, 0, 0, 0}}, false},
      // Not on the way of this number.
      {{Load(0), JumpIf(op::kJeqK, 5, 1, 0), Load(16), Return(kAllow)}, true},
  };
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(IsInActionBitmap(rows[i].program, kX86_64, 5), rows[i].in) << i;
  }
}

TEST(ScanForActionBitmap, CountsWhatTheKernelInterprets) {
  // Number 1 asks for an argument, 2 is refused.
  const Program program = {Load(0),         JumpIf(op::kJeqK, 1, 0, 1),
                           Load(16),        JumpIf(op::kJeqK, 2, 0, 1),
                           Return(0x50001), Return(kAllow)};
  const struct {
    uint32_t nr;
    bool allowed;
    uint32_t steps;
  } rows[] = {{0, true, 4}, {1, false, 3}, {2, false, 4}};
  for (const auto& row : rows) {
    const BitmapScan scan = ScanForActionBitmap(program, kX86_64, row.nr);
    EXPECT_EQ(scan.allowed, row.allowed) << row.nr;
    EXPECT_EQ(scan.steps, row.steps) << row.nr;
  }
}

TEST(KernelLength, IsTheConvertedLengthAndFour) {
  struct Row {
    Instruction instruction;
    uint32_t length;
  };
  const uint16_t jset_x = op::kJmp | op::kJset | op::kX;
  const uint16_t jeq_x = op::kJmp | op::kJeq | op::kX;
  const std::vector<Row> rows = {
      {Return(kAllow), 2},
      {{op::kRetA, 0, 0, 0}, 1},
      {Load(0), 1},
      {{op::kLdLen, 0, 0, 0}, 1},
      {{op::kLdxImm, 0, 0, 0x80000000}, 1},
      {{op::kSt, 0, 0, 0}, 1},
      {{op::kTaxAll, 0, 0, 0}, 1},
      {op::And(0xbfffffff), 1},
      {{op::kAlu | op::kNeg, 0, 0, 0}, 1},
      {{op::kAlu | op::kLsh | op::kX, 0, 0, 0}, 1},
      {{op::kAlu | op::kDiv, 0, 0, 2}, 1},
      {{op::kAlu | op::kDiv | op::kX, 0, 0, 0}, 5},
      {Jump(1), 1},
      {JumpIf(op::kJeqK, 1, 0, 0), 1},
      {JumpIf(op::kJeqK, 1, 1, 0), 1},
      {JumpIf(op::kJeqK, 1, 0, 1), 1},
      {JumpIf(op::kJeqK, 1, 1, 2), 2},
      {JumpIf(op::kJeqK, 1, 1, 1), 2},
      {JumpIf(op::kJgtK, 1, 0, 1), 1},
      {JumpIf(op::kJgeK, 1, 0, 1), 1},
      {JumpIf(op::kJsetK, 1, 1, 0), 1},
      {JumpIf(op::kJsetK, 1, 0, 1), 2},
      {JumpIf(op::kJeqK, 0x7fffffff, 1, 0), 1},
      {JumpIf(op::kJeqK, 0x80000000, 1, 0), 2},
      {JumpIf(op::kJeqK, 0xc000003e, 1, 2), 3},
      {JumpIf(op::kJsetK, 0xffffffff, 0, 1), 3},
      {JumpIf(jeq_x, 0xffffffff, 1, 0), 1},
      {JumpIf(jeq_x, 0, 0, 1), 1},
      {JumpIf(jset_x, 0, 0, 1), 2},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(KernelLength(Program{row.instruction}), 3 + row.length + 4)
        << row.instruction.code << " " << row.instruction.k;
  }
  EXPECT_EQ(KernelLength(Program(4096, Return(0))), 3 + 2 * 4096 + 4u);
}

}  // namespace
}  // namespace scbpf
