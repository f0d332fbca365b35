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

struct Knowledge {
  Meaning a;
  Meaning x;
  std::array<Meaning, op::kMemWords> memory{};
  std::optional<uint32_t> arch;  // the audit token
  // Whether the number is x32's, from 2^30 up.
  std::optional<bool> x32;
  std::string_view call;  // the syscall's name, empty: not known

  bool operator==(const Knowledge&) const = default;
};

// The name of number `k` where A holds `meaning`, as a listing writes it:
// "read", "x32_read"; empty: none, or the ABI is not known.
std::string NumberName(const Knowledge& at, uint32_t k);

// An element per instruction. Ways that meet keep what they agree on; an
// instruction that no call reaches knows nothing. Linear in the program.
std::vector<Knowledge> FollowKnowledge(std::span<const Instruction> program);

}  // namespace scbpf

#endif  // SCBPF_BPF_KNOWLEDGE_H_
