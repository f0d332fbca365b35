// The cheapest tree of two-way comparisons over the values of one word.
//
// An interval programme: the least cost of deciding segments [i, j), as they
// are or with the heaviest lone value among them tested before (it is a hole:
// any answer will do there). A `>=` splits the interval, an `==` makes the
// heaviest lone value a hole, and a short interval that has one answer apart
// from a few lone values can be a chain of `==`. Split points are looked for
// only around those of the two intervals one shorter, as in Knuth's programme
// for search trees; the tests measure what that loses against the exact
// optimum.
#include "compiler/range_search.h"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <vector>

namespace scbpf {
namespace {

constexpr int kMaxExact = 96;  // segments; longer ones are cut in two first
constexpr int kMaxChain = 9;   // segments of a chain
constexpr int kMaxLinks = 4;   // tests of a chain
constexpr int kSlack = 1;      // around the shorter intervals' splits
constexpr int kNoHole = -1;
constexpr uint32_t kNever = std::numeric_limits<uint32_t>::max() / 4;

enum class Choice : uint8_t { kLeaf, kSplit, kPeel, kChain };

// The best ways to decide all intervals, with or without a hole. Costs are
// held by rows and by columns, so that a search for a split reads both
// halves' costs in a row.
class Plane {
 public:
  explicit Plane(int n)
      : stride_(n + 1),
        costs_(new uint32_t[2 * Cells()]),
        splits_(new uint8_t[Cells()]),
        choices_(new Choice[Cells()]) {}

  uint32_t cost(int i, int j) const { return costs_[Index(i, j)]; }
  const uint32_t* from(int i) const { return &costs_[Index(i, 0)]; }
  const uint32_t* up_to(int j) const { return &costs_[Cells() + Index(j, 0)]; }
  int split(int i, int j) const { return splits_[Index(i, j)]; }
  Choice choice(int i, int j) const { return choices_[Index(i, j)]; }
  void Set(int i, int j, uint32_t cost, int split, Choice choice) {
    costs_[Index(i, j)] = cost;
    costs_[Cells() + Index(j, i)] = cost;
    splits_[Index(i, j)] = static_cast<uint8_t>(split);
    choices_[Index(i, j)] = choice;
  }

 private:
  size_t Cells() const { return static_cast<size_t>(stride_) * stride_; }
  size_t Index(int i, int j) const {
    return static_cast<size_t>(i) * stride_ + j;
  }

  int stride_;
  std::unique_ptr<uint32_t[]> costs_;
  std::unique_ptr<uint8_t[]> splits_;
  std::unique_ptr<Choice[]> choices_;
};

class Programme {
 public:
  Programme(DecisionBuilder& builder, Word word, uint32_t mask,
            std::span<const Segment> segments, uint32_t last)
      : builder_(builder),
        word_(word),
        mask_(mask),
        segments_(segments),
        n_(static_cast<int>(segments.size())),
        lone_(n_),
        run_end_(n_),
        sum_(n_ + 1),
        whole_(n_),
        holed_(n_) {
    for (int i = n_ - 1; i >= 0; --i) {
      const uint32_t end = i + 1 < n_ ? segments[i + 1].first - 1 : last;
      lone_[i] = segments[i].first == end;
      run_end_[i] = i + 1 < n_ && segments[i + 1].leaf == segments[i].leaf
                        ? run_end_[i + 1]
                        : i + 1;
    }
    for (int i = 0; i < n_; ++i) sum_[i + 1] = sum_[i] + segments[i].weight;
  }

  NodeId Solve() {
    for (int j = 1; j <= n_; ++j) {
      int heaviest = kNoHole;
      for (int i = j - 1; i >= 0; --i) {
        if (lone_[i] && (heaviest == kNoHole ||
                         segments_[i].weight >= segments_[heaviest].weight)) {
          heaviest = i;
        }
        if (heaviest == kNoHole) {
          holed_.Set(i, j, kNever, i + 1, Choice::kLeaf);
        } else {
          Fill(holed_, i, j, heaviest);
        }
        Fill(whole_, i, j, kNoHole);
      }
    }
    return Build(0, n_, kNoHole);
  }

