// Decides among ranges of one argument word: bit-cubes first, then a tree.
#include "compiler/value_search.h"

#include <algorithm>
#include <vector>

#include "compiler/bit_cubes.h"
#include "compiler/range_search.h"

namespace scbpf {
namespace {

uint32_t EndOf(std::span<const ValueRange> ranges, size_t i, uint32_t mask) {
  return i + 1 < ranges.size() ? ranges[i + 1].first - 1 : mask;
}

NodeId WidestLeaf(std::span<const ValueRange> ranges, uint32_t mask) {
  size_t widest = 0;
  for (size_t i = 1; i < ranges.size(); ++i) {
    if (EndOf(ranges, i, mask) - ranges[i].first >
        EndOf(ranges, widest, mask) - ranges[widest].first) {
      widest = i;
    }
  }
  return ranges[widest].leaf;
}

// The values of `leaf`; none where they are many or one of its ranges is long.
constexpr uint32_t kShortRange = 64;
constexpr size_t kMaxValues = 256;

std::vector<uint32_t> ShortValues(std::span<const ValueRange> ranges,
                                  uint32_t mask, NodeId leaf) {
  std::vector<uint32_t> values;
  for (size_t i = 0; i < ranges.size(); ++i) {
    if (ranges[i].leaf != leaf) continue;
    const uint32_t end = EndOf(ranges, i, mask);
    if (end - ranges[i].first >= kShortRange) return {};
    for (uint64_t v = ranges[i].first; v <= end; ++v) {
      if (values.size() == kMaxValues) return {};
      values.push_back(static_cast<uint32_t>(v));
    }
  }
  return values;
}

// `ranges` with the values that `cube` covers given to their neighbour.
std::vector<ValueRange> Without(std::span<const ValueRange> ranges,
                                uint32_t mask, NodeId leaf, NodeId other,
                                const BitCube& cube) {
  std::vector<ValueRange> result;
  const auto add = [&](uint32_t first, NodeId id) {
    if (result.empty() || result.back().leaf != id) {
      result.push_back({first, id});
    }
  };
  for (size_t i = 0; i < ranges.size(); ++i) {
    if (ranges[i].leaf != leaf) {
      add(ranges[i].first, ranges[i].leaf);
      continue;
    }
    const uint32_t end = EndOf(ranges, i, mask);
    for (uint64_t v = ranges[i].first; v <= end; ++v) {
      const auto value = static_cast<uint32_t>(v);
      add(value, cube.Covers(value) ? other : leaf);
    }
  }
  return result;
}

// What a list of ranges costs as a tree, in tests: a lone value among others
// costs one, every other boundary one.
uint32_t CountCost(std::span<const ValueRange> ranges, uint32_t mask) {
  uint32_t cost = 0;
  for (size_t i = 0; i + 1 < ranges.size(); ++i) {
    const bool lone = i > 0 && EndOf(ranges, i, mask) == ranges[i].first &&
                      ranges[i - 1].leaf == ranges[i + 1].leaf;
    ++cost;
    if (lone) ++i;
  }
  return cost;
}

NodeId SearchTree(DecisionBuilder& builder, Word word, uint32_t mask,
                  std::span<const ValueRange> ranges) {
  std::vector<Segment> segments;
  segments.reserve(ranges.size());
  const auto weight = static_cast<uint32_t>(kWholeWeight / ranges.size());
  for (const ValueRange& range : ranges) {
    segments.push_back({range.first, range.leaf, weight});
  }
  return SearchRanges(builder, word, mask, segments, mask);
}

}  // namespace

NodeId SearchValues(DecisionBuilder& builder, Word word, uint32_t mask,
                    std::span<const ValueRange> ranges) {
  if (ranges.size() <= 2) return SearchTree(builder, word, mask, ranges);
  // Cubes pay off where one answer has a few scattered values among one other
  // answer, and only on a whole word: a second mask would hide its bits.
  const NodeId other = WidestLeaf(ranges, mask);
  NodeId leaf = other;
  for (const ValueRange& range : ranges) {
    if (range.leaf == other) continue;
    if (leaf != other && range.leaf != leaf) {
      return SearchTree(builder, word, mask, ranges);
    }
    leaf = range.leaf;
  }
  if (mask != ~uint32_t{0}) return SearchTree(builder, word, mask, ranges);
  std::vector<ValueRange> rest(ranges.begin(), ranges.end());
  std::vector<BitCube> chosen;
  for (const BitCube& cube : FindCubes(ShortValues(ranges, mask, leaf))) {
    std::vector<ValueRange> next = Without(rest, mask, leaf, other, cube);
    // A cube around 0 is one JSET; another is AND, JEQ and a load again.
    const uint32_t price = cube.value == 0 ? 1 : 3;
    if (CountCost(next, mask) + price >= CountCost(rest, mask)) continue;
    chosen.push_back(cube);
    rest = std::move(next);
  }
  NodeId node = SearchTree(builder, word, mask, rest);
  for (size_t i = chosen.size(); i-- > 0;) {
    node = builder.If(
        {word, TestOp::kEq, ~chosen[i].free_bits, chosen[i].value}, leaf, node);
  }
  return node;
}

}  // namespace scbpf
