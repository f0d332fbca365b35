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

  bool IsLive(size_t pc, uint32_t registers) const {
    return (live[pc] & registers) != 0;
  }
};

// `program` must have passed CheckProgram.
Flow FindFlow(std::span<const Instruction> program);

}  // namespace scbpf

#endif  // SCBPF_PROOF_FLOW_H_
