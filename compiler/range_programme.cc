// The interval programme behind SearchRanges.
//
// The least cost of deciding the stretch [i, j) of the segments, as it is or
// with its heaviest lone values tested before: those are holes, where any
// answer will do. A `>=` splits the stretch, an `==` makes its heaviest lone
// value a hole, and a stretch that has one answer apart from a few lone values
// can be a chain of `==`. Without holes, splits are looked for only around
// those of the two stretches one shorter, as in Knuth's programme for search
// trees; the tests measure what that loses against the exact optimum.
#include "compiler/range_programme.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "compiler/range_stretch.h"

namespace scbpf {
namespace {

// Where every segment weighs the same nothing is known of them. Longer chains
// would save a few instructions and make the longest paths longer.
constexpr int kMaxEvenLinks = 4;
constexpr size_t kSlack = 1;  // around the shorter stretches' splits
constexpr uint32_t kPeelShare = 8;
constexpr uint32_t kNever = std::numeric_limits<uint32_t>::max() / 4;

// Tries to split a stretch, whose row and column are given, at from..to.
struct Split {
  uint32_t cost = kNever;
  size_t at = 0;
};
inline void TrySplits(const uint32_t* row, const uint32_t* column, size_t from,
                      size_t to, Split& best) {
  uint32_t least = best.cost;
  size_t at = best.at;
  for (size_t m = from; m <= to; ++m) {
    const uint32_t cost = row[m] + column[m];
    if (cost < least) {
      least = cost;
      at = m;
    }
  }
  best.cost = least;
  best.at = at;
}

bool IsEven(const std::vector<SegmentShape>& shape) {
  return shape[0].weight > 0 &&
         std::all_of(shape.begin(), shape.end(), [&](const SegmentShape& s) {
           return s.weight == shape[0].weight;
         });
}

}  // namespace

// Fills a programme's planes, column by column.
class RangeSolver {
 public:
  explicit RangeSolver(RangeProgramme& programme)
      : shape_(programme.shape_),
        stride_(programme.stride_),
        planes_(programme.planes_),
        most_links_(IsEven(shape_) ? kMaxEvenLinks : kMaxLinks) {}

  void Run() {
    for (size_t j = 1; j <= shape_.size(); ++j) FillColumn(j);
  }

 private:
  using Plane = RangeProgramme::Plane;
  using Choice = RangeProgramme::Choice;
  static constexpr int kMaxHoles = RangeProgramme::kMaxHoles;

  // The stretch that is being filled in.
  struct Stretch {
    size_t i = 0;
    size_t j = 0;
    uint32_t weight = 0;
    Heaviest<kMaxHoles> holes;
    Chain chain;
  };

  void FillColumn(size_t j) {
    Stretch s;
    s.j = j;
    s.chain.rest = shape_[j - 1].answer;
    s.chain.most = most_links_;
    uint32_t* const column = &planes_[0].costs[j * stride_];
    RangeProgramme::Way* const ways = &planes_[0].ways[j * stride_];
    size_t split_below = 0;
    for (size_t i = j; i-- > 0;) {
      uint32_t* const row = &planes_[0].costs[i * stride_];
      s.i = i;
      s.weight += shape_[i].weight;
      s.holes.Add(shape_[i].lone, i);
      s.chain.Add(shape_, i);
      const uint32_t here = s.weight + kSizePrice;
      Split split{kNever, i};
      Choice choice = Choice::kSplit;
      if (j - i <= 4) {
        TrySplits(row, column, i + 1, j - 1, split);
      } else {
        const size_t before = (ways - stride_)[i].split;
        TrySplits(row, column,
                  std::max(i + 1, std::min(before, split_below) - kSlack),
                  std::min(j - 1, std::max(before, split_below) + kSlack),
                  split);
      }
      uint32_t cost = split.cost + here;
      if (Peels(s, 0, s.weight)) {
        const uint32_t peeled = here + FillHoled(s);
        if (peeled < cost) {
          cost = peeled;
          choice = Choice::kPeel;
        }
      }
      // A chain whose end has another answer is no better than a split there.
      if (!s.chain.broken && shape_[i].answer == s.chain.rest) {
        const uint32_t chained = CostOfChain(s, 0, s.weight);
        if (chained < cost) {
          cost = chained;
          choice = Choice::kChain;
        }
      }
      if (j - i == 1) {
        cost = 0;
        choice = Choice::kLeaf;
      }
      row[j] = cost;
      column[i] = cost;
      ways[i] = {static_cast<uint8_t>(split.at), choice};
      split_below = split.at;
    }
  }

  // Whether to test for the next of the lone values first, where `weight` is
  // left: one that few calls have is no better tested first. A stretch inside
  // one where it is worth it has it the more, so that whatever is looked up
  // was filled in.
  static bool Peels(const Stretch& s, int holes, uint32_t weight) {
    return s.holes.lone[holes] > weight / kPeelShare + 1;
  }

