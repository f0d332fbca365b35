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

// The instructions that may follow one that is no return, each once.
struct Followers {
  size_t first, second;
};
Followers FollowersOf(const Instruction& instruction, size_t pc) {
  if (op::Class(instruction.code) != op::kJmp) return {pc + 1, pc + 1};
  if (op::Operation(instruction.code) == op::kJa) {
    return {pc + 1 + instruction.k, pc + 1 + instruction.k};
  }
  return {pc + 1 + instruction.jt, pc + 1 + instruction.jf};
}

}  // namespace

std::vector<uint32_t> FindLinks(std::span<const Instruction> program,
                                const Flow& flow) {
  std::vector<uint32_t> links(program.size(), kNoLink);
  std::vector<uint32_t> lengths(program.size());
  const auto returns = [&](size_t pc) {
    return op::Class(program[pc].code) == op::kRet;
  };
  for (size_t pc = program.size(); pc-- > 0;) {
    if (returns(pc)) continue;
    auto [first, second] = FollowersOf(program[pc], pc);
    if (returns(first)) first = second;
    if (returns(second)) second = first;
    if (returns(first)) continue;
    // Where both go: down the chains of both to a common instruction.
    auto a = static_cast<uint32_t>(first);
    auto b = static_cast<uint32_t>(second);
    while (a != b) {
      uint32_t& nearer = a < b ? a : b;
      nearer = links[nearer];
    }
    if (a == kNoLink) {
      a = static_cast<uint32_t>(lengths[first] > lengths[second] ? first
                                                                 : second);
    }
    if (flow.live[a] != 0) a = links[a];
    links[pc] = a;
    lengths[pc] = a == kNoLink ? 0 : lengths[a] + 1;
  }
  return links;
}

Flow FindFlow(std::span<const Instruction> program) {
  Flow flow;
  flow.live.resize(program.size());
  flow.reads_number.resize(program.size());
  flow.entries.resize(program.size());
  for (size_t pc = program.size(); pc-- > 0;) {
    const Instruction& instruction = program[pc];
    uint32_t live = 0;
    bool reads =
        instruction.code == op::kLdAbs && instruction.k < op::kIpOffset;
    const auto join = [&](size_t next) {
      live |= flow.live[next];
      ++flow.entries[next];
      reads = reads || flow.reads_number[next] != 0;
    };
    if (op::Class(instruction.code) != op::kRet) {
      const Followers next = FollowersOf(instruction, pc);
      join(next.first);
      join(next.second);
    }
    const Use use = UseOf(instruction);
    flow.live[pc] = (live & ~use.written) | use.read;
    flow.reads_number[pc] = reads;
  }
  return flow;
}

}  // namespace scbpf
