// Each operation and each branch of the machine on bits, at the borders of
// its operands, against the simulator.
#include <gtest/gtest.h>

#include "bpf/check.h"
#include "bpf/instruction.h"
#include "bpf/simulate.h"
#include "proof/answer.h"

namespace scbpf {
namespace {

using namespace op;  // NOLINT

constexpr uint32_t kOperands[] = {
    0,    1,          2,          3,   7,    31,         32,        33,
    0x80, 0x7fffffff, 0x80000000, 255, 1000, 0xfffffffe, 0xffffffff};

std::vector<Call> Calls(const std::vector<uint32_t>& second) {
  std::vector<Call> calls;
  for (const uint32_t a : kOperands) {
    for (const uint32_t x : second) {
      Call& call = calls.emplace_back();
      call.args = {a, x, 0, 0, 0, 0};
    }
  }
  return calls;
}

// Runs the program in both ways on all calls.
void ExpectSame(const Program& program, const std::vector<Call>& calls,
                const std::string& what) {
  ASSERT_TRUE(CheckProgram(program).ok()) << what << CheckProgram(program);
  const auto answers = AnswersOf(Side::Of(program), calls, {2000});
  ASSERT_TRUE(answers.ok()) << what << answers.status();
  for (size_t i = 0; i < calls.size(); ++i) {
    ASSERT_EQ((*answers)[i], AsKernelReads(Simulate(program, calls[i])))
        << what << " of " << calls[i].args[0] << " and " << calls[i].args[1];
  }
}

// One bit of the result for each program, so that every bit is looked at.
void ExpectSameBits(const Program& computation, const std::vector<Call>& calls,
                    const std::string& what) {
  for (uint32_t bit = 0; bit < 32; bit += 3) {
    Program program = computation;
    program.push_back(JumpIf(kJsetK, 1u << bit, 0, 1));
    program.push_back(Return(Allow().raw));
    program.push_back(Return(Errno(1).raw));
    ASSERT_NO_FATAL_FAILURE(ExpectSame(program, calls, what));
  }
}

constexpr uint16_t kOperations[] = {kAdd, kSub, kMul, kDiv, kOr,
                                    kAnd, kLsh, kRsh, kXor};

TEST(Opcode, ComputesWithConstants) {
  const std::vector<Call> calls = Calls({0});
  for (const uint16_t operation : kOperations) {
    for (uint32_t k : {1u, 2u, 3u, 10u, 31u, 0x80000000u, 0xffffffffu}) {
      if (operation == kLsh || operation == kRsh) k %= 32;
      if (operation == kMul && k > 10) continue;
      ExpectSameBits({Load(kArgsOffset),
                      {static_cast<uint16_t>(kAlu | operation), 0, 0, k}},
                     calls, "operation " + std::to_string(operation));
    }
  }
  ExpectSameBits({Load(kArgsOffset), {kAlu | kNeg, 0, 0, 0}}, calls, "neg");
}

TEST(Opcode, ComputesWithX) {
  const std::vector<uint32_t> small{0, 1, 3, 5, 15, 31, 32, 33, 47, 63};
  const std::vector<Call> calls = Calls(small);
  for (const uint16_t operation : kOperations) {
    // Few bits where the diagram of all bits would be too large.
    const bool costly = operation == kMul || operation == kDiv;
    const bool shift = operation == kLsh || operation == kRsh;
    const uint32_t mask = costly || shift ? 0x8000000fu : 0xffffffffu;
    const uint32_t x_mask = costly ? 0x7u : 0x3fu;
    ExpectSameBits({Load(kArgsOffset + 8),
                    And(x_mask),
                    {kTaxAll, 0, 0, 0},
                    Load(kArgsOffset),
                    And(mask),
                    {static_cast<uint16_t>(kAlu | operation | kX), 0, 0, 0}},
                   calls, "operation by X " + std::to_string(operation));
  }
}

TEST(Opcode, BranchesOnX) {
  const std::vector<Call> calls =
      Calls({0, 1, 2, 7, 0x80, 0xff, 0x100, 0xffffffff});
  for (const uint16_t operation : {kJeq, kJgt, kJge, kJset}) {
    ExpectSame({Load(kArgsOffset + 8),
                And(0xff),
                {kTaxAll, 0, 0, 0},
                Load(kArgsOffset),
                {static_cast<uint16_t>(kJmp | operation | kX), 0, 1, 0},
                Return(Allow().raw),
                Return(Errno(1).raw)},
               calls, "branch " + std::to_string(operation));
  }
}

TEST(Opcode, MovesRegistersAndMemory) {
  const std::vector<Call> calls = Calls({0, 5});
  const Program programs[] = {
      {Load(kArgsOffset),
       {kSt, 0, 0, 3},
       Load(kArgsOffset + 8),
       {kLdMem, 0, 0, 3}},
      {Load(kArgsOffset),
       {kSt, 0, 0, 15},
       {kLdxMem, 0, 0, 15},
       {kTxaAll, 0, 0, 0}},
      {Load(kArgsOffset),
       {kTaxAll, 0, 0, 0},
       {kStx, 0, 0, 0},
       {kLdMem, 0, 0, 0}},
      {{kLdxImm, 0, 0, 77}, {kTxaAll, 0, 0, 0}},
      {{kLdLen, 0, 0, 0}},
      {{kLdxLen, 0, 0, 0}, {kTxaAll, 0, 0, 0}},
      {{kLdImm, 0, 0, 0x12345678}},
      {Load(kNrOffset),
       {kSt, 0, 0, 1},
       Load(kArgsOffset),
       {kLdxMem, 0, 0, 1},
       {kAlu | kXor | kX, 0, 0, 0}},
  };
  int number = 0;
  for (const Program& program : programs) {
    ExpectSameBits(program, calls, "program " + std::to_string(number++));
  }
}

// Every action and every border of its data, straight from the accumulator.
TEST(Opcode, ReturnsTheAccumulator) {
  std::vector<Call> calls;
  for (const uint32_t high : {0u, 3u, 4u, 5u, 0x7fc0u, 0x7ff0u, 0x7ffcu,
                              0x7fffu, 0x8000u, 0x9000u, 0xffffu}) {
    for (const uint32_t low : {0u, 1u, 4095u, 4096u, 0xffffu}) {
      calls.emplace_back().args[0] = high << 16 | low;
    }
  }
  ExpectSame({Load(kArgsOffset), {kRetA, 0, 0, 0}}, calls, "ret a");
}

TEST(Opcode, DividesByZeroToKillThread) {
  const Program program{Load(kArgsOffset),
                        {kTaxAll, 0, 0, 0},
                        {kLdImm, 0, 0, 12},
                        {kAlu | kDiv | kX, 0, 0, 0},
                        Return(Allow().raw)};
  const auto answers = AnswersOf(Side::Of(program), Calls({0}));
  ASSERT_TRUE(answers.ok()) << answers.status();
  EXPECT_EQ((*answers)[0], KillThread());
  EXPECT_EQ((*answers)[1], Allow());
}

}  // namespace
}  // namespace scbpf
