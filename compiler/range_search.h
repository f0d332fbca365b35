// The cheapest tree of two-way comparisons over the values of one word.
#ifndef SCBPF_COMPILER_RANGE_SEARCH_H_
#define SCBPF_COMPILER_RANGE_SEARCH_H_

#include <cstdint>
#include <span>

#include "compiler/decision_builder.h"
#include "compiler/range_programme.h"

namespace scbpf {

// Decides (word & mask) among `segments` (firsts ascending, the first one 0,
// neighbours with different leaves) with `>=` and `==` tests. The last segment
// ends at `last`, inclusive. The tree's cost is the expected number of tests
// plus kSizePrice a test; it is near the least for up to some hundred
// segments and balanced by weight above that.
NodeId SearchRanges(DecisionBuilder& builder, Word word, uint32_t mask,
                    std::span<const Segment> segments, uint32_t last);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_RANGE_SEARCH_H_
