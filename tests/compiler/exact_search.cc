// A dynamic programme over all intervals and all sets of values tested before.
#include "tests/compiler/exact_search.h"

#include <algorithm>
#include <vector>

#include "compiler/decision_builder.h"

namespace scbpf {
namespace {

class ExactProgramme {
 public:
  ExactProgramme(std::span<const Segment> segments, uint32_t last)
      : segments_(segments), n_(static_cast<int>(segments.size())) {
    for (int i = 0; i < n_; ++i) {
      const uint32_t end = i + 1 < n_ ? segments[i + 1].first - 1 : last;
      if (segments[i].first == end) lone_ |= 1u << i;
    }
    costs_.resize(static_cast<size_t>(n_ + 1) * (n_ + 1));
  }

  uint64_t Solve() {
    for (int length = 1; length <= n_; ++length) {
      for (int i = 0; i + length <= n_; ++i) Fill(i, i + length);
    }
    return Cost(0, n_, 0);
  }

 private:
  // The holes of [i, j) as bits from 0 up.
  uint64_t& Cost(int i, int j, uint32_t holes) {
    return costs_[static_cast<size_t>(i) * (n_ + 1) + j][holes];
  }

  void Fill(int i, int j) {
    const uint32_t all = (1u << (j - i)) - 1;
    costs_[static_cast<size_t>(i) * (n_ + 1) + j].resize(all + 1u);
    const uint32_t lone = lone_ >> i & all;
    for (uint32_t holes = all + 1u; holes-- > 0;) {
      if ((holes & ~lone) == 0) Cost(i, j, holes) = Best(i, j, holes);
    }
  }

  uint64_t Best(int i, int j, uint32_t holes) {
    uint64_t weight = 0;
    bool is_leaf = true;
    const Segment* seen = nullptr;
    for (int s = i; s < j; ++s) {
      if ((holes >> (s - i) & 1) != 0) continue;
      weight += segments_[s].weight;
      if (seen == nullptr) seen = &segments_[s];
      is_leaf = is_leaf && segments_[s].leaf == seen->leaf;
    }
    if (is_leaf) return 0;
    uint64_t best = ~uint64_t{0};
    for (int m = i + 1; m < j; ++m) {
      const uint32_t low = holes & ((1u << (m - i)) - 1);
      best = std::min(best, Cost(i, m, low) + Cost(m, j, holes >> (m - i)));
    }
    for (int s = i; s < j; ++s) {
      const uint32_t bit = 1u << (s - i);
      if ((lone_ >> s & 1) == 0 || (holes & bit) != 0) continue;
      best = std::min(best, Cost(i, j, holes | bit));
    }
    return best + weight + kSizePrice;
  }

  std::span<const Segment> segments_;
  int n_;
  uint32_t lone_ = 0;
  std::vector<std::vector<uint64_t>> costs_;
};

}  // namespace

uint64_t LeastCost(std::span<const Segment> segments, uint32_t last) {
  return ExactProgramme(segments, last).Solve();
}

uint64_t CostOfSearch(std::span<const Segment> segments, uint32_t last) {
  DecisionBuilder builder;
  std::vector<Segment> own(segments.begin(), segments.end());
  for (Segment& s : own) s.leaf = builder.Leaf({s.leaf});
  const NodeId root = SearchRanges(builder, kNrWord, ~uint32_t{0}, own, last);
  uint64_t cost = uint64_t{kSizePrice} * builder.CountTests(root);
  for (const Segment& s : own) {
    Call call;
    call.nr = s.first;
    uint64_t tests = 0;
    NodeId id = root;
    for (; !builder.node(id).leaf; ++tests) {
      const Node& node = builder.node(id);
      id = Holds(node.test, call) ? node.then_node : node.else_node;
    }
    cost += tests * s.weight;
  }
  return cost;
}

}  // namespace scbpf
