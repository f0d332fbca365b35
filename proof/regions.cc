// FindRegions: the fields where two sides differ, told in conditions.
#include <algorithm>
#include <map>

#include "absl/status/status.h"
#include "proof/compare.h"
#include "proof/describe.h"

namespace scbpf {
namespace {

using Ref = Diagram::Ref;

// A region's part that the arguments decide; the witness has them alone.
struct ArgumentPart {
  std::vector<Conjunction> any_of;
  bool partial = false;
  ReturnValue a, b;
  Call witness;

  bool operator==(const ArgumentPart&) const = default;
};
using Parts = std::vector<ArgumentPart>;

// Numbers with the same parts (an index; 0: the sides agree).
struct Numbers {
  Interval nr;
  uint32_t parts = 0;

  bool operator==(const Numbers& other) const {
    return nr.first == other.nr.first && nr.last == other.nr.last &&
           parts == other.parts;
  }
};

class Finder {
 public:
  explicit Finder(Comparison& comparison) : comparison_(comparison) {
    known_.emplace_back();
  }
  absl::StatusOr<std::vector<Region>> ByFields();
  absl::StatusOr<std::vector<Region>> ByBits();

 private:
  uint32_t PartsOf(const Comparison::Pairs& pairs);
  uint32_t PartsOfValues(ReturnValue a, ReturnValue b);
  void Add(Interval arch, Interval nr, uint32_t parts);
  void EndArch();
  std::vector<Region> Finish();

