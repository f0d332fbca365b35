// What every instruction does to chosen values, and what a stack answers.
#include "bpf/simulate.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bpf/check.h"
#include "bpf/instruction.h"

namespace scbpf {
namespace {

using op::Jump;
using op::JumpIf;
using op::Load;
using op::Return;

constexpr Instruction kRetA{op::kRetA, 0, 0, 0};

Call SomeCall() {
  return {0x11111111,
          0x22222222,
          0x4444444433333333,
          {0x0000000600000005, 0x0000000800000007, 0x0000000a00000009,
           0x0000000c0000000b, 0x0000000e0000000d, 0x000000100000000f}};
}

uint32_t Result(const Program& program) {
  EXPECT_EQ(CheckProgram(program), absl::OkStatus());
  return Execute(program, SomeCall()).result.raw;
}

TEST(Execute, LoadsEveryWord) {
  const std::vector<uint32_t> words = {
      0x11111111, 0x22222222, 0x33333333, 0x44444444, 5,  6,  7,  8,
      9,          10,         11,         12,         13, 14, 15, 16};
  for (uint32_t i = 0; i < words.size(); ++i) {
    EXPECT_EQ(Result({Load(4 * i), kRetA}), words[i]) << i;
  }
}

TEST(Execute, Operations) {
  struct Row {
    uint16_t operation;
    uint32_t a, operand, result;
    bool x_only = false;  // the kernel refuses this K
  };
  const std::vector<Row> rows = {
      {op::kAdd, 7, 5, 12},
      {op::kAdd, 0xffffffff, 2, 1},
      {op::kSub, 7, 5, 2},
      {op::kSub, 5, 7, 0xfffffffe},
      {op::kMul, 7, 5, 35},
      {op::kMul, 0x10001, 0x10001, 0x20001},
      {op::kDiv, 37, 5, 7},
      {op::kDiv, 0xffffffff, 0x80000000, 1},
      {op::kDiv, 37, 0, 0, true},
      {op::kOr, 0xf0f0, 0x0ff0, 0xfff0},
      {op::kAnd, 0xf0f0, 0x0ff0, 0x00f0},
      {op::kXor, 0xf0f0, 0x0ff0, 0xff00},
      {op::kLsh, 0x80000001, 1, 2},
      {op::kLsh, 3, 31, 0x80000000},
      {op::kLsh, 3, 32, 3, true},
      {op::kLsh, 3, 0xffffffe1, 6, true},
      {op::kRsh, 0x80000001, 1, 0x40000000},
      {op::kRsh, 0x80000000, 31, 1},
      {op::kRsh, 6, 33, 3, true},
  };
  for (const Row& row : rows) {
    const auto code = static_cast<uint16_t>(op::kAlu | row.operation);
    const auto of_x = static_cast<uint16_t>(code | op::kX);
    EXPECT_EQ(Result({{op::kLdImm, 0, 0, row.a},
                      {op::kLdxImm, 0, 0, row.operand},
                      {of_x, 0, 0, 0},
                      kRetA}),
              row.result)
        << code << " " << row.a << " X " << row.operand;
    if (row.x_only) continue;
    EXPECT_EQ(
        Result({{op::kLdImm, 0, 0, row.a}, {code, 0, 0, row.operand}, kRetA}),
        row.result)
        << code << " " << row.a << " K " << row.operand;
  }
  EXPECT_EQ(
      Result({{op::kLdImm, 0, 0, 1}, {op::kAlu | op::kNeg, 0, 0, 0}, kRetA}),
      0xffffffffu);
}

TEST(Execute, DivisionByZeroReturnsAtOnce) {
  const Program program = {{op::kLdImm, 0, 0, 8},
                           {op::kAlu | op::kDiv | op::kX, 0, 0, 0},
                           Return(0x7fff0000)};
  const Execution execution = Execute(program, SomeCall());
  EXPECT_EQ(execution.result, KillThread());
  EXPECT_EQ(execution.executed, 2u);
}

TEST(Execute, Jumps) {
  struct Row {
    uint16_t operation;
    uint32_t a, operand;
    bool taken;
  };
  const std::vector<Row> rows = {
      {op::kJeq, 5, 5, true},
      {op::kJeq, 5, 6, false},
      {op::kJgt, 5, 5, false},
      {op::kJgt, 6, 5, true},
      {op::kJgt, 0x80000000, 0x7fffffff, true},
      {op::kJge, 5, 5, true},
      {op::kJge, 4, 5, false},
      {op::kJge, 0x7fffffff, 0x80000000, false},
      {op::kJset, 6, 2, true},
      {op::kJset, 6, 9, false},
      {op::kJset, 0x80000000, 0x80000000, true},
  };
  for (const Row& row : rows) {
    for (const uint16_t source : {op::kK, op::kX}) {
      const auto code =
          static_cast<uint16_t>(op::kJmp | row.operation | source);
      const uint32_t k = source == op::kK ? row.operand : 0;
      EXPECT_EQ(Result({{op::kLdImm, 0, 0, row.a},
                        {op::kLdxImm, 0, 0, row.operand},
                        JumpIf(code, k, 1, 2),
                        Return(9),
                        Return(1),
                        Return(2)}),
                row.taken ? 1u : 2u)
          << code << " " << row.a << " " << row.operand;
    }
  }
  EXPECT_EQ(Result({Jump(1), Return(1), Jump(0), Return(2)}), 2u);
}

TEST(Execute, RegistersAndScratchWords) {
  const Instruction tax{op::kTaxAll, 0, 0, 0};
  const Instruction txa{op::kTxaAll, 0, 0, 0};
  const Instruction a7{op::kLdImm, 0, 0, 7};
  const Instruction a8{op::kLdImm, 0, 0, 8};
  EXPECT_EQ(Result({kRetA}), 0u);
  EXPECT_EQ(Result({txa, kRetA}), 0u);
  EXPECT_EQ(Result({{op::kLdLen, 0, 0, 0}, kRetA}), 64u);
  EXPECT_EQ(Result({{op::kLdxLen, 0, 0, 0}, txa, kRetA}), 64u);
  EXPECT_EQ(Result({a7, tax, a8, txa, kRetA}), 7u);
  EXPECT_EQ(Result({a7,
                    {op::kSt, 0, 0, 0},
                    a8,
                    {op::kSt, 0, 0, 15},
                    {op::kLdMem, 0, 0, 0},
                    kRetA}),
            7u);
  EXPECT_EQ(Result({a7,
                    tax,
                    a8,
                    {op::kStx, 0, 0, 15},
                    {op::kLdxImm, 0, 0, 1},
                    {op::kLdxMem, 0, 0, 15},
                    txa,
                    kRetA}),
            7u);
}

TEST(ExecuteTraced, TellsPathAndAccumulator) {
  const Program program = {Load(0),
                           JumpIf(op::kJeqK, 1, 2, 0),
                           {op::kAlu | op::kAdd, 0, 0, 1},
                           kRetA,
                           Return(4)};
  const TracedExecution traced = ExecuteTraced(program, SomeCall());
  EXPECT_EQ(traced.path, (std::vector<uint32_t>{0, 1, 2, 3}));
  EXPECT_EQ(
      traced.accumulator,
      (std::vector<uint32_t>{0x11111111, 0x11111111, 0x11111112, 0x11111112}));
  EXPECT_EQ(traced.execution.result.raw, 0x11111112u);
  EXPECT_EQ(traced.execution.executed, 4u);
  EXPECT_EQ(Execute(program, SomeCall()).executed, 4u);
}

TEST(SimulateStack, TheMostRestrictiveWins) {
  struct Row {
    std::vector<uint32_t> answers;  // the newest last
    uint32_t result;
    size_t winner;
  };
  const std::vector<Row> rows = {
      {{}, 0x7fff0000, 0},
      {{0x00050001}, 0x00050001, 0},
      // The kernel forgets the data of ALLOW.
      {{0x7fff0007, 0x7fff0009}, 0x7fff0000, 1},
      {{0x00050001, 0x7fff0000}, 0x00050001, 0},
      {{0x7fff0000, 0x00050001}, 0x00050001, 1},
      // Of equal actions the newest, whatever the data.
      {{0x00050001, 0x00050026}, 0x00050026, 1},
      {{0x00050026, 0x00050001, 0x7ffc0000}, 0x00050001, 1},
      {{0x00050001, 0x00030000, 0x00000000}, 0x00000000, 2},
      {{0x80000000, 0x00000000}, 0x80000000, 0},
      // An unknown action counts as the number that it is.
      {{0x00000000, 0x12340000}, 0x00000000, 0},
      {{0x7ffc0000, 0x12340000}, 0x12340000, 1},
      {{0x00000000, 0x90000000}, 0x90000000, 1},
      {{0x80000000, 0x90000000}, 0x80000000, 0},
  };
  for (const Row& row : rows) {
    std::vector<Program> stack;
    for (const uint32_t raw : row.answers) stack.push_back({Return(raw)});
    const StackAnswer answer = SimulateStack(stack, SomeCall());
    EXPECT_EQ(answer.result.raw, row.result);
    EXPECT_EQ(answer.winner, row.winner) << row.result;
  }
}

}  // namespace
}  // namespace scbpf
