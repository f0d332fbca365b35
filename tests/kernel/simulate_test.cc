// Execute and SimulateStack against the kernel: what random programs of every
// instruction answer to real calls.
#include "bpf/simulate.h"

#include <linux/audit.h>

#include <algorithm>
#include <csignal>
#include <random>
#include <set>
#include <vector>

#include "bpf/check.h"
#include "bpf/disassemble.h"
#include "bpf/instruction.h"
#include "gtest/gtest.h"
#include "scbpf/call.h"
#include "scbpf/program.h"
#include "tests/kernel/attach.h"
#include "tests/kernel/child.h"

namespace scbpf {
namespace {

using op::Jump;
using op::JumpIf;
using op::Load;
using op::Return;

using Random = std::mt19937;

// A call that has no effect, so that a program may also let it pass.
constexpr uint32_t kCall = SYS_getppid;
constexpr size_t kCalls = 12;

uint32_t SomeValue(Random& random) {
  const uint32_t edges[] = {0,          1,          2,          31,
                            32,         33,         64,         0x7fffffff,
                            0x80000000, 0xffffffff, 0xc000003e, kCall};
  if (random() % 2 == 0) return edges[random() % std::size(edges)];
  return static_cast<uint32_t>(random());
}

std::vector<Call> SomeCalls(Random& random) {
  std::vector<Call> calls(kCalls);
  for (Call& call : calls) {
    call.nr = kCall;
    call.arch = AUDIT_ARCH_X86_64;
    for (uint64_t& arg : call.args) {
      arg = SomeValue(random);
      arg = arg << 32 | SomeValue(random);
    }
  }
  return calls;
}

// An instruction that neither jumps nor returns; the instruction pointer is
// not read, as the test does not know it.
Instruction SomeStep(Random& random) {
  const uint32_t word = random() % op::kMemWords;
  const auto operation = static_cast<uint16_t>(random() % 11 << 4);
  const auto source = static_cast<uint16_t>(random() % 2 ? op::kX : op::kK);
  switch (random() % 14) {
    case 0:
    case 1:
    case 2:
      return Load(op::kArgsOffset + random() % 12 * 4);
    case 3:
      return Load(random() % 2 * 4);
    case 4:
      return {op::kLdImm, 0, 0, SomeValue(random)};
    case 5:
      return {random() % 2 ? op::kLdxLen : op::kLdLen, 0, 0, 0};
    case 6:
      return {op::kLdxImm, 0, 0, SomeValue(random)};
    case 7:
      return {random() % 2 ? op::kLdMem : op::kLdxMem, 0, 0, word};
    case 8:
      return {random() % 2 ? op::kSt : op::kStx, 0, 0, word};
    case 9:
      return {random() % 2 ? op::kTaxAll : op::kTxaAll, 0, 0, 0};
    default:
      return {static_cast<uint16_t>(op::kAlu | operation | source), 0, 0,
              random() % 2 ? SomeValue(random)
                           : static_cast<uint32_t>(random() % 32)};
  }
}

Instruction SomeJump(Random& random, size_t left) {
  const auto way = [&] {
    return static_cast<uint8_t>(random() % std::min<size_t>(left, 5));
  };
  if (random() % 6 == 0) return Jump(way());
  const auto code = static_cast<uint16_t>(op::kJmp | (1 + random() % 4) << 4 |
                                          (random() % 2 ? op::kX : op::kK));
  return {code, way(), way(), SomeValue(random)};
}

// Folds A, X and some scratch words into an errno of 12 bits and returns it.
void AppendAnswer(Program& program) {
  const auto alu = [&](uint16_t operation, uint32_t k) {
    program.push_back({static_cast<uint16_t>(op::kAlu | operation), 0, 0, k});
  };
  alu(op::kXor | op::kX, 0);
  for (const uint32_t word : {0, 5, 15}) {
    program.push_back({op::kLdxMem, 0, 0, word});
    alu(op::kMul, 0x01000193);
    alu(op::kXor | op::kX, 0);
  }
  program.push_back({op::kTaxAll, 0, 0, 0});
  alu(op::kRsh, 16);
  alu(op::kXor | op::kX, 0);
  alu(op::kAnd, 0x7ff);
  alu(op::kOr, 0x00050000);
  program.push_back({op::kRetA, 0, 0, 0});
}

// A program that the kernel takes and that lets other calls pass: scratch words
// are stored first, and what would be refused is drawn again.
Program SomeProgram(Random& random) {
  constexpr size_t kSteps = 40;
  Program program = {Load(0), JumpIf(op::kJeqK, kCall, 1, 0),
                     Return(Allow().raw)};
  for (uint32_t word = 0; word < op::kMemWords; ++word) {
    program.push_back(Load(op::kArgsOffset + word % 12 * 4));
    program.push_back({op::kSt, 0, 0, word});
  }
  for (size_t i = 0; i < kSteps; ++i) {
    Instruction in =
        random() % 4 == 0 ? SomeJump(random, kSteps - i) : SomeStep(random);
    while (!CheckProgram(Program{{op::kSt, 0, 0, in.k % op::kMemWords},
                                 in,
                                 Return(0),
                                 Return(0),
                                 Return(0),
                                 Return(0),
                                 Return(0)})
                .ok()) {
      in = SomeStep(random);
    }
    program.push_back(in);
  }
  AppendAnswer(program);
  return program;
}

// What the call's errno shows of an answer; 0: it passed.
int64_t SeenErrno(ReturnValue value) {
  return ActionOf(value) == Action::kErrno ? DataOf(value) : 0;
}

int64_t Make(const Call& call) {
  const auto& a = call.args;
  errno = 0;
  const long result =
      syscall(static_cast<long>(call.nr), a[0], a[1], a[2], a[3], a[4], a[5]);
  return result < 0 ? errno : 0;
}

// Installs the stack, makes the calls and leaves their errnos.
ChildEnd Answers(const std::vector<Program>& stack,
                 const std::vector<Call>& calls) {
  return RunInChild([&](ChildReport& report) {
    for (const Program& program : stack) {
      if (Attach(program) != 0) return 1;
    }
    for (size_t i = 0; i < calls.size(); ++i) {
      report.values[i] = Make(calls[i]);
    }
    return 0;
  });
}

class SimulateKernelTest : public AttachTest {
 protected:
  void SetUp() override {
#ifndef __x86_64__
    GTEST_SKIP() << "the calls are x86_64's";
#endif
    AttachTest::SetUp();
  }
};

TEST_F(SimulateKernelTest, RandomProgramsAnswerAlike) {
  Random random(20240611);
  std::set<uint16_t> executed;
  std::set<int64_t> errnos;
  size_t divided_by_zero = 0;
  for (int round = 0; round < 28; ++round) {
    const Program program = SomeProgram(random);
    ASSERT_EQ(CheckProgram(program), absl::OkStatus());
    std::vector<Call> calls = SomeCalls(random);
    // A program that ends the thread would end the test.
    std::erase_if(calls, [&](const Call& call) {
      const bool kills = Simulate(program, call) == KillThread();
      divided_by_zero += kills ? 1 : 0;
      return kills;
    });
    const ChildEnd end = Answers({program}, calls);
    ASSERT_EQ(end.status, 0) << "signal " << end.signal << "\n"
                             << Disassemble(program);
    for (size_t i = 0; i < calls.size(); ++i) {
      const TracedExecution traced = ExecuteTraced(program, calls[i]);
      for (const uint32_t pc : traced.path) executed.insert(program[pc].code);
      const int64_t expected = SeenErrno(traced.execution.result);
      errnos.insert(expected);
      EXPECT_EQ(end.report.values[i], expected) << Disassemble(program);
    }
    Pause();
  }
  // All but RET K, which the next test has, were met; the answers are many.
  EXPECT_EQ(executed.size(), 40u);
  EXPECT_GT(errnos.size(), 100u);
  EXPECT_GT(divided_by_zero, 0u);
}

// A division by 0 ends the thread, which here is all of the process.
TEST_F(SimulateKernelTest, DivisionByZeroKills) {
  const Program program = {Load(0),
                           JumpIf(op::kJeqK, kCall, 0, 1),
                           {op::kAlu | op::kDiv | op::kX, 0, 0, 0},
                           Return(Allow().raw)};
  Call call;
  call.nr = kCall;
  EXPECT_EQ(Simulate(program, call), KillThread());
  EXPECT_EQ(Answers({program}, {call}).signal, SIGSYS);
}

TEST_F(SimulateKernelTest, StacksAnswerAlike) {
  const auto for_call = [](ReturnValue value) -> Program {
    return {Load(0), JumpIf(op::kJeqK, kCall, 0, 1), Return(value.raw),
            Return(Allow().raw)};
  };
  const std::vector<std::vector<Program>> stacks = {
      {for_call(Errno(1)), for_call(Errno(38))},
      {for_call(Errno(38)), for_call(Errno(1)), for_call(Allow())},
      {for_call(Log()), for_call(Errno(7))},
      {for_call(Errno(0)), for_call(Errno(7)), for_call(Log())},
      {for_call(Errno(4000)), for_call(Allow())},
  };
  Call call;
  call.nr = kCall;
  call.arch = AUDIT_ARCH_X86_64;
  for (const std::vector<Program>& stack : stacks) {
    const ChildEnd end = Answers(stack, {call});
    ASSERT_EQ(end.status, 0) << "signal " << end.signal;
    EXPECT_EQ(end.report.values[0],
              SeenErrno(SimulateStack(stack, call).result));
    Pause();
  }
}

}  // namespace
}  // namespace scbpf
