// What is kept of a stretch of segments while it grows downwards: shared by the
// solver of the interval programme and the writer of its tree.
#ifndef SCBPF_COMPILER_RANGE_STRETCH_H_
#define SCBPF_COMPILER_RANGE_STRETCH_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "compiler/range_programme.h"

namespace scbpf {

inline constexpr int kMaxLinks = 12;  // tests of a chain

// The heaviest lone segments of a stretch that grows downwards: the heaviest
// first, of equals the first.
template <int kMost>
struct Heaviest {
  std::array<uint32_t, kMost> lone{};  // as SegmentShape's; 0: there is none
  std::array<size_t, kMost> at{};

  void Add(uint32_t its_lone, size_t its_at) {
    if (its_lone == 0 || its_lone < lone[kMost - 1]) return;
    int place = kMost - 1;
    while (place > 0 && lone[place - 1] <= its_lone) {
      lone[place] = lone[place - 1];
      at[place] = at[place - 1];
      --place;
    }
    lone[place] = its_lone;
    at[place] = its_at;
  }
  bool Has(size_t segment, int count) const {
    for (int k = 0; k < kMost; ++k) {
      if (k < count && at[k] == segment) return true;
    }
    return false;
  }
  // How many of the first `count` stand before a segment.
  int CountBefore(size_t segment, int count) const {
    int before = 0;
    for (int k = 0; k < kMost; ++k) before += k < count && at[k] < segment;
    return before;
  }
  size_t Get(int index) const { return at[std::min(index, kMost - 1)]; }
};

// The answer of a stretch apart from a few lone segments, the heaviest first.
struct Chain {
  NodeId rest = 0;
  int most = kMaxLinks;
  int count = 0;
  bool broken = false;  // it is no chain
  std::array<uint8_t, kMaxLinks> links{};

  // Takes one more segment at the stretch's lower end.
  void Add(const std::vector<SegmentShape>& shape, size_t segment) {
    if (broken || shape[segment].answer == rest) return;
    broken = shape[segment].lone == 0 || count == most;
    if (broken) return;
    int place = count++;
    while (place > 0 &&
           shape[links[place - 1]].weight <= shape[segment].weight) {
      links[place] = links[place - 1];
      --place;
    }
    links[place] = static_cast<uint8_t>(segment);
  }
};

}  // namespace scbpf

#endif  // SCBPF_COMPILER_RANGE_STRETCH_H_
