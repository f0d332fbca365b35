// Intervals, holes and cubes of a set of 64-bit values.
#include "proof/value_set.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace scbpf {
namespace {

using Ref = Diagram::Ref;

constexpr uint64_t kAllOnes = ~uint64_t{0};

struct Span {
  uint64_t first;
  uint64_t last;
};
struct Cube {
  uint64_t mask;
  uint64_t value;
};

class Set {
 public:
  Set(const Diagram& diagram, uint32_t base, uint32_t bits)
      : diagram_(diagram), base_(base), bits_(bits) {}

  // The intervals whose function is `wanted`, ascending; more than the limit
  // of them: the first ones.
  std::vector<Span> Spans(Ref set, bool wanted) const {
    std::vector<Span> spans;
    AddSpans(set, wanted, 0, 0, &spans);
    return spans;
  }

  // The paths to `wanted`; more than the limit of them: the first ones.
  std::vector<Cube> Cubes(Ref set, bool wanted) const {
    std::vector<Cube> cubes;
    AddCubes(set, wanted, {0, 0}, &cubes);
    return cubes;
  }

 private:
  uint64_t BitAt(uint32_t depth) const {
    return uint64_t{1} << (bits_ - 1 - depth);
  }

  void AddSpans(Ref set, bool wanted, uint32_t depth, uint64_t prefix,
                std::vector<Span>* spans) const {
    if (spans->size() > kMaxConjunctions) return;
    if (diagram_.IsLeaf(set)) {
      if ((diagram_.ValueOf(set) != 0) != wanted) return;
      const uint64_t last = depth == 0 ? kAllOnes >> (64 - bits_)
                                       : prefix | (BitAt(depth - 1) - 1);
      if (!spans->empty() && spans->back().last + 1 == prefix && prefix != 0) {
        spans->back().last = last;
      } else {
        spans->push_back({prefix, last});
      }
      return;
    }
    const bool here = diagram_.LevelOf(set) == base_ + depth;
    AddSpans(here ? diagram_.Low(set) : set, wanted, depth + 1, prefix, spans);
    AddSpans(here ? diagram_.High(set) : set, wanted, depth + 1,
             prefix | BitAt(depth), spans);
  }

  void AddCubes(Ref set, bool wanted, Cube cube,
                std::vector<Cube>* cubes) const {
    if (cubes->size() > kMaxConjunctions) return;
    if (diagram_.IsLeaf(set)) {
      if ((diagram_.ValueOf(set) != 0) == wanted) cubes->push_back(cube);
      return;
    }
    const uint64_t bit = BitAt(diagram_.LevelOf(set) - base_);
    cube.mask |= bit;
    AddCubes(diagram_.Low(set), wanted, cube, cubes);
    cube.value |= bit;
    AddCubes(diagram_.High(set), wanted, cube, cubes);
  }

  const Diagram& diagram_;
  uint32_t base_;
  uint32_t bits_;
};

Conjunction TellSpan(const Span& span, uint8_t arg, uint64_t mask) {
  if (span.first == span.last) {
    return {{arg, CompareOp::kEq, span.first, mask}};
  }
  Conjunction all_of;
  if (span.first != 0) {
    all_of.push_back({arg, CompareOp::kGe, span.first, mask});
  }
  if (span.last != mask) {
    all_of.push_back({arg, CompareOp::kLe, span.last, mask});
  }
  return all_of;
}

// Spans of a few values in all as one span for each value; four in a row are
// told as from and to.
std::vector<Span> Singles(std::vector<Span> spans) {
  constexpr uint64_t kFew = 8;
  constexpr uint64_t kRow = 3;
  std::vector<Span> singles;
  for (const Span& span : spans) {
    if (span.last - span.first >= kRow || singles.size() > kFew) return spans;
    for (uint64_t value = span.first; value <= span.last; ++value) {
      singles.push_back({value, value});
      if (value == ~uint64_t{0}) break;
    }
  }
  return singles.size() <= kFew ? singles : spans;
}

bool AllPoints(const std::vector<Span>& spans) {
  return std::all_of(spans.begin(), spans.end(),
                     [](const Span& span) { return span.first == span.last; });
}

Description Tell(const Set& set, Ref ref, uint8_t arg, uint64_t mask) {
  const std::vector<Span> spans = Singles(set.Spans(ref, true));
  const std::vector<Span> holes = Singles(set.Spans(ref, false));
  Description told;
  if (holes.size() <= kMaxConjunctions && AllPoints(holes) &&
      !AllPoints(spans)) {
    Conjunction& all_of = told.any_of.emplace_back();
    for (const Span& hole : holes) {
      all_of.push_back({arg, CompareOp::kNe, hole.first, mask});
    }
    return told;
  }
  const std::vector<Cube> without = set.Cubes(ref, false);
  if (spans.size() > 2 && without.size() == 1) {
    told.any_of = {{{arg, CompareOp::kNe, without[0].value, without[0].mask}}};
    return told;
  }
  const std::vector<Cube> cubes = set.Cubes(ref, true);
  if (spans.size() > 8 && cubes.size() < spans.size()) {
    for (const Cube& cube : cubes) {
      told.any_of.push_back({{arg, CompareOp::kEq, cube.value, cube.mask}});
    }
  } else {
    for (const Span& span : spans) {
      told.any_of.push_back(TellSpan(span, arg, mask));
    }
  }
  if (told.any_of.size() > kMaxConjunctions) {
    told.any_of.resize(kMaxConjunctions);
    told.partial = true;
  }
  return told;
}

}  // namespace

