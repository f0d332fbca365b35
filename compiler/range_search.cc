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
constexpr size_t kSlack = 1;   // around the shorter intervals' splits
constexpr uint32_t kPeelShare = 8;
constexpr int kNoHole = -1;
constexpr uint32_t kNever = std::numeric_limits<uint32_t>::max() / 4;

enum class Choice : uint8_t { kLeaf, kSplit, kPeel, kChain };

// The best ways to decide all intervals, with or without a hole. Columns are
// filled in turn, each from its longest row, the shortest interval, on. Costs
// are there twice so that both halves of all splits lie side by side.
struct Plane {
  explicit Plane(size_t stride)
      : rows(new uint32_t[stride * stride]),
        columns(new uint32_t[stride * stride]),
        ways(new Way[stride * stride]),
        last_split(stride) {}

  struct Way {
    uint8_t split;
    Choice choice;
  };

  std::unique_ptr<uint32_t[]> rows;     // [i, j) at i * stride + j
  std::unique_ptr<uint32_t[]> columns;  // [i, j) at j * stride + i
  std::unique_ptr<Way[]> ways;          // as columns
  std::vector<uint8_t> last_split;      // of row i, in the column before
};

struct Best {
  uint32_t cost = kNever;
  size_t split = 0;
  Choice choice = Choice::kSplit;
};

