// Sets of values as bit-cubes: the values that agree on all bits but some.
//
// The prime implicants of Quine and McCluskey: two cubes with the same free
// bits that differ in one bit are one cube with that bit free as well.
#include "compiler/bit_cubes.h"

#include <algorithm>
#include <array>
#include <bit>

namespace scbpf {
namespace {

constexpr size_t kMaxValues = 256;
constexpr size_t kMaxCubes = 4096;  // of one dimension

// Which cubes may be in a list: not, for sure, where a bit is unset.
class MaybeSet {
 public:
  explicit MaybeSet(std::span<const BitCube> cubes) {
    for (const BitCube& cube : cubes) {
      const uint32_t at = Place(cube);
      bits_[at / 64] |= uint64_t{1} << (at % 64);
    }
  }
  bool MayHave(const BitCube& cube) const {
    const uint32_t at = Place(cube);
    return (bits_[at / 64] >> (at % 64) & 1) != 0;
  }

 private:
  static uint32_t Place(const BitCube& cube) {
    return (cube.value ^ cube.free_bits * 0x85ebca6bu) * 0x9e3779b1u >> 20;
  }
  std::array<uint64_t, 64> bits_{};
};

}  // namespace

std::vector<BitCube> FindCubes(std::span<const uint32_t> values) {
  std::vector<BitCube> primes;
  if (values.size() > kMaxValues) return primes;
  std::vector<BitCube> level;
  for (uint32_t v : values) level.push_back({v, 0});
  while (!level.empty() && level.size() <= kMaxCubes) {
    std::vector<bool> merged(level.size(), false);
    std::vector<BitCube> next;
    const MaybeSet known(level);
    for (size_t i = 0; i < level.size(); ++i) {
      for (int bit = 0; bit < 32; ++bit) {
        const uint32_t one = uint32_t{1} << bit;
        if (((level[i].value | level[i].free_bits) & one) != 0) continue;
        const BitCube partner{level[i].value | one, level[i].free_bits};
        if (!known.MayHave(partner)) continue;
        const auto found =
            std::lower_bound(level.begin(), level.end(), partner);
        if (found == level.end() || *found != partner) continue;
        merged[i] = true;
        merged[static_cast<size_t>(found - level.begin())] = true;
        next.push_back({level[i].value, level[i].free_bits | one});
      }
    }
    for (size_t i = 0; i < level.size(); ++i) {
      if (!merged[i] && level[i].free_bits != 0) primes.push_back(level[i]);
    }
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    level = std::move(next);
  }
  std::stable_sort(primes.begin(), primes.end(),
                   [](const BitCube& a, const BitCube& b) {
                     return a.dimension() > b.dimension();
                   });
  return primes;
}

}  // namespace scbpf
