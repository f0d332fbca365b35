// Aligned blocks, halved until a test is constant on them.
#include "proof/interval.h"

#include <bit>

#include "bpf/instruction.h"

namespace scbpf {
namespace {

// The largest block of 2^n numbers, aligned, that starts at `first` and ends
// at `last` or before.
Interval AlignedBlock(uint32_t first, uint32_t last) {
  uint32_t size_bits =
      first == 0 ? 32 : static_cast<uint32_t>(std::countr_zero(first));
  while (size_bits > 0) {
    const uint32_t end =
        first + static_cast<uint32_t>((uint64_t{1} << size_bits) - 1);
    if (end <= last && end >= first) return {first, end};
    --size_bits;
  }
  return {first, first};
}

// Whether a test of (n & mask) has one outcome on an aligned block.
bool IsConstantOn(Interval block, uint16_t operation, uint32_t mask,
                  uint32_t k) {
  const uint32_t free = block.first ^ block.last;
  switch (operation) {
    case op::kJeq:
      return (mask & free) == 0 || (k & ~mask) != 0 ||
             ((k ^ block.first) & mask & ~free) != 0;
    case op::kJset:
      return (block.first & mask & k & ~free) != 0 || (mask & k & free) == 0;
    default:
      return TestHolds(operation, block.first & mask, k) ==
             TestHolds(operation, block.last & mask, k);
  }
}

}  // namespace

bool TestHolds(uint16_t operation, uint32_t a, uint32_t k) {
  switch (operation) {
    case op::kJeq:
      return a == k;
    case op::kJgt:
      return a > k;
    case op::kJge:
      return a >= k;
    default:
      return (a & k) != 0;
  }
}

Interval ConstantBlock(uint32_t first, uint32_t last, uint16_t operation,
                       uint32_t mask, uint32_t k) {
  Interval block = AlignedBlock(first, last);
  while (!IsConstantOn(block, operation, mask, k)) {
    block.last = block.first + (block.last - block.first) / 2;
  }
  return block;
}

}  // namespace scbpf
