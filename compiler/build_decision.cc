// The cheapest decision for a policy: a chain over audit tokens, for each a
// tree over its numbers, below that tests of arguments.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/argument_decision.h"
#include "compiler/decision.h"
#include "compiler/decision_builder.h"
#include "compiler/number_weights.h"
#include "compiler/range_search.h"

namespace scbpf {
namespace {

constexpr uint32_t kBit30 = uint32_t{1} << 30;
constexpr uint32_t kAll = ~uint32_t{0};

// Ranges of one token as leaves: what a tree over numbers is made of.
struct Leaf {
  uint32_t first = 0;
  NodeId node = 0;
  bool constant_allow = false;
};

class PolicyDecider {
 public:
  PolicyDecider(const Policy& policy, const Weights& weights)
      : policy_(policy), weights_(weights) {}

  Decision Run() {
    // x86_64's token first where it is there: a 64-bit program's calls. The
    // tokens stand in ascending order, 32-bit ones first.
    NodeId node = builder_.Leaf(policy_.bad_arch);
    for (const ArchPolicy& arch : policy_.arches) {
      const NodeId tree = DecideToken(arch);
      node = builder_.If({kArchWord, TestOp::kEq, kAll, arch.audit_arch}, tree,
                         node);
    }
    return builder_.Finish(node);
  }

 private:
  NodeId DecideBehavior(const Behavior& behavior) {
    if (behavior.clauses.empty()) return builder_.Leaf(behavior.otherwise);
    for (const auto& [known, node] : behaviors_) {
      if (*known == behavior) return node;
    }
    const NodeId node = DecideArguments(builder_, behavior);
    behaviors_.emplace_back(&behavior, node);
    return node;
  }

  std::vector<Leaf> MakeLeaves(const ArchPolicy& arch) {
    std::vector<Leaf> leaves;
    leaves.reserve(arch.ranges.size());
    for (const Range& range : arch.ranges) {
      leaves.push_back({range.first, DecideBehavior(range.behavior),
                        range.behavior.clauses.empty() &&
                            range.behavior.otherwise == Allow()});
    }
    return leaves;
  }

  // The weights of the numbers of this token below 2^30, or from there up.
  std::vector<NumberWeight> WeighToken(uint32_t audit_arch,
                                       bool from_bit30) const {
    for (const Abi* abi : AllAbis()) {
      if (!abi->has_table || abi->audit_value != audit_arch) continue;
      if ((abi->nr_base >= kBit30) == from_bit30) {
        return WeighNumbers(*abi, weights_);
      }
    }
    return {};
  }

  // `leaves` as segments with the weights of the numbers in them, where
  // number + base is the number in `rows`.
  std::vector<Segment> Weigh(const std::vector<Leaf>& leaves,
                             const std::vector<NumberWeight>& rows,
                             uint32_t base) const {
    std::vector<Segment> segments;
    segments.reserve(leaves.size());
    auto row = std::lower_bound(
        rows.begin(), rows.end(), base,
        [](const NumberWeight& r, uint32_t nr) { return r.nr < nr; });
    for (size_t i = 0; i < leaves.size(); ++i) {
      uint32_t weight = 0;
      while (row != rows.end() &&
             (i + 1 == leaves.size() || row->nr - base < leaves[i + 1].first)) {
        weight += row->weight;
        ++row;
      }
      if (leaves[i].constant_allow && weights_.kind == Weights::Kind::kBitmap) {
        weight = 0;
      }
      if (segments.empty() || segments.back().leaf != leaves[i].node) {
        segments.push_back({leaves[i].first, leaves[i].node, weight});
      } else {
        segments.back().weight += weight;
      }
    }
    return segments;
  }

  NodeId DecideToken(const ArchPolicy& arch) {
    const std::vector<Leaf> leaves = MakeLeaves(arch);
    const auto high = std::upper_bound(
        leaves.begin(), leaves.end(), kBit30,
        [](uint32_t nr, const Leaf& leaf) { return nr < leaf.first; });
    if (leaves.end() - high > 2) {
      if (const auto node = ShareTree(arch.audit_arch, leaves)) return *node;
    }
    const bool only_high = leaves.size() > 1 && leaves[1].first >= kBit30;
    return SearchRanges(
        builder_, kNrWord, kAll,
        Weigh(leaves, WeighToken(arch.audit_arch, only_high), 0), kAll);
  }

  // x32's numbers are x86_64's with bit 30 set, and most have the same answer:
  // clear the bit, decide the numbers that differ, and go on in x86_64's tree.
  // nullopt: the numbers from 2^31 up have several answers.
  std::optional<NodeId> ShareTree(uint32_t audit_arch,
                                  const std::vector<Leaf>& leaves) {
    if (leaves.back().first > 2 * kBit30) return std::nullopt;
    std::vector<Leaf> low;
    std::vector<Leaf> high;
    for (const Leaf& leaf : leaves) {
      if (leaf.first < kBit30) {
        low.push_back(leaf);
      } else if (high.empty() && leaf.first > kBit30) {
        high.push_back({0, low.back().node, low.back().constant_allow});
      }
      if (leaf.first >= kBit30) {
        high.push_back({leaf.first - kBit30, leaf.node, leaf.constant_allow});
      }
    }
    const std::vector<NumberWeight> low_rows = WeighToken(audit_arch, false);
    const std::vector<NumberWeight> high_rows = WeighToken(audit_arch, true);
    const NodeId shared =
        SearchRanges(builder_, kNrWord, ~kBit30, Weigh(low, low_rows, 0), kAll);
    const std::vector<Segment> differences =
        Weigh(Differences(low, high, shared), high_rows, kBit30);
    // Where most answers differ, a tree of their own is the smaller one.
    const NodeId high_root =
        differences.size() <= high.size()
            ? SearchRanges(builder_, kNrWord, ~kBit30, differences, kAll)
            : SearchRanges(builder_, kNrWord, kAll,
                           Weigh(AtBit30(high), high_rows, 0), kAll);
    return builder_.If({kNrWord, TestOp::kGe, kAll, kBit30}, high_root, shared);
  }

  // `high`, with `shared` where `low` has the same answer. (Numbers are
  // without bit 30; low's last range goes on for ever.)
  static std::vector<Leaf> Differences(const std::vector<Leaf>& low,
                                       const std::vector<Leaf>& high,
                                       NodeId shared) {
    std::vector<Leaf> result;
    size_t l = 0;
    size_t h = 0;
    uint32_t at = 0;
    while (true) {
      while (l + 1 < low.size() && low[l + 1].first <= at) ++l;
      while (h + 1 < high.size() && high[h + 1].first <= at) ++h;
      Leaf leaf = high[h];
      leaf.first = at;
      if (low[l].node == high[h].node) leaf.node = shared;
      result.push_back(leaf);
      const uint32_t next_low = l + 1 < low.size() ? low[l + 1].first : kAll;
      const uint32_t next_high = h + 1 < high.size() ? high[h + 1].first : kAll;
      at = std::min(next_low, next_high);
      if (at == kAll) return result;
    }
  }

  // Back to whole numbers, the first range from 0.
  static std::vector<Leaf> AtBit30(std::vector<Leaf> high) {
    for (Leaf& leaf : high) {
      if (leaf.first != 0) leaf.first += kBit30;
    }
    return high;
  }

  const Policy& policy_;
  const Weights& weights_;
  DecisionBuilder builder_;
  std::vector<std::pair<const Behavior*, NodeId>> behaviors_;
};

}  // namespace

Decision BuildDecision(const Policy& policy, const Weights& weights) {
  return PolicyDecider(policy, weights).Run();
}

}  // namespace scbpf
