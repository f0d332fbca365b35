// The node table of Diagram and its operations.
#include "proof/diagram.h"

#include <algorithm>
#include <bit>

#include "scbpf/return_value.h"

namespace scbpf {
namespace {

constexpr uint32_t kIteTag = 0xff;
constexpr uint32_t kSpliceTag = 0x100;
constexpr size_t kMaxCache = size_t{1} << 20;

uint64_t Mix(uint64_t a, uint64_t b) {
  uint64_t h =
      a * 0x9e3779b97f4a7c15u ^ (b + 0x7f4a7c15u) * 0xc2b2ae3d27d4eb4fu;
  return h ^ (h >> 29);
}

}  // namespace

Diagram::Diagram(Budget& budget) : budget_(&budget), table_(2048), cache_(512) {
  nodes_.reserve(1024);
  nodes_.push_back({kLeafLevel, kNone, 0});  // Ref 0: never in the table
}

Diagram::Ref Diagram::Intern(uint32_t level, uint32_t low, uint32_t high) {
  if (level == kLeafLevel && low == kNone) return 0;
  const size_t mask = table_.size() - 1;
  const auto hash =
      static_cast<uint32_t>(Mix(uint64_t{low} << 32 | high, level));
  size_t index = hash & mask;
  while (table_[index].ref != 0) {
    const Slot slot = table_[index];
    if (slot.hash == hash) {
      const NodeData& node = nodes_[slot.ref];
      if (node.low == low && node.high == high && node.level == level) {
        return slot.ref;
      }
    }
    index = (index + 1) & mask;
  }
  if (!budget_->TakeUnit()) return 0;
  const Ref ref = static_cast<Ref>(nodes_.size());
  nodes_.push_back({level, low, high});
  table_[index] = {hash, ref};
  if (nodes_.size() * 3 > table_.size() * 2) Grow();
  return ref;
}

void Diagram::Grow() {
  std::vector<Slot> table(table_.size() * 2);
  const size_t mask = table.size() - 1;
  for (const Slot& slot : table_) {
    if (slot.ref == 0) continue;
    size_t index = slot.hash & mask;
    while (table[index].ref != 0) index = (index + 1) & mask;
    table[index] = slot;
  }
  table_ = std::move(table);
  if (cache_.size() < kMaxCache) {
    std::vector<Cached> cache(cache_.size() * 2);
    cache_ = std::move(cache);
  }
}

bool Diagram::Find(uint32_t tag, uint32_t a, uint32_t b, uint32_t c,
                   Ref* result) {
  const Cached& entry =
      cache_[Mix(uint64_t{a} << 32 | b, uint64_t{c} << 32 | tag) &
             (cache_.size() - 1)];
  if (entry.tag != tag || entry.a != a || entry.b != b || entry.c != c) {
    return false;
  }
  *result = entry.result;
  return true;
}

void Diagram::Remember(uint32_t tag, uint32_t a, uint32_t b, uint32_t c,
                       Ref result) {
  cache_[Mix(uint64_t{a} << 32 | b, uint64_t{c} << 32 | tag) &
         (cache_.size() - 1)] = {tag, a, b, c, result};
}

Diagram::Ref Diagram::If(const WordTest& test, Ref then_ref, Ref else_ref) {
  if (then_ref == else_ref) return then_ref;
  if (test.op == WordTest::Op::kEq && (test.k & ~test.mask) != 0) {
    return else_ref;
  }
  WordTest exact = test;
  if (test.op == WordTest::Op::kGe && (test.k & ~test.mask) != 0) {
    // The least masked value that is not below k: bits of k above the highest
    // one outside the mask, and then the next value of the mask's bits there.
    const uint32_t below = std::bit_floor(test.k & ~test.mask) * 2 - 1;
    const uint32_t fixed = (test.k & ~below) | ~test.mask | below;
    if (fixed == 0xffffffffu) return else_ref;
    exact.k = (fixed + 1) & test.mask & ~below;
  }
  ++tests_;
  return Splice(exact, exact.mask, then_ref, else_ref);
}

// Follows the bits of k as long as nothing but the test branches; a bit that
// the test does not look at but f or g do splits the work. `mask`: the bits
// still to be tested.
Diagram::Ref Diagram::Splice(const WordTest& test, uint32_t mask, Ref f,
                             Ref g) {
  struct Step {
    uint32_t level;
    Ref other;
    bool other_is_high;
  };
  std::array<Step, 32> steps;
  size_t count = 0;
  Ref result = 0;
  while (true) {
    if (f == g || mask == 0) {
      result = f;
      break;
    }
    const uint32_t bit = static_cast<uint32_t>(std::countl_zero(mask));
    const uint32_t level = test.level + bit;
    const uint32_t top = std::min(nodes_[f].level, nodes_[g].level);
    if (top < level) {
      const uint32_t tag = kSpliceTag + tests_ * 32 + bit;
      if (Find(tag, f, g, 0, &result)) break;
      if (!budget_->TakeStep()) return 0;
      const Ref low = Splice(test, mask, LowAt(f, top), LowAt(g, top));
      const Ref high = Splice(test, mask, HighAt(f, top), HighAt(g, top));
      result = Node(top, low, high);
      Remember(tag, f, g, 0, result);
      break;
    }
    const uint32_t value = 0x80000000u >> bit;
    const bool one = (test.k & value) != 0;
    if (one) {
      steps[count++] = {level, LowAt(g, level), false};
      f = HighAt(f, level);
      g = HighAt(g, level);
    } else {
      const Ref other = test.op == WordTest::Op::kEq ? g : f;
      steps[count++] = {level, HighAt(other, level), true};
      f = LowAt(f, level);
      g = LowAt(g, level);
    }
    mask &= ~value;
  }
  while (count > 0) {
    const Step& step = steps[--count];
    result = step.other_is_high ? Node(step.level, result, step.other)
                                : Node(step.level, step.other, result);
  }
  return result;
}

// Bottom up: each node is made once. `level` counts on to the word's end.
Diagram::Ref Diagram::Switch(uint32_t level, std::span<const Case> cases,
                             Ref else_ref) {
  if (cases.empty()) return else_ref;
  const uint32_t bit = 0x80000000u >> level % 32;
  const auto upper =
      std::partition_point(cases.begin(), cases.end(),
                           [&](const Case& c) { return (c.first & bit) == 0; });
  const auto index = static_cast<size_t>(upper - cases.begin());
  const Ref low_else = LowAt(else_ref, level);
  const Ref high_else = HighAt(else_ref, level);
  if (bit == 1) {
    return Node(level, index > 0 ? cases[0].second : low_else,
                index < cases.size() ? cases[index].second : high_else);
  }
  const Ref low = Switch(level + 1, cases.subspan(0, index), low_else);
  const Ref high = Switch(level + 1, cases.subspan(index), high_else);
  return Node(level, low, high);
}

Diagram::Ref Diagram::Ite(Ref condition, Ref then_ref, Ref else_ref) {
  if (then_ref == else_ref) return then_ref;
  if (IsLeaf(condition)) return ValueOf(condition) != 0 ? then_ref : else_ref;
  Ref result = 0;
  if (Find(kIteTag, condition, then_ref, else_ref, &result)) return result;
  if (!budget_->TakeStep()) return 0;
  const uint32_t level =
      std::min({LevelOf(condition), LevelOf(then_ref), LevelOf(else_ref)});
  const Ref low = Ite(LowAt(condition, level), LowAt(then_ref, level),
                      LowAt(else_ref, level));
  const Ref high = Ite(HighAt(condition, level), HighAt(then_ref, level),
                       HighAt(else_ref, level));
  result = Node(level, low, high);
  Remember(kIteTag, condition, then_ref, else_ref, result);
  return result;
}

bool Diagram::Shortcut(Op op, Ref a, Ref b, Ref* result) {
  const bool leaf_a = IsLeaf(a);
  const bool leaf_b = IsLeaf(b);
  switch (op) {
    case Op::kAnd:
    case Op::kOr:
      if (a == b) return *result = a, true;
      if (leaf_a) {
        return *result = (ValueOf(a) != 0) == (op == Op::kAnd) ? b : a, true;
      }
      if (leaf_b) {
        return *result = (ValueOf(b) != 0) == (op == Op::kAnd) ? a : b, true;
      }
      return false;
    case Op::kXor:
      if (a == b) return *result = Leaf(0), true;
      if (leaf_a && ValueOf(a) == 0) return *result = b, true;
      if (leaf_b && ValueOf(b) == 0) return *result = a, true;
      break;
    case Op::kOverlay:
      if (a == b || b == 0) return *result = a, true;
      if (leaf_a) return *result = a == 0 ? b : a, true;
      return false;
    case Op::kPair:
      if (a == b) return *result = 0, true;
      break;
    case Op::kPermissive:
      if (a == b) return *result = Leaf(0), true;
      break;
    case Op::kStack:
      if (a == b) return *result = a, true;
      break;
    case Op::kIs:
    case Op::kCanonical:
      break;
  }
  if (!leaf_a || !leaf_b) return false;
  *result = Leaf(LeafOp(op, ValueOf(a), ValueOf(b)));
  return true;
}

uint32_t Diagram::LeafOp(Op op, uint32_t a, uint32_t b) {
  switch (op) {
    case Op::kAnd:
      return a & b;
    case Op::kOr:
      return a | b;
    case Op::kXor:
      return a ^ b;
    case Op::kOverlay:
      return a == kNone ? b : a;
    case Op::kStack: {
      const auto rank = [](uint32_t raw) {
        return static_cast<int32_t>(raw & 0xffff0000u);
      };
      return rank(b) < rank(a) ? b : a;
    }
    case Op::kPair: {
      const auto [entry, added] =
          pair_index_.try_emplace({a, b}, static_cast<uint32_t>(pairs_.size()));
      if (added) pairs_.push_back({a, b});
      return entry->second;
    }
    case Op::kPermissive:
      return MoreRestrictive({b}, {a}) ? 1 : 0;
    case Op::kIs:
      return a == b ? 1 : 0;
    case Op::kCanonical:
      return AsKernelReads({a}).raw;
  }
  return 0;
}

Diagram::Ref Diagram::Apply(Op op, Ref a, Ref b) {
  Ref result = 0;
  if (Shortcut(op, a, b, &result)) return result;
  const bool symmetric = op == Op::kAnd || op == Op::kOr || op == Op::kXor;
  if (symmetric && a > b) std::swap(a, b);
  const uint32_t tag = static_cast<uint32_t>(op) + 1;
  if (Find(tag, a, b, 0, &result)) return result;
  if (!budget_->TakeStep()) return 0;
  const uint32_t level = std::min(LevelOf(a), LevelOf(b));
  const Ref low = Apply(op, LowAt(a, level), LowAt(b, level));
  const Ref high = Apply(op, HighAt(a, level), HighAt(b, level));
  result = Node(level, low, high);
  Remember(tag, a, b, 0, result);
  return result;
}

// In pairs, so that each node is copied a logarithmic number of times.
Diagram::Ref Diagram::OverlayAll(std::vector<Ref> layers) {
  while (layers.size() > 1) {
    size_t kept = 0;
    for (size_t i = 0; i < layers.size(); i += 2) {
      layers[kept++] = i + 1 == layers.size()
                           ? layers[i]
                           : Apply(Op::kOverlay, layers[i], layers[i + 1]);
    }
    layers.resize(kept);
  }
  return layers[0];
}

}  // namespace scbpf