  struct ArchNumbers {
    Interval arch;
    std::vector<Numbers> numbers;
  };
  Comparison& comparison_;
  std::vector<Parts> known_;
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> values_;
  std::vector<ArchNumbers> found_;
};

uint32_t Finder::PartsOfValues(ReturnValue a, ReturnValue b) {
  if (a == b) return 0;
  const auto [entry, added] =
      values_.try_emplace({a.raw, b.raw}, static_cast<uint32_t>(known_.size()));
  if (added) known_.push_back({{{}, false, a, b, {}}});
  return entry->second;
}

void FollowToOne(const Diagram& diagram, const Order& order, Ref condition,
                 Call* call) {
  while (!diagram.IsLeaf(condition)) {
    const Ref low = diagram.Low(condition);
    if (!diagram.IsLeaf(low) || diagram.ValueOf(low) != 0) {
      condition = low;
      continue;
    }
    SetBit(order, diagram.LevelOf(condition), call);
    condition = diagram.High(condition);
  }
}

uint32_t Finder::PartsOf(const Comparison::Pairs& pairs) {
  Diagram& diagram = *pairs.diagram;
  if (diagram.IsLeaf(pairs.root)) {
    if (diagram.ValueOf(pairs.root) == Diagram::kNone) return 0;
    const auto [a, b] = diagram.PairAt(diagram.ValueOf(pairs.root));
    return PartsOfValues({a}, {b});
  }
  Parts parts;
  std::vector<uint32_t> leaves;
  std::vector<Ref> open{pairs.root};
  absl::flat_hash_map<Ref, bool> seen;
  while (!open.empty()) {
    const Ref ref = open.back();
    open.pop_back();
    if (!seen.try_emplace(ref, true).second) continue;
    if (!diagram.IsLeaf(ref)) {
      open.push_back(diagram.High(ref));
      open.push_back(diagram.Low(ref));
    } else if (diagram.ValueOf(ref) != Diagram::kNone) {
      leaves.push_back(diagram.ValueOf(ref));
    }
  }
  for (const uint32_t leaf : leaves) {
    if (diagram.budget().spent()) break;
    const Ref condition =
        diagram.Apply(Diagram::Op::kIs, pairs.root, diagram.Leaf(leaf));
    const auto [a, b] = diagram.PairAt(leaf);
    ArgumentPart part{{}, false, {a}, {b}, {}};
    Description told = DescribeCondition(diagram, pairs.order, condition);
    part.any_of = std::move(told.any_of);
    part.partial = told.partial;
    FollowToOne(diagram, pairs.order, condition, &part.witness);
    parts.push_back(std::move(part));
  }
  const auto same = std::find(known_.begin(), known_.end(), parts);
  const auto index = static_cast<uint32_t>(same - known_.begin());
  if (same == known_.end()) known_.push_back(std::move(parts));
  return index;
}

void Finder::Add(Interval arch, Interval nr, uint32_t parts) {
  if (found_.empty() || found_.back().arch.first != arch.first) {
    EndArch();
    found_.push_back({arch, {}});
  }
  auto& numbers = found_.back().numbers;
  if (!numbers.empty() && numbers.back().parts == parts) {
    numbers.back().nr.last = nr.last;
  } else {
    numbers.push_back({nr, parts});
  }
}

// Joins the last two tokens' cells if they differ alike.
void Finder::EndArch() {
  if (found_.size() < 2) return;
  ArchNumbers& before = found_[found_.size() - 2];
  if (before.numbers != found_.back().numbers) return;
  before.arch.last = found_.back().arch.last;
  found_.pop_back();
}

std::vector<Region> Finder::Finish() {
  EndArch();
  std::vector<Region> regions;
  for (const ArchNumbers& cell : found_) {
    for (const Numbers& numbers : cell.numbers) {
      for (const ArgumentPart& part : known_[numbers.parts]) {
        Region region;
        region.arch = cell.arch.first;
        region.arch_last = cell.arch.last;
        region.first = numbers.nr.first;
        region.last = numbers.nr.last;
        region.any_of = part.any_of;
        region.partial = part.partial;
        region.a = part.a;
        region.b = part.b;
        region.witness = part.witness;
        region.witness.arch = region.arch;
        region.witness.nr = region.first;
        regions.push_back(std::move(region));
      }
    }
  }
  return regions;
}

absl::StatusOr<std::vector<Region>> Finder::ByFields() {
  absl::flat_hash_map<std::vector<Answer>, uint32_t> known;
  absl::Status status;
  VisitFields(comparison_.layers(), [&](const Field& field) {
    uint32_t parts = 0;
    const auto found = known.find(field.answers);
    if (found != known.end()) {
      parts = found->second;
    } else {
      const auto pairs = comparison_.PairsOf(field.answers);
      status = pairs.status();
      if (!status.ok()) return false;
      parts = PartsOf(*pairs);
      known[field.answers] = parts;
    }
    Add(field.arch, field.nr, parts);
    return true;
  });
  if (!status.ok()) return status;
  return Finish();
}

// What `root` leads to for each value of the 32 bits from `level`.
struct Branch {
  Interval values;
  Ref ref;
};
void Spread(Diagram& diagram, Ref root, uint32_t level, uint32_t depth,
            uint32_t first, std::vector<Branch>* branches) {
  const uint32_t last =
      first + static_cast<uint32_t>((uint64_t{1} << (32 - depth)) - 1);
  if (diagram.LevelOf(root) >= level + 32) {
    if (!branches->empty() && branches->back().ref == root) {
      branches->back().values.last = last;
    } else if (diagram.budget().TakeUnit()) {
      branches->push_back({{first, last}, root});
    }
    return;
  }
  if (!diagram.budget().TakeStep()) return;
  const bool here = diagram.LevelOf(root) == level + depth;
  Spread(diagram, here ? diagram.Low(root) : root, level, depth + 1, first,
         branches);
  Spread(diagram, here ? diagram.High(root) : root, level, depth + 1,
         first + (0x80000000u >> depth), branches);
}

absl::StatusOr<std::vector<Region>> Finder::ByBits() {
  const auto whole = comparison_.WholePairs();
  if (!whole.ok()) return whole.status();
  Diagram& diagram = *whole->diagram;
  absl::flat_hash_map<Ref, uint32_t> known;
  std::vector<Branch> cells;
  Spread(diagram, whole->root, kArchLevel, 0, 0, &cells);
  for (const Branch& cell : cells) {
    std::vector<Branch> pieces;
    Spread(diagram, cell.ref, kNrLevel, 0, 0, &pieces);
    for (const Branch& piece : pieces) {
      if (diagram.budget().spent()) break;
      const auto [entry, added] = known.try_emplace(piece.ref, 0u);
      if (added) {
        entry->second = PartsOf({&diagram, whole->order, piece.ref});
      }
      Add(cell.values, piece.values, entry->second);
    }
  }
  return Finish();
}

}  // namespace

absl::StatusOr<std::vector<Region>> FindRegions(const Side& a, const Side& b,
                                                const ProofBudget& budget) {
  const auto comparison = Comparison::Make(a, b, budget);
  if (!comparison.ok()) return comparison.status();
  Finder finder(**comparison);
  auto regions =
      (*comparison)->layers().NeedBits() ? finder.ByBits() : finder.ByFields();
  if (regions.ok() && (*comparison)->budget().spent()) {
    return absl::ResourceExhaustedError(
        "the budget of the proof ran out before every region was told");
  }
  return regions;
}

}  // namespace scbpf
