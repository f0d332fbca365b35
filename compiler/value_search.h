// Decides among ranges of one argument word: bit-cubes first, then a tree.
#ifndef SCBPF_COMPILER_VALUE_SEARCH_H_
#define SCBPF_COMPILER_VALUE_SEARCH_H_

#include <cstdint>
#include <span>

#include "compiler/decision_builder.h"

namespace scbpf {

// The values from `first` up to the next range's first.
struct ValueRange {
  uint32_t first = 0;
  NodeId leaf = 0;
};

// Decides (word & mask) among `ranges` (firsts ascending, the first one 0,
// neighbours with different leaves, the last one up to `mask`). Nothing is
// known of how often a value occurs: every range weighs the same.
NodeId SearchValues(DecisionBuilder& builder, Word word, uint32_t mask,
                    std::span<const ValueRange> ranges);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_VALUE_SEARCH_H_
