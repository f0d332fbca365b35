// What lies behind each instruction: which registers it still reads, and
// whether it reads nr or arch again.
#ifndef SCBPF_PROOF_FLOW_H_
#define SCBPF_PROOF_FLOW_H_

#include <cstdint>
#include <span>
#include <vector>

#include "scbpf/program.h"

namespace scbpf {

// Registers as bits: scratch words 0..15, A, X.
inline constexpr uint32_t kRegisterA = 1u << 16;
inline constexpr uint32_t kRegisterX = 1u << 17;

struct Flow {
  std::vector<uint32_t> live;         // registers read before they are written
  std::vector<uint8_t> reads_number;  // a load of nr or arch may follow
  std::vector<uint32_t> entries;      // how many instructions lead here

  bool IsLive(size_t pc, uint32_t registers) const {
    return (live[pc] & registers) != 0;
  }
};

// `program` must have passed CheckProgram.
Flow FindFlow(std::span<const Instruction> program);

inline constexpr uint32_t kNoLink = 0xffffffffu;

// For each instruction one behind it, at which no register is live, that all
// who do not return before get to: a chain of rules has one for each rule.
// Where there is none, one that many get to. kNoLink: all return.
std::vector<uint32_t> FindLinks(std::span<const Instruction> program,
                                const Flow& flow);

}  // namespace scbpf

#endif  // SCBPF_PROOF_FLOW_H_