// Tries to split an interval, whose row and column are given, at from..to.
inline void TrySplits(const uint32_t* row, const uint32_t* column, size_t from,
                      size_t to, Best& best) {
  uint32_t least = best.cost;
  size_t split = best.split;
  for (size_t m = from; m <= to; ++m) {
    const uint32_t cost = row[m] + column[m];
    if (cost < least) {
      least = cost;
      split = m;
    }
  }
  best.cost = least;
  best.split = split;
}

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
        whole_(stride_),
        holed_(stride_) {
    for (int i = 0; i < n_; ++i) {
      const uint32_t end = i + 1 < n_ ? segments[i + 1].first - 1 : last;
      lone_[i] = segments[i].first == end ? segments[i].weight + 1 : 0;
    }
  }

  NodeId Solve() {
    for (int j = 1; j <= n_; ++j) FillColumn(j);
    return Build(0, n_, kNoHole);
  }

 private:
  // The heaviest lone segment of [i, j), the first of equals, if any.
  int Heaviest(int i, int j) const {
    int heaviest = kNoHole;
    uint32_t heavy = 0;
    for (int s = i; s < j; ++s) {
      if (lone_[s] > heavy) {
        heavy = lone_[s];
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

  size_t Start(int i) const { return static_cast<size_t>(i) * stride_; }

  void Set(Plane& plane, int i, int j, const Best& best) const {
    const auto row = static_cast<size_t>(i);
    const auto column = static_cast<size_t>(j);
    plane.rows[row * stride_ + column] = best.cost;
    plane.columns[column * stride_ + row] = best.cost;
    plane.ways[column * stride_ + row] = {static_cast<uint8_t>(best.split),
                                          best.choice};
  }

  // An interval while its column is filled.
  struct Cell {
    int i = 0;
    int j = 0;
    uint32_t weight = 0;     // of all its segments
    uint32_t heavy = 0;      // 1 + the weight of the heaviest lone one; 0: none
    int heaviest = kNoHole;  // which it is
    // The splits of the row below.
    size_t whole_split = 0;
    size_t holed_split = 0;

    // A value that few calls have is no better tested first; and an interval
    // inside one where it is worth it has it the more.
    bool Peels() const { return heavy > weight / kPeelShare; }
  };

  void AddRow(Cell& cell) const {
    const auto row = static_cast<size_t>(cell.i);
    cell.weight += segments_[row].weight;
    if (lone_[row] >= cell.heavy) {
      cell.heavy = lone_[row];
      cell.heaviest = cell.i;
    }
  }

  void FillColumn(int j) {
    Cell cell;
    cell.i = j - 1;
    cell.j = j;
    AddRow(cell);
    cell.whole_split = cell.holed_split = static_cast<size_t>(cell.i);
    const Best leaf{0, cell.whole_split, Choice::kLeaf};
    Set(whole_, cell.i, j, leaf);
    Set(holed_, cell.i, j, leaf);
    while (--cell.i >= 0 && cell.i >= j - kMaxChain) FillShort(cell);
    if (cell.i >= 0) FillLong(cell);
  }

  void FillShort(Cell& cell) {
    AddRow(cell);
    const uint32_t here = cell.weight + kSizePrice;
    const Window window = FindWindow(whole_, cell, cell.whole_split);
    Best best;
    TrySplits(&whole_.rows[Start(cell.i)], &whole_.columns[Start(cell.j)],
              window.from, window.to, best);
    best.cost += here;
    if (cell.Peels()) {
      Peel(cell, here, best);
    } else {
      cell.holed_split = best.split;
    }
    UseChain(cell.i, cell.j, kNoHole, cell.weight, best);
    Set(whole_, cell.i, cell.j, best);
    KeepSplits(cell, best.split);
  }

  // FillShort for the rest of a column, whose intervals are too long for a
  // chain: nearly all of them.
  void FillLong(Cell& cell) {
    uint32_t* const column = &whole_.columns[Start(cell.j)];
    Plane::Way* const ways = &whole_.ways[Start(cell.j)];
    uint32_t* row = &whole_.rows[Start(cell.i)];
    for (; cell.i >= 0; --cell.i, row -= stride_) {
      AddRow(cell);
      const uint32_t here = cell.weight + kSizePrice;
      const Window window = FindWindow(whole_, cell, cell.whole_split);
      Best best;
      TrySplits(row, column, window.from, window.to, best);
      best.cost += here;
      if (cell.Peels()) {
        Peel(cell, here, best);
      } else {
        cell.holed_split = best.split;
      }
      row[cell.j] = best.cost;
      column[cell.i] = best.cost;
      ways[cell.i] = {static_cast<uint8_t>(best.split), best.choice};
      KeepSplits(cell, best.split);
    }
  }

  void KeepSplits(Cell& cell, size_t whole_split) {
    const auto row = static_cast<size_t>(cell.i);
    cell.whole_split = whole_split;
    whole_.last_split[row] = static_cast<uint8_t>(whole_split);
    holed_.last_split[row] = static_cast<uint8_t>(cell.holed_split);
  }

  // Tests for the heaviest lone value first where that is cheaper.
  void Peel(Cell& cell, uint32_t here, Best& best) {
    const Best rest = FillHoled(cell);
    cell.holed_split = rest.split;
    if (here + rest.cost < best.cost) {
      best.cost = here + rest.cost;
      best.choice = Choice::kPeel;
    }
  }

  Best FillHoled(const Cell& cell) {
    const int i = cell.i;
    const int j = cell.j;
    const auto hole = static_cast<size_t>(cell.heaviest);
    const uint32_t weight = cell.weight + 1 - cell.heavy;
    Best best;
    if (IsLeaf(i, j, cell.heaviest)) {
      best = {0, static_cast<size_t>((i + j) / 2), Choice::kLeaf};
    } else {
      // Up to the hole it lies in the high part, behind it in the low one.
      const Window window = FindWindow(holed_, cell, cell.holed_split);
      TrySplits(&whole_.rows[Start(i)], &holed_.columns[Start(j)], window.from,
                std::min(hole, window.to), best);
      TrySplits(&holed_.rows[Start(i)], &whole_.columns[Start(j)],
                std::max(window.from, hole + 1), window.to, best);
      best.cost += weight + kSizePrice;
      if (j - i <= kMaxChain) UseChain(i, j, cell.heaviest, weight, best);
    }
    Set(holed_, i, j, best);
    return best;
  }

  // Where the cheapest split is looked for.
  struct Window {
    size_t from = 0;
    size_t to = 0;
  };
  static Window FindWindow(const Plane& plane, const Cell& cell,
                           size_t split_below) {
    const auto first = static_cast<size_t>(cell.i) + 1;
    const auto last = static_cast<size_t>(cell.j) - 1;
    if (last - first < 3) return {first, last};
    const size_t before = plane.last_split[first - 1];
    return {std::max(first, std::min(before, split_below) - kSlack),
            std::min(last, std::max(before, split_below) + kSlack)};
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
      if (lone_[s] == 0 || chain.count == kMaxLinks) return false;
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
    if (segments_[i].leaf != segments_[j - 1].leaf) return;
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
    const Plane& plane = hole == kNoHole ? whole_ : holed_;
    const Plane::Way way = plane.ways[Start(j) + static_cast<size_t>(i)];
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
  std::vector<uint32_t> lone_;  // 1 + the weight of a lone value; 0: another
  Plane whole_;                 // no hole
  Plane holed_;                 // the heaviest lone value is a hole
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
