// Sets of values as bit-cubes: the values that agree on all bits but some.
#ifndef SCBPF_COMPILER_BIT_CUBES_H_
#define SCBPF_COMPILER_BIT_CUBES_H_

#include <cstdint>
#include <span>
#include <vector>

namespace scbpf {

// The values v with (v & ~free_bits) == value.
struct BitCube {
  uint32_t value = 0;
  uint32_t free_bits = 0;

  bool operator==(const BitCube&) const = default;
  auto operator<=>(const BitCube&) const = default;
  bool Covers(uint32_t v) const { return (v & ~free_bits) == value; }
  // How many values it has is 2 to the power of this.
  int dimension() const { return __builtin_popcount(free_bits); }
};

// The largest cubes made of `values` alone (ascending, distinct, at most 256:
// more give none), largest first, each with at least two values.
std::vector<BitCube> FindCubes(std::span<const uint32_t> values);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_BIT_CUBES_H_
