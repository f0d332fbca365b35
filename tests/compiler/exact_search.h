// The exact optimum that SearchRanges is judged by: slow, and without limits
// on which value is tested for first.
#ifndef SCBPF_TESTS_COMPILER_EXACT_SEARCH_H_
#define SCBPF_TESTS_COMPILER_EXACT_SEARCH_H_

#include <cstdint>
#include <span>

#include "compiler/range_search.h"

namespace scbpf {

// The least cost, in SearchRanges' parts, of a tree of `>=` and `==` tests
// over at most 16 segments: any lone value may be tested for at any time, and
// any answer will do for it from there on.
uint64_t LeastCost(std::span<const Segment> segments, uint32_t last);

// What the tree that SearchRanges builds costs: the tests of each segment by
// its weight, and kSizePrice for each node.
uint64_t CostOfSearch(std::span<const Segment> segments, uint32_t last);

}  // namespace scbpf

#endif  // SCBPF_TESTS_COMPILER_EXACT_SEARCH_H_
