// The cheapest tree of two-way comparisons over the values of one word.
#ifndef SCBPF_COMPILER_RANGE_SEARCH_H_
#define SCBPF_COMPILER_RANGE_SEARCH_H_

#include <cstdint>
#include <span>

#include "compiler/decision_builder.h"

namespace scbpf {

// The values from `first` up to the next segment's first. Weights are in
// parts of kWholeWeight for a search that every call goes through.
struct Segment {
  uint32_t first = 0;
  NodeId leaf = 0;
  uint32_t weight = 0;
};
inline constexpr uint32_t kWholeWeight = 1u << 20;

// What one more instruction in the filter costs, in the same parts as the
// weight of one more instruction executed.
inline constexpr uint32_t kSizePrice = kWholeWeight / 24;

// Decides (word & mask) among `segments` (firsts ascending, the first one 0,
// neighbours with different leaves) with `>=` and `==` tests. The last segment
// ends at `last`, inclusive. The tree's cost is the expected number of tests
// plus kSizePrice a test; it is near the least for up to some hundred
// segments and balanced by weight above that.
NodeId SearchRanges(DecisionBuilder& builder, Word word, uint32_t mask,
                    std::span<const Segment> segments, uint32_t last);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_RANGE_SEARCH_H_
