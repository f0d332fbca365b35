// The cheapest tree of two-way comparisons over the values of one word.
//
// An interval programme: the cost of deciding segments [i, j) when the h
// heaviest lone values among them have been tested before (they are holes:
// any answer will do there). A `>=` splits the interval, an `==` makes the
// next heaviest value a hole, and a short interval that has one answer apart
// from a few lone values can be a chain of `==`. Split points are looked for
// only around those of the two intervals one shorter, as in Knuth's
// programme for search trees; the tests measure what that loses against the
// exact optimum.
#include "compiler/range_search.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

namespace scbpf {
namespace {

constexpr int kMaxHoles = 2;
constexpr int kMaxExact = 160;   // segments; longer ones are cut in two first
constexpr int kMaxChain = 9;     // segments of a chain
constexpr int kMaxLinks = 4;     // tests of a chain
constexpr int kSlack = 2;        // around the shorter intervals' splits
constexpr uint8_t kNone = 0xff;  // no such segment

enum class Choice : uint8_t { kLeaf, kSplit, kPeel, kChain };

struct Cell {
  uint32_t cost = 0;
  uint8_t split = 0;
  Choice choice = Choice::kLeaf;
};

class Programme {
 public:
  Programme(DecisionBuilder& builder, Word word, uint32_t mask,
            std::span<const Segment> segments, uint32_t last)
      : builder_(builder),
        word_(word),
        mask_(mask),
        segments_(segments),
        n_(static_cast<int>(segments.size())) {
    lone_.resize(n_);
    run_end_.resize(n_);
    sum_.resize(n_ + 1);
    for (int i = 0; i < n_; ++i) {
      const uint32_t end = i + 1 < n_ ? segments[i + 1].first - 1 : last;
      lone_[i] = segments[i].first == end;
      sum_[i + 1] = sum_[i] + segments[i].weight;
    }
    for (int i = n_ - 1; i >= 0; --i) {
      run_end_[i] = i + 1 < n_ && segments[i + 1].leaf == segments[i].leaf
                        ? run_end_[i + 1]
                        : i + 1;
    }
    const size_t cells = static_cast<size_t>(n_ + 1) * (n_ + 1);
    heavy_.resize(cells);
    for (auto& plane : cells_) plane.resize(cells);
  }

  NodeId Solve() {
    for (int length = 1; length <= n_; ++length) {
      for (int i = 0; i + length <= n_; ++i) {
        FindHeavy(i, i + length);
        for (int h = kMaxHoles; h >= 0; --h) Fill(i, i + length, h);
      }
    }
    return Build(0, n_, 0);
  }

 private:
  using Heavy = std::array<uint8_t, kMaxHoles>;

  size_t Index(int i, int j) const {
    return static_cast<size_t>(i) * (n_ + 1) + j;
  }
  Cell& At(int i, int j, int h) { return cells_[h][Index(i, j)]; }

  // The heaviest lone segments of [i, j), heaviest first.
  void FindHeavy(int i, int j) {
    Heavy best;
    best.fill(kNone);
    if (j - i > 1) best = heavy_[Index(i, j - 1)];
    if (lone_[j - 1]) {
      int at = kMaxHoles;
      while (at > 0 &&
             (best[at - 1] == kNone ||
              segments_[best[at - 1]].weight < segments_[j - 1].weight)) {
        --at;
      }
      for (int k = kMaxHoles - 1; k > at; --k) best[k] = best[k - 1];
      if (at < kMaxHoles) best[at] = static_cast<uint8_t>(j - 1);
    }
    heavy_[Index(i, j)] = best;
  }

  int HolesIn(const Heavy& heavy, int h, int i, int j) const {
    int count = 0;
    for (int k = 0; k < h; ++k) count += heavy[k] >= i && heavy[k] < j;
    return count;
  }

  bool IsHole(const Heavy& heavy, int h, int s) const {
    for (int k = 0; k < h; ++k) {
      if (heavy[k] == s) return true;
    }
    return false;
  }

  // Whether all but the holes of [i, j) have one answer.
  bool IsLeaf(int i, int j, const Heavy& heavy, int h) const {
    int at = i;
    while (at < j && IsHole(heavy, h, at)) ++at;
    if (at >= j) return true;
    const NodeId leaf = segments_[at].leaf;
    while (at < j) {
      if (segments_[at].leaf == leaf) {
        at = run_end_[at];
      } else if (IsHole(heavy, h, at)) {
        ++at;
      } else {
        return false;
      }
    }
    return true;
  }

  void Fill(int i, int j, int h) {
    Cell& cell = At(i, j, h);
    const Heavy& heavy = heavy_[Index(i, j)];
    if (h > 0 && heavy[h - 1] == kNone) {
      cell.cost = std::numeric_limits<uint32_t>::max() / 4;
      cell.split = static_cast<uint8_t>(i + 1);
      return;
    }
    uint32_t weight = sum_[j] - sum_[i];
    for (int k = 0; k < h; ++k) weight -= segments_[heavy[k]].weight;
    cell.cost = std::numeric_limits<uint32_t>::max() / 4;
    if (IsLeaf(i, j, heavy, h)) {
      cell = {0, static_cast<uint8_t>((i + j) / 2), Choice::kLeaf};
      return;
    }
    const uint32_t here = weight + kSizePrice;
    TrySplits(i, j, h, heavy, here, cell);
    if (h < kMaxHoles && heavy[h] != kNone) {
      const uint32_t cost = here + At(i, j, h + 1).cost;
      if (cost < cell.cost) {
        cell.cost = cost;
        cell.choice = Choice::kPeel;
      }
    }
    if (j - i <= kMaxChain) {
      const uint32_t cost = ChainCost(i, j, h, heavy, weight);
      if (cost < cell.cost) {
        cell.cost = cost;
        cell.choice = Choice::kChain;
      }
    }
  }

