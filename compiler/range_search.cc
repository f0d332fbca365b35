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
constexpr uint32_t kPeelShare = 8;
constexpr int kNoHole = -1;
constexpr uint32_t kNever = std::numeric_limits<uint32_t>::max() / 4;

enum class Choice : uint8_t { kLeaf, kSplit, kPeel, kChain };

// The best ways to decide all intervals, with or without a hole. A cell is
// addressed by its place: row i, column j.
struct Plane {
  explicit Plane(size_t cells)
      : cost(new uint32_t[cells]), way(new Way[cells]) {}

  struct Way {
    uint8_t split;
    Choice choice;
  };
  void Set(size_t place, uint32_t least, int split, Choice choice) {
    cost[place] = least;
    way[place] = {static_cast<uint8_t>(split), choice};
  }

  std::unique_ptr<uint32_t[]> cost;
  std::unique_ptr<Way[]> way;
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
        stride_(static_cast<size_t>(n_) + 1),
        lone_(n_),
        sum_(n_ + 1),
        whole_(stride_ * stride_),
        holed_(stride_ * stride_) {
    for (int i = 0; i < n_; ++i) {
      const uint32_t end = i + 1 < n_ ? segments[i + 1].first - 1 : last;
      lone_[i] = segments[i].first == end;
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
        FillWhole(i, j, heaviest);
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

  // Whether all of [i, j) but the hole has one answer: neighbours differ.
  bool IsLeaf(int i, int j, int hole) const {
    if (j - i == 1) return true;
    if (hole == kNoHole || j - i > 3) return false;
    return j - i == 2 ||
           (hole == i + 1 && segments_[i].leaf == segments_[i + 2].leaf);
  }

  size_t Place(int i, int j) const {
    return static_cast<size_t>(i) * stride_ + static_cast<size_t>(j);
  }

  void FillWhole(int i, int j, int heaviest) {
    const size_t place = Place(i, j);
    if (j - i == 1) {
      whole_.Set(place, 0, i, Choice::kLeaf);
      holed_.Set(place, 0, i, Choice::kLeaf);
      return;
    }
    const uint32_t weight = sum_[j] - sum_[i];
    const uint32_t here = weight + kSizePrice;
    Best best = FindSplit(whole_, i, j, kNoHole);
    best.cost += here;
    // A value that few calls have is no better tested first; and an interval
    // inside one where it is worth it has it the more.
    const uint32_t heavy =
        heaviest == kNoHole ? 0 : segments_[heaviest].weight + 1;
    if (heavy > weight / kPeelShare) {
      FillHoled(i, j, heaviest, weight + 1 - heavy);
      if (here + holed_.cost[place] < best.cost) {
        best.cost = here + holed_.cost[place];
        best.choice = Choice::kPeel;
      }
    } else {
      holed_.Set(place, kNever, best.split, Choice::kSplit);
    }
    UseChain(i, j, kNoHole, weight, best);
    whole_.Set(place, best.cost, best.split, best.choice);
  }

  void FillHoled(int i, int j, int hole, uint32_t weight) {
    if (IsLeaf(i, j, hole)) {
      holed_.Set(Place(i, j), 0, (i + j) / 2, Choice::kLeaf);
      return;
    }
    Best best = FindSplit(holed_, i, j, hole);
    best.cost += weight + kSizePrice;
    UseChain(i, j, hole, weight, best);
    holed_.Set(Place(i, j), best.cost, best.split, best.choice);
  }

  struct Best {
    uint32_t cost = kNever;
    int split = 0;
    Choice choice = Choice::kSplit;
  };

  // The cheapest split, without the test itself.
  Best FindSplit(const Plane& plane, int i, int j, int hole) const {
    const size_t place = Place(i, j);
    int from = i + 1;
    int to = j - 1;
    if (j - i > 4) {
      const int a = plane.way[place - 1].split;
      const int b = plane.way[place + stride_].split;
      from = std::max(from, std::min(a, b) - kSlack);
      to = std::min(to, std::max(a, b) + kSlack);
    }
    Best best;
    best.split = from;
    if (hole == kNoHole) {
      TrySplits(whole_, whole_, i, j, from, to, best);
      return best;
    }
    // Up to the hole it lies in the high part, behind it in the low one.
    TrySplits(whole_, holed_, i, j, from, std::min(hole, to), best);
    TrySplits(holed_, whole_, i, j, std::max(from, hole + 1), to, best);
    return best;
  }

  void TrySplits(const Plane& low, const Plane& high, int i, int j, int from,
                 int to, Best& best) const {
    const uint32_t* low_cost = &low.cost[Place(i, from)];
    const uint32_t* high_cost = &high.cost[Place(from, j)];
    for (int m = from; m <= to; ++m, ++low_cost, high_cost += stride_) {
      const uint32_t cost = *low_cost + *high_cost;
      if (cost < best.cost) {
        best.cost = cost;
        best.split = m;
      }
    }
  }

  // The answer of [i, j) apart from a few lone values, the `links`, heaviest
  // first.
  struct Chain {
    NodeId rest = 0;
    int count = 0;
    std::array<uint8_t, kMaxLinks> links{};
  };
  bool FindChain(int i, int j, int hole, Chain& chain) const {
    chain.rest = segments_[i].leaf;
    for (int s = i; s < j; ++s) {
      if (segments_[s].leaf == chain.rest || s == hole) continue;
      if (!lone_[s] || chain.count == kMaxLinks) return false;
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

  // A chain whose end has another answer than the rest is no better than a
  // split there.
  void UseChain(int i, int j, int hole, uint32_t weight, Best& best) const {
    if (j - i > kMaxChain || segments_[i].leaf != segments_[j - 1].leaf) return;
    Chain chain;
    if (!FindChain(i, j, hole, chain)) return;
    uint32_t cost = 0;
    for (int k = 0; k < chain.count; ++k) {
      cost += weight + kSizePrice;
      weight -= segments_[chain.links[k]].weight;
    }
    if (cost < best.cost) {
      best.cost = cost;
      best.choice = Choice::kChain;
    }
  }

  Test Equals(int s) const {
    return {word_, TestOp::kEq, mask_, segments_[s].first};
  }

  // Recursion no deeper than the number of segments, at most kMaxExact.
  NodeId Build(int i, int j, int hole) {
    const Plane::Way way = (hole == kNoHole ? whole_ : holed_).way[Place(i, j)];
    switch (way.choice) {
      case Choice::kLeaf:
        return segments_[i == hole && i + 1 < j ? i + 1 : i].leaf;
      case Choice::kSplit: {
        const int m = way.split;
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
  size_t stride_;
  std::vector<uint8_t> lone_;
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
