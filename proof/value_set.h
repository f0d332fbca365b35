// A set of values of one argument, told in comparisons.
#ifndef SCBPF_PROOF_VALUE_SET_H_
#define SCBPF_PROOF_VALUE_SET_H_

#include <cstdint>
#include <vector>

#include "proof/diagram.h"
#include "scbpf/prove.h"

namespace scbpf {

// How many conjunctions are told of one region.
inline constexpr size_t kMaxConjunctions = 64;

struct Description {
  std::vector<Conjunction> any_of;
  bool partial = false;  // there was more to say
};

// The values of argument `arg` for which `set` is 1; `set` tests nothing but
// the 64 bits from `base`. Told by whatever needs the fewest words: intervals,
// values left out, or masked values; on the low half alone where the high one
// does not matter. No two conjunctions overlap.
Description DescribeValues(Diagram& diagram, Diagram::Ref set, uint32_t base,
                           uint8_t arg);

// What `root` leads to at `end` or behind, each once, without the leaf 0; at
// most kMaxConjunctions + 1 of them.
std::vector<Diagram::Ref> Successors(const Diagram& diagram, Diagram::Ref root,
                                     uint32_t end);

// 1 where `root` leads to `successor` at level `end`, else 0.
Diagram::Ref SelectSuccessor(Diagram& diagram, Diagram::Ref root, uint32_t end,
                             Diagram::Ref successor);

}  // namespace scbpf

#endif  // SCBPF_PROOF_VALUE_SET_H_