 private:
  // The heaviest lone segment of [i, j), the first of equals, if any.
  int Heaviest(int i, int j) const {
    int heaviest = kNoHole;
    for (int s = i; s < j; ++s) {
      if (lone_[s] && (heaviest == kNoHole ||
                       segments_[s].weight > segments_[heaviest].weight)) {
        heaviest = s;
      }
    }
    return heaviest;
  }

  // Whether all of [i, j) but the hole has one answer.
  bool IsLeaf(int i, int j, int hole) const {
    int at = i == hole ? i + 1 : i;
    if (at >= j) return true;
    const NodeId leaf = segments_[at].leaf;
    at = run_end_[at];
    if (at == hole) ++at;
    if (at >= j) return true;
    return hole != kNoHole && segments_[at].leaf == leaf && run_end_[at] >= j &&
           at == hole + 1;
  }

  void Fill(Plane& plane, int i, int j, int hole) {
    if (IsLeaf(i, j, hole)) {
      plane.Set(i, j, 0, (i + j) / 2, Choice::kLeaf);
      return;
    }
    const uint32_t weight =
        sum_[j] - sum_[i] - (hole == kNoHole ? 0 : segments_[hole].weight);
    const uint32_t here = weight + kSizePrice;
    int from = i + 1;
    int to = j - 1;
    if (j - i > 4) {
      const int a = plane.split(i, j - 1);
      const int b = plane.split(i + 1, j);
      from = std::max(from, std::min(a, b) - kSlack);
      to = std::min(to, std::max(a, b) + kSlack);
    }
    uint32_t best = kNever;
    int split = (i + j) / 2;
    for (int m = from; m <= to; ++m) {
      const uint32_t low = (hole >= 0 && hole < m ? holed_ : whole_).from(i)[m];
      const uint32_t high = (hole >= m ? holed_ : whole_).up_to(j)[m];
      if (low + high < best) {
        best = low + high;
        split = m;
      }
    }
    uint32_t cost = best + here;
    Choice choice = Choice::kSplit;
    if (hole == kNoHole && here + holed_.cost(i, j) < cost) {
      cost = here + holed_.cost(i, j);
      choice = Choice::kPeel;
    }
    if (j - i <= kMaxChain) {
      const uint32_t chained = ChainCost(i, j, hole, weight);
      if (chained < cost) {
        cost = chained;
        choice = Choice::kChain;
      }
    }
    plane.Set(i, j, cost, split, choice);
  }

  // The answer of [i, j) apart from a few lone values, the `links`, heaviest
  // first.
  struct Chain {
    NodeId rest = 0;
    int count = 0;
    std::array<uint8_t, kMaxLinks> links{};
  };
  bool FindChain(int i, int j, int hole, Chain& chain) const {
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
    for (int s = i; s < j; ++s) {
      if (segments_[s].leaf == chain.rest || s == hole) continue;
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

  uint32_t ChainCost(int i, int j, int hole, uint32_t weight) const {
    Chain chain;
    if (!FindChain(i, j, hole, chain)) return kNever;
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
  NodeId Build(int i, int j, int hole) {
    const Plane& plane = hole == kNoHole ? whole_ : holed_;
    switch (plane.choice(i, j)) {
      case Choice::kLeaf:
        return segments_[i == hole && i + 1 < j ? i + 1 : i].leaf;
      case Choice::kSplit: {
        const int m = plane.split(i, j);
        const NodeId low = Build(i, m, hole < m ? hole : kNoHole);
        const NodeId high = Build(m, j, hole >= m ? hole : kNoHole);
        return builder_.If({word_, TestOp::kGe, mask_, segments_[m].first},
                           high, low);
      }
      case Choice::kPeel: {
        const int heaviest = Heaviest(i, j);
        const NodeId rest = Build(i, j, heaviest);
        return builder_.If(Equals(heaviest), segments_[heaviest].leaf, rest);
      }
      case Choice::kChain: {
        Chain chain;
        FindChain(i, j, hole, chain);
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
  std::vector<uint8_t> lone_;
  std::vector<int> run_end_;
  std::vector<uint32_t> sum_;
  Plane whole_;  // no hole
  Plane holed_;  // the heaviest lone value is a hole
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