std::vector<Ref> Successors(const Diagram& diagram, Ref root, uint32_t end) {
  std::vector<Ref> found;
  std::vector<Ref> open{root};
  absl::flat_hash_set<Ref> seen{root};
  while (!open.empty() && found.size() <= kMaxConjunctions) {
    const Ref ref = open.back();
    open.pop_back();
    if (diagram.LevelOf(ref) >= end) {
      if (!diagram.IsLeaf(ref) || diagram.ValueOf(ref) != 0) {
        found.push_back(ref);
      }
      continue;
    }
    for (const Ref next : {diagram.High(ref), diagram.Low(ref)}) {
      if (seen.insert(next).second) open.push_back(next);
    }
  }
  return found;
}

Ref SelectSuccessor(Diagram& diagram, Ref root, uint32_t end, Ref successor) {
  absl::flat_hash_map<Ref, Ref> known;
  const auto select = [&](const auto& self, Ref ref) -> Ref {
    if (diagram.LevelOf(ref) >= end) {
      return diagram.Leaf(ref == successor ? 1 : 0);
    }
    const auto found = known.find(ref);
    if (found != known.end()) return found->second;
    const Ref low = self(self, diagram.Low(ref));
    const Ref high = self(self, diagram.High(ref));
    const Ref made = diagram.Node(diagram.LevelOf(ref), low, high);
    known[ref] = made;
    return made;
  };
  return select(select, root);
}

Description DescribeValues(Diagram& diagram, Ref set, uint32_t base,
                           uint8_t arg) {
  if (diagram.IsLeaf(set)) return {{{}}, false};
  if (diagram.LevelOf(set) >= base + 32) {
    return Tell(Set(diagram, base + 32, 32), set, arg, 0xffffffffu);
  }
  const Set values(diagram, base, 64);
  Description whole = Tell(values, set, arg, kAllOnes);
  if (whole.any_of.size() < 3 && !whole.partial) return whole;
  // A condition on each half may say it in fewer words.
  Description told;
  for (const Ref low : Successors(diagram, set, base + 32)) {
    const Ref high = SelectSuccessor(diagram, set, base + 32, low);
    const Description high_told = Tell(values, high, arg, kAllOnes);
    Description low_told{{{}}, false};
    if (!diagram.IsLeaf(low)) {
      low_told = Tell(Set(diagram, base + 32, 32), low, arg, 0xffffffffu);
    }
    told.partial = told.partial || high_told.partial || low_told.partial;
    for (const Conjunction& first : high_told.any_of) {
      for (const Conjunction& second : low_told.any_of) {
        Conjunction& both = told.any_of.emplace_back(first);
        both.insert(both.end(), second.begin(), second.end());
      }
    }
    if (told.any_of.size() >= whole.any_of.size()) return whole;
  }
  return told.partial && !whole.partial ? whole : told;
}

}  // namespace scbpf
