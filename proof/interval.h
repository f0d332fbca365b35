// Intervals of 32-bit numbers, and where a masked test cuts them.
#ifndef SCBPF_PROOF_INTERVAL_H_
#define SCBPF_PROOF_INTERVAL_H_

#include <bit>
#include <cstdint>

namespace scbpf {

struct Interval {
  uint32_t first = 0;
  uint32_t last = 0;
};

// The largest block of 2^n numbers, aligned, that starts at `first` and ends
// at `last` or before.
inline Interval AlignedBlock(uint32_t first, uint32_t last) {
  uint32_t size_bits = first == 0 ? 32 : std::countr_zero(first);
  while (size_bits > 0) {
    const uint32_t end =
        first + static_cast<uint32_t>((uint64_t{1} << size_bits) - 1);
    if (end <= last && end >= first) return {first, end};
    --size_bits;
  }
  return {first, first};
}

// The least and the greatest of (n & mask) over an aligned block.
inline Interval MaskedBounds(Interval block, uint32_t mask) {
  return {block.first & mask, block.last & mask};
}

}  // namespace scbpf

#endif  // SCBPF_PROOF_INTERVAL_H_
