// The cheapest tree of two-way comparisons over the values of one word: one
// programme, or several below a balanced tree.
#include "compiler/range_search.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace scbpf {
namespace {

// Lists so long and of one weight are often alike.
constexpr size_t kRemembered = 32;

// Where to cut a long sequence: where the weights of both sides, each segment
// counted with the same small weight of its own, are nearest to equal.
size_t Balance(std::span<const Segment> segments) {
  uint64_t total = 0;
  for (const Segment& s : segments) total += s.weight;
  const uint64_t own = total / segments.size() + 1;
  total += own * segments.size();
  uint64_t left = 0;
  for (size_t m = 1; m < segments.size(); ++m) {
    left += segments[m - 1].weight + own;
    if (left * 2 >= total) return m;
  }
  return segments.size() / 2;
}

NodeId SolveRanges(DecisionBuilder& builder, Word word, uint32_t mask,
                   std::span<const Segment> segments, uint32_t last) {
  const bool even =
      segments.size() >= kRemembered &&
      std::all_of(segments.begin(), segments.end(), [&](const Segment& s) {
        return s.weight == segments[0].weight;
      });
  std::vector<SegmentShape> shape = ShapeOf(segments, last, even);
  if (even) {
    return builder.range_memory()
        .Find(std::move(shape))
        .Build(builder, word, mask, segments);
  }
  return RangeProgramme(std::move(shape)).Build(builder, word, mask, segments);
}

}  // namespace

NodeId SearchRanges(DecisionBuilder& builder, Word word, uint32_t mask,
                    std::span<const Segment> segments, uint32_t last) {
  if (segments.size() == 1) return segments[0].leaf;
  if (segments.size() <= RangeProgramme::kMaxSegments) {
    return SolveRanges(builder, word, mask, segments, last);
  }
  // Depth is logarithmic but for degenerate weights: Balance counts every
  // segment.
  const size_t cut = Balance(segments);
  const NodeId low = SearchRanges(builder, word, mask, segments.first(cut),
                                  segments[cut].first - 1);
  const NodeId high =
      SearchRanges(builder, word, mask, segments.subspan(cut), last);
  return builder.If({word, TestOp::kGe, mask, segments[cut].first}, high, low);
}

}  // namespace scbpf