  // Fills in the planes with holes; answers what the first of them costs.
  uint32_t FillHoled(const Stretch& s) {
    std::array<uint32_t, kMaxHoles + 1> weights{s.weight};
    int count = 0;
    do {
      weights[count + 1] = weights[count] + 1 - s.holes.lone[count];
      ++count;
    } while (count < kMaxHoles && Peels(s, count, weights[count]));
    uint32_t cost = kNever;
    for (int holes = count; holes > 0; --holes) {
      cost = FillPlane(s, holes, weights[holes],
                       holes < count ? cost : uint32_t{kNever});
    }
    return cost;
  }

  uint32_t FillPlane(const Stretch& s, int holes, uint32_t weight,
                     uint32_t with_one_more) {
    uint32_t cost = 0;
    Split split;
    Choice choice = Choice::kLeaf;
    if (!IsLeaf(s, holes)) {
      const uint32_t here = weight + kSizePrice;
      split = FindSplit(s, holes);
      cost = split.cost + here;
      choice = Choice::kSplit;
      if (here + with_one_more < cost) {
        cost = here + with_one_more;
        choice = Choice::kPeel;
      }
      if (!s.chain.broken) {
        const uint32_t chained = CostOfChain(s, holes, weight);
        if (chained < cost) {
          cost = chained;
          choice = Choice::kChain;
        }
      }
    }
    Plane& plane = planes_[holes];
    plane.costs[s.i * stride_ + s.j] = cost;
    plane.costs[s.j * stride_ + s.i] = cost;
    plane.ways[s.j * stride_ + s.i] = {static_cast<uint8_t>(split.at), choice};
    return cost;
  }

  // Whether all but the holes has one answer: neighbours differ.
  bool IsLeaf(const Stretch& s, int holes) const {
    if (s.j - s.i > 2 * static_cast<size_t>(holes) + 1) return false;
    size_t rest = s.j;
    for (size_t at = s.i; at < s.j; ++at) {
      if (s.holes.Has(at, holes)) continue;
      if (rest < s.j && shape_[rest].answer != shape_[at].answer) return false;
      rest = at;
    }
    return true;
  }

  // Up to a hole it lies in the high part, behind it in the low one.
  Split FindSplit(const Stretch& s, int holes) const {
    Split split;
    size_t from = s.i + 1;
    size_t next = s.i;  // where the next hole may be
    for (int low = 0; low <= holes; ++low) {
      size_t hole = s.j;
      for (int k = 0; k < holes; ++k) {
        if (s.holes.at[k] >= next) hole = std::min(hole, s.holes.at[k]);
      }
      const size_t to = std::min(hole, s.j - 1);
      TrySplits(&planes_[low].costs[s.i * stride_],
                &planes_[holes - low].costs[s.j * stride_], from, to, split);
      from = std::max(from, to + 1);
      next = hole + 1;
    }
    return split;
  }

  uint32_t CostOfChain(const Stretch& s, int holes, uint32_t weight) const {
    uint32_t cost = 0;
    for (int k = 0; k < s.chain.count; ++k) {
      const size_t link = s.chain.links[k];
      if (holes > 0 && s.holes.Has(link, holes)) continue;
      cost += weight + kSizePrice;
      weight -= shape_[link].weight;
    }
    return cost;
  }

  const std::vector<SegmentShape>& shape_;
  const size_t stride_;
  std::array<Plane, kMaxHoles + 1>& planes_;
  const int most_links_;
};

std::vector<SegmentShape> ShapeOf(std::span<const Segment> segments,
                                  uint32_t last, bool renumber) {
  std::vector<SegmentShape> shape(segments.size());
  std::vector<NodeId> seen;
  for (size_t i = 0; i < segments.size(); ++i) {
    const Segment& segment = segments[i];
    const uint32_t end =
        i + 1 < segments.size() ? segments[i + 1].first - 1 : last;
    shape[i].weight = segment.weight;
    shape[i].lone = segment.first == end ? segment.weight + 1 : 0;
    shape[i].answer = segment.leaf;
    if (!renumber) continue;
    const auto found = std::find(seen.begin(), seen.end(), segment.leaf);
    shape[i].answer = static_cast<NodeId>(found - seen.begin());
    if (found == seen.end()) seen.push_back(segment.leaf);
  }
  return shape;
}

RangeProgramme::RangeProgramme(std::vector<SegmentShape> shape)
    : shape_(std::move(shape)), stride_(shape_.size() + 1) {
  for (Plane& plane : planes_) {
    plane.costs.reset(new uint32_t[stride_ * stride_]);
    plane.ways.reset(new Way[stride_ * stride_]);
  }
  RangeSolver(*this).Run();
}

const RangeProgramme& RangeMemory::Find(std::vector<SegmentShape> shape) {
  for (const auto& kept : kept_) {
    if (kept->shape() == shape) return *kept;
  }
  if (kept_.size() < kMost) kept_.emplace_back();
  next_ = (next_ + 1) % kept_.size();
  kept_[next_] = std::make_unique<RangeProgramme>(std::move(shape));
  return *kept_[next_];
}

}  // namespace scbpf
