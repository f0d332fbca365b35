// What is known on entry to each instruction of a program, whatever the way
// there: the meaning of its registers, the ABI, the syscall.
#ifndef SCBPF_BPF_KNOWLEDGE_H_
#define SCBPF_BPF_KNOWLEDGE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bpf/instruction.h"
#include "scbpf/program.h"

namespace scbpf {

enum class Field : uint8_t {
  kUnknown,
  kNumber,
  kNumberWithoutX32,  // the number with bit 30 cleared
  kArch,
  kInstructionPointer,
  kArgument,
};

// The field of seccomp_data that a register holds, or one half of it.
struct Meaning {
  Field field = Field::kUnknown;
  uint8_t argument = 0;  // 0..5
  bool high = false;     // the upper 32 bits

  bool operator==(const Meaning&) const = default;
};

// The word at `offset` of seccomp_data.
Meaning MeaningOfWord(uint32_t offset);

// Which values a number has: all from `low` to `high`.
struct Bounds {
  uint32_t low = 0;
  uint32_t high = 0xffffffff;

  bool operator==(const Bounds&) const = default;
};

struct Knowledge {
  Meaning a;
  Meaning x;
  std::array<Meaning, op::kMemWords> memory{};
  std::optional<uint32_t> arch;  // the audit token
  // Whether the number is x32's, from 2^30 up.
  std::optional<bool> x32;
  Bounds number;          // of the number
  Bounds cleared;         // of the number without bit 30
  std::string_view call;  // the syscall's name, empty: not known

  bool operator==(const Knowledge&) const = default;
};

// The name of number `k` where A holds `meaning`, as a listing writes it:
// "read", "x32_read"; empty: none, or the ABI is not known.
std::string NumberName(const Knowledge& at, uint32_t k);

// "args[0]", or the name that the syscall gives it.
std::string ArgumentName(const Knowledge& at, uint8_t argument);

// The word at `offset` of seccomp_data: "sys_number", "family >> 32".
std::string WordText(const Knowledge& at, uint32_t offset);

// The constant `k` as what A holds has it: a syscall, AF_UNIX, "0x28".
std::string ConstantText(const Knowledge& at, uint16_t operation, uint32_t k);

// An instruction by itself, and the steps that may come next: later ones, or
// past the last where nothing follows. Only a comparison has two.
struct FlowStep {
  Instruction in;
  size_t then_step = 0;
  size_t else_step = 0;
};

// What is known on entry to each step. Ways that meet keep what they agree on;
// a step that no call reaches knows nothing. Linear in the number of steps.
std::vector<Knowledge> FollowKnowledge(std::span<const FlowStep> steps);

// The same of a program, an element per instruction.
std::vector<Knowledge> FollowKnowledge(std::span<const Instruction> program);

}  // namespace scbpf

#endif  // SCBPF_BPF_KNOWLEDGE_H_
