// Numbers that reach an instruction with the same accumulator.
#ifndef SCBPF_PROOF_STRAND_H_
#define SCBPF_PROOF_STRAND_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "proof/interval.h"

namespace scbpf {

// The accumulator: nothing that matters, `data`, arch & `data`, nr - `data`.
struct Shape {
  enum class Kind : uint8_t { kDead, kConstant, kArch, kNumber };
  Kind kind = Kind::kDead;
  uint32_t data = 0;

  bool operator==(const Shape&) const = default;
};

// Numbers with the same accumulator, sorted and disjoint once Sort ran.
struct Strand {
  Shape shape;
  bool sorted = true;
  std::vector<Interval> list;
};

inline void Sort(Strand* strand) {
  if (strand->sorted) return;
  strand->sorted = true;
  auto& list = strand->list;
  std::sort(list.begin(), list.end(), [](const Interval& a, const Interval& b) {
    return a.first < b.first;
  });
  size_t kept = 0;
  for (const Interval& next : list) {
    if (kept > 0 && list[kept - 1].last + 1 == next.first) {
      list[kept - 1].last = next.last;
    } else {
      list[kept++] = next;
    }
  }
  list.resize(kept);
}

}  // namespace scbpf

#endif  // SCBPF_PROOF_STRAND_H_