  void TrySplits(int i, int j, int h, const Heavy& heavy, uint32_t here,
                 Cell& cell) {
    int from = i + 1;
    int to = j - 1;
    if (j - i > 4) {
      const int a = At(i, j - 1, h).split;
      const int b = At(i + 1, j, h).split;
      from = std::max(from, std::min(a, b) - kSlack);
      to = std::min(to, std::max(a, b) + kSlack);
    }
    cell.split = static_cast<uint8_t>((i + j) / 2);
    cell.choice = Choice::kSplit;
    for (int m = from; m <= to; ++m) {
      const int left = h == 0 ? 0 : HolesIn(heavy, h, i, m);
      const uint32_t cost =
          here + At(i, m, left).cost + At(m, j, h - left).cost;
      if (cost < cell.cost) {
        cell.cost = cost;
        cell.split = static_cast<uint8_t>(m);
      }
    }
  }

  // The answer of [i, j) apart from a few lone values, which go to `links`,
  // heaviest first. False: there is none.
  struct Chain {
    NodeId rest = 0;
    int count = 0;
    std::array<uint8_t, kMaxLinks> links{};
  };
  bool FindChain(int i, int j, int h, const Heavy& heavy, Chain& chain) const {
    int major = -1;
    for (int s = i; s < j; ++s) {
      if (lone_[s]) continue;
      if (major >= 0 && segments_[s].leaf != segments_[major].leaf) {
        return false;
      }
      major = s;
    }
    if (major < 0) return false;
    chain.rest = segments_[major].leaf;
    chain.count = 0;
    for (int s = i; s < j; ++s) {
      if (segments_[s].leaf == chain.rest || IsHole(heavy, h, s)) continue;
      if (chain.count == kMaxLinks) return false;
      int at = chain.count++;
      while (at > 0 &&
             segments_[chain.links[at - 1]].weight < segments_[s].weight) {
        chain.links[at] = chain.links[at - 1];
        --at;
      }
      chain.links[at] = static_cast<uint8_t>(s);
    }
    return true;
  }

  uint32_t ChainCost(int i, int j, int h, const Heavy& heavy,
                     uint32_t weight) const {
    Chain chain;
    if (!FindChain(i, j, h, heavy, chain)) {
      return std::numeric_limits<uint32_t>::max();
    }
    uint32_t cost = 0;
    for (int k = 0; k < chain.count; ++k) {
      cost += weight + kSizePrice;
      weight -= segments_[chain.links[k]].weight;
    }
    return cost;
  }

  Test Equals(int s) const {
    return {word_, TestOp::kEq, mask_, segments_[s].first};
  }

  // Recursion no deeper than the number of segments, at most kMaxExact.
  NodeId Build(int i, int j, int h) {
    const Cell& cell = At(i, j, h);
    const Heavy& heavy = heavy_[Index(i, j)];
    switch (cell.choice) {
      case Choice::kLeaf: {
        int at = i;
        while (at + 1 < j && IsHole(heavy, h, at)) ++at;
        return segments_[at].leaf;
      }
      case Choice::kSplit: {
        const int left_holes = HolesIn(heavy, h, i, cell.split);
        const NodeId low = Build(i, cell.split, left_holes);
        const NodeId high = Build(cell.split, j, h - left_holes);
        return builder_.If(
            {word_, TestOp::kGe, mask_, segments_[cell.split].first}, high,
            low);
      }
      case Choice::kPeel: {
        const NodeId rest = Build(i, j, h + 1);
        return builder_.If(Equals(heavy[h]), segments_[heavy[h]].leaf, rest);
      }
      case Choice::kChain: {
        Chain chain;
        FindChain(i, j, h, heavy, chain);
        NodeId node = chain.rest;
        for (int k = chain.count; k-- > 0;) {
          node = builder_.If(Equals(chain.links[k]),
                             segments_[chain.links[k]].leaf, node);
        }
        return node;
      }
    }
    return 0;
  }

  DecisionBuilder& builder_;
  Word word_;
  uint32_t mask_;
  std::span<const Segment> segments_;
  int n_;
  std::vector<bool> lone_;
  std::vector<int> run_end_;
  std::vector<uint32_t> sum_;
  std::vector<Heavy> heavy_;
  std::array<std::vector<Cell>, kMaxHoles + 1> cells_;
};

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

}  // namespace

NodeId SearchRanges(DecisionBuilder& builder, Word word, uint32_t mask,
                    std::span<const Segment> segments, uint32_t last) {
  if (segments.size() == 1) return segments[0].leaf;
  if (segments.size() <= kMaxExact) {
    return Programme(builder, word, mask, segments, last).Solve();
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
