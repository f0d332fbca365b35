// Clauses that hold wherever a later one does: ranges of arguments' values.
#ifndef SCBPF_COMPILER_SHADE_H_
#define SCBPF_COMPILER_SHADE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "compiler/word_conditions.h"
#include "scbpf/policy.h"

namespace scbpf {

// The values that the undecided conditions of a clause leave to each argument,
// or to its low half where the high one is known.
class Box {
 public:
  struct Side {
    uint64_t first = 0;
    uint64_t last = 0;
  };

  void Take(const ArgCondition& condition, Known known);

  // Of two boxes the one that holds the other has the lesser key.
  std::pair<int, std::pair<uint64_t, uint64_t>> WidestFirst() const;

 private:
  friend class Shade;
  std::array<Side, 12> sides_;
  uint32_t bounded_ = 0;  // which sides have bounds
  bool exact_ = true;     // no condition says more than the sides
};

// What clauses with bounds on one side alone hold together, as far as it is
// one range.
class Shade {
 public:
  // Whether all of `box` is in the shade; if not, it may add to it.
  bool Hides(const Box& box);

 private:
  std::array<Box::Side, 12> sides_;
  uint32_t used_ = 0;
};

}  // namespace scbpf

#endif  // SCBPF_COMPILER_SHADE_H_
