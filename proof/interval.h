// Intervals of 32-bit numbers, and where a masked test cuts them.
#ifndef SCBPF_PROOF_INTERVAL_H_
#define SCBPF_PROOF_INTERVAL_H_

#include <cstdint>

namespace scbpf {

struct Interval {
  uint32_t first = 0;
  uint32_t last = 0;
};

// Whether `a operation k` holds (op::kJeq, kJgt, kJge, kJset).
bool TestHolds(uint16_t operation, uint32_t a, uint32_t k);

// Numbers from `first` on, at most to `last`, on which the test of
// (n & mask) has one outcome: an aligned block of 2^n numbers, not always the
// largest there is.
Interval ConstantBlock(uint32_t first, uint32_t last, uint16_t operation,
                       uint32_t mask, uint32_t k);

}  // namespace scbpf

#endif  // SCBPF_PROOF_INTERVAL_H_
