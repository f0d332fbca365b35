// One backward pass: jumps go forward only.
#include "proof/flow.h"

#include "bpf/instruction.h"

namespace scbpf {
namespace {

struct Use {
  uint32_t read = 0;
  uint32_t written = 0;
};

Use UseOf(const Instruction& instruction) {
  const uint16_t code = instruction.code;
  const uint32_t x_operand = op::Source(code) == op::kX ? kRegisterX : 0;
  const uint32_t memory = 1u << (instruction.k % op::kMemWords);
  const bool from_memory = (code & 0xe0) == op::kMem;
  switch (op::Class(code)) {
    case op::kLd:
      return {from_memory ? memory : 0, kRegisterA};
    case op::kLdx:
      return {from_memory ? memory : 0, kRegisterX};
    case op::kSt:
      return {kRegisterA, memory};
    case op::kStx:
      return {kRegisterX, memory};
    case op::kAlu:
      return {kRegisterA | (op::Operation(code) == op::kNeg ? 0 : x_operand),
              kRegisterA};
    case op::kJmp:
      return {op::Operation(code) == op::kJa ? 0 : kRegisterA | x_operand, 0};
    case op::kRet:
      return {(code & 0x18) == op::kA ? kRegisterA : 0, 0};
    default:
      return op::Operation(code) == op::kTxa ? Use{kRegisterX, kRegisterA}
                                             : Use{kRegisterA, kRegisterX};
  }
}

}  // namespace

Flow FindFlow(std::span<const Instruction> program) {
  Flow flow;
  flow.live.resize(program.size());
  flow.reads_number.resize(program.size());
  for (size_t pc = program.size(); pc-- > 0;) {
    const Instruction& instruction = program[pc];
    uint32_t live = 0;
    bool reads =
        instruction.code == op::kLdAbs && instruction.k < op::kIpOffset;
    const auto join = [&](size_t next) {
      live |= flow.live[next];
      reads = reads || flow.reads_number[next] != 0;
    };
    if (op::Class(instruction.code) == op::kJmp) {
      if (op::Operation(instruction.code) == op::kJa) {
        join(pc + 1 + instruction.k);
      } else {
        join(pc + 1 + instruction.jt);
        join(pc + 1 + instruction.jf);
      }
    } else if (op::Class(instruction.code) != op::kRet) {
      join(pc + 1);
    }
    const Use use = UseOf(instruction);
    flow.live[pc] = (live & ~use.written) | use.read;
    flow.reads_number[pc] = reads;
  }
  return flow;
}

}  // namespace scbpf
