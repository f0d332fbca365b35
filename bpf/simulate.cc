// Runs a program on one call, as the kernel's interpreter does.
#include "bpf/simulate.h"

#include <array>

#include "bpf/instruction.h"

namespace scbpf {
namespace {

using Words = std::array<uint32_t, op::kDataSize / 4>;

// struct seccomp_data as a little-endian machine lays it out.
Words WordsOf(const Call& call) {
  Words words{};
  words[0] = call.nr;
  words[1] = call.arch;
  words[2] = static_cast<uint32_t>(call.instruction_pointer);
  words[3] = static_cast<uint32_t>(call.instruction_pointer >> 32);
  for (size_t i = 0; i < call.args.size(); ++i) {
    words[4 + 2 * i] = static_cast<uint32_t>(call.args[i]);
    words[5 + 2 * i] = static_cast<uint32_t>(call.args[i] >> 32);
  }
  return words;
}

// Every operation but a division by 0.
uint32_t Compute(uint16_t operation, uint32_t a, uint32_t operand) {
  switch (operation) {
    case op::kAdd:
      return a + operand;
    case op::kSub:
      return a - operand;
    case op::kMul:
      return a * operand;
    case op::kDiv:
      return a / operand;
    case op::kOr:
      return a | operand;
    case op::kAnd:
      return a & operand;
    case op::kLsh:
      return a << (operand % 32);
    case op::kRsh:
      return a >> (operand % 32);
    case op::kXor:
      return a ^ operand;
    default:
      return 0 - a;  // NEG
  }
}

bool Compare(uint16_t operation, uint32_t a, uint32_t operand) {
  switch (operation) {
    case op::kJeq:
      return a == operand;
    case op::kJgt:
      return a > operand;
    case op::kJge:
      return a >= operand;
    default:
      return (a & operand) != 0;  // JSET
  }
}

struct Machine {
  uint32_t a = 0;
  uint32_t x = 0;
  std::array<uint32_t, op::kMemWords> memory{};
};

void LoadOrStore(const Instruction& in, const Words& words, Machine& m) {
  switch (in.code) {
    case op::kLdAbs:
      m.a = words[in.k / 4];
      break;
    case op::kLdImm:
      m.a = in.k;
      break;
    case op::kLdLen:
      m.a = op::kDataSize;
      break;
    case op::kLdMem:
      m.a = m.memory[in.k];
      break;
    case op::kLdxImm:
      m.x = in.k;
      break;
    case op::kLdxLen:
      m.x = op::kDataSize;
      break;
    case op::kLdxMem:
      m.x = m.memory[in.k];
      break;
    case op::kSt:
      m.memory[in.k] = m.a;
      break;
    default:
      m.memory[in.k] = m.x;  // STX
  }
}

// `on_step(pc, a)` is told of each instruction after it ran.
template <typename OnStep>
Execution Run(std::span<const Instruction> program, const Call& call,
              OnStep on_step) {
  const Words words = WordsOf(call);
  Machine m;
  Execution execution;
  for (size_t pc = 0; pc < program.size();) {
    const Instruction& in = program[pc];
    const uint16_t operation = op::Operation(in.code);
    const uint32_t operand = op::Source(in.code) == op::kX ? m.x : in.k;
    const size_t at = pc++;
    ++execution.executed;
    switch (op::Class(in.code)) {
      case op::kAlu:
        if (operation == op::kDiv && operand == 0) {
          on_step(at, m.a);
          return execution;  // the kernel returns 0, KILL_THREAD
        }
        m.a = Compute(operation, m.a, operand);
        break;
      case op::kJmp:
        if (operation == op::kJa) {
          pc += in.k;
        } else {
          pc += Compare(operation, m.a, operand) ? in.jt : in.jf;
        }
        break;
      case op::kRet:
        on_step(at, m.a);
        execution.result.raw = in.code == op::kRetA ? m.a : in.k;
        return execution;
      case op::kMisc:
        (in.code == op::kTaxAll ? m.x : m.a) =
            in.code == op::kTaxAll ? m.a : m.x;
        break;
      default:
        LoadOrStore(in, words, m);
    }
    on_step(at, m.a);
  }
  return execution;
}

// The action as the kernel ranks it: a signed number.
int32_t RankOf(ReturnValue value) {
  return static_cast<int32_t>(value.raw & 0xffff0000u);
}

}  // namespace

Execution Execute(std::span<const Instruction> program, const Call& call) {
  return Run(program, call, [](size_t, uint32_t) {});
}

ReturnValue Simulate(std::span<const Instruction> program, const Call& call) {
  return Execute(program, call).result;
}

TracedExecution ExecuteTraced(std::span<const Instruction> program,
                              const Call& call) {
  TracedExecution traced;
  traced.execution = Run(program, call, [&](size_t pc, uint32_t a) {
    traced.path.push_back(static_cast<uint32_t>(pc));
    traced.accumulator.push_back(a);
  });
  return traced;
}

StackAnswer SimulateStack(std::span<const Program> stack, const Call& call) {
  StackAnswer answer{Allow(), stack.empty() ? 0 : stack.size() - 1};
  for (size_t i = stack.size(); i-- > 0;) {
    const ReturnValue value = Simulate(stack[i], call);
    if (RankOf(value) < RankOf(answer.result)) answer = {value, i};
  }
  return answer;
}

}  // namespace scbpf
