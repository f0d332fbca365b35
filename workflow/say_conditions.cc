// Each argument's values as single conditions, and all their combinations.
#include "workflow/say_conditions.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "proof/behavior.h"
#include "proof/diagram.h"

namespace scbpf {
namespace {

constexpr uint64_t kWhole = ~uint64_t{0};
constexpr uint64_t kHalf = 0xffffffff;
constexpr uint64_t kFewValues = 4;
constexpr uint64_t kCubeBudget = 200000;

// One of these holds; nullopt: too many.
using AnyOf = std::optional<std::vector<ProfileArg>>;

struct Span {
  uint64_t first = 0;
  uint64_t last = 0;
};

ProfileArg Compare(uint8_t arg, ProfileOp op, uint64_t value) {
  ProfileArg said;
  said.index.value = arg;
  said.op.value = op;
  said.value.value = value;
  return said;
}

// A condition that always holds; entries leave it out.
ProfileArg Always(uint8_t arg) { return Compare(arg, ProfileOp::kGe, 0); }

ProfileArg Masked(uint8_t arg, uint64_t mask, uint64_t value) {
  if (mask == 0) return Always(arg);
  if (mask == kWhole) return Compare(arg, ProfileOp::kEq, value);
  ProfileArg said = Compare(arg, ProfileOp::kMaskedEq, mask);
  said.value_two = At<uint64_t>{value};
  return said;
}

ProfileOp OpOf(CompareOp op) {
  switch (op) {
    case CompareOp::kEq:
      return ProfileOp::kEq;
    case CompareOp::kNe:
      return ProfileOp::kNe;
    case CompareOp::kLt:
      return ProfileOp::kLt;
    case CompareOp::kLe:
      return ProfileOp::kLe;
    case CompareOp::kGt:
      return ProfileOp::kGt;
    case CompareOp::kGe:
      return ProfileOp::kGe;
  }
  return ProfileOp::kEq;
}

// The same comparison with its neighbour's operator, where there is one.
ProfileArg Shifted(const ArgCondition& c) {
  if (c.op == CompareOp::kLt && c.value > 0) {
    return Compare(c.arg, ProfileOp::kLe, c.value - 1);
  }
  if (c.op == CompareOp::kLe && c.value < kWhole) {
    return Compare(c.arg, ProfileOp::kLt, c.value + 1);
  }
  if (c.op == CompareOp::kGt && c.value < kWhole) {
    return Compare(c.arg, ProfileOp::kGe, c.value + 1);
  }
  if (c.op == CompareOp::kGe && c.value > 0) {
    return Compare(c.arg, ProfileOp::kGt, c.value - 1);
  }
  return Compare(c.arg, OpOf(c.op), c.value);
}

bool IsWidth(uint64_t mask) { return mask == kWhole || mask == kHalf; }

// The values within `mask` for which `c`, which compares by it, holds.
std::vector<Span> SpansOf(const ArgCondition& c) {
  const uint64_t most = c.mask;
  std::vector<Span> spans;
  switch (c.op) {
    case CompareOp::kEq:
      return {{c.value, c.value}};
    case CompareOp::kNe:
      if (c.value > 0) spans.push_back({0, c.value - 1});
      if (c.value < most) spans.push_back({c.value + 1, most});
      return spans;
    case CompareOp::kLt:
      if (c.value > 0) spans.push_back({0, c.value - 1});
      return spans;
    case CompareOp::kLe:
      return {{0, c.value}};
    case CompareOp::kGt:
      if (c.value < most) spans.push_back({c.value + 1, most});
      return spans;
    case CompareOp::kGe:
      return {{c.value, most}};
  }
  return spans;
}

std::vector<Span> Intersect(const std::vector<Span>& a,
                            const std::vector<Span>& b) {
  std::vector<Span> both;
  for (const Span& x : a) {
    for (const Span& y : b) {
      const Span span{std::max(x.first, y.first), std::min(x.last, y.last)};
      if (span.first <= span.last) both.push_back(span);
    }
  }
  return both;
}

// The aligned blocks of a span, each a mask within `mask`.
void AddBlocks(uint8_t arg, const Span& span, uint64_t mask,
               std::vector<ProfileArg>& any_of) {
  uint64_t first = span.first;
  while (true) {
    uint64_t free = first == 0 ? mask : (first & -first) - 1;  // low bits
    while (free > span.last - first) free >>= 1;
    any_of.push_back(Masked(arg, mask & ~free, first));
    if (span.last - first == free) return;
    first += free + 1;
  }
}

void AddSpan(uint8_t arg, const Span& span, uint64_t mask, Wording wording,
             std::vector<ProfileArg>& any_of) {
  if (mask == kHalf && wording == Wording::kMasked) {
    AddBlocks(arg, span, mask, any_of);
    return;
  }
  const bool shifted = wording == Wording::kShifted;
  if (span.first != span.last && span.first == 0) {
    const ArgCondition below{arg, CompareOp::kLe, span.last, mask};
    any_of.push_back(shifted ? Shifted(below)
                             : Compare(arg, ProfileOp::kLe, span.last));
  } else if (span.first != span.last && span.last == mask) {
    const ArgCondition above{arg, CompareOp::kGe, span.first, mask};
    any_of.push_back(shifted ? Shifted(above)
                             : Compare(arg, ProfileOp::kGe, span.first));
  } else if (span.last - span.first < kFewValues) {
    for (uint64_t v = span.first; v <= span.last; ++v) {
      any_of.push_back(Compare(arg, ProfileOp::kEq, v));
      if (v == kWhole) break;
    }
  } else {
    AddBlocks(arg, span, mask, any_of);
  }
}

// The paths of a diagram that tests nothing but `arg`.
AnyOf SayPaths(uint8_t arg, const std::vector<ArgCondition>& conditions) {
  Budget budget(kCubeBudget);
  Diagram diagram(budget);
  const Order order;
  const uint32_t base = LevelOfArg(order, arg);
  struct Path {
    Diagram::Ref ref = 0;
    uint64_t mask = 0;
    uint64_t value = 0;
  };
  const Diagram::Ref yes = diagram.Leaf(1);
  const Diagram::Ref no = diagram.Leaf(0);
  std::vector<Path> open{
      {BuildConjunction(conditions, order, yes, no, diagram), 0, 0}};
  std::vector<ProfileArg> any_of;
  while (!open.empty()) {
    const Path path = open.back();
    open.pop_back();
    if (path.ref == no) continue;
    if (any_of.size() > kMostWordings || budget.spent()) return std::nullopt;
    if (path.ref == yes) {
      any_of.push_back(Masked(arg, path.mask, path.value));
      continue;
    }
    const uint64_t bit =
        (uint64_t{1} << 63) >> (diagram.LevelOf(path.ref) - base);
    open.push_back({diagram.High(path.ref), path.mask | bit, path.value | bit});
    open.push_back({diagram.Low(path.ref), path.mask | bit, path.value});
  }
  return any_of;
}

AnyOf SayOne(const ArgCondition& c, Wording wording) {
  if (!IsWidth(c.mask)) {
    if (c.op == CompareOp::kEq) return {{Masked(c.arg, c.mask, c.value)}};
    if (c.op != CompareOp::kNe) return SayPaths(c.arg, {c});
    std::vector<ProfileArg> any_of;  // some bit differs
    for (uint64_t rest = c.mask; rest != 0; rest &= rest - 1) {
      const uint64_t bit = rest & -rest;
      any_of.push_back(Masked(c.arg, bit, ~c.value & bit));
    }
    return any_of;
  }
  if (c.mask == kHalf && wording == Wording::kMasked) {
    std::vector<ProfileArg> any_of;
    for (const Span& span : SpansOf(c)) {
      AddBlocks(c.arg, span, c.mask, any_of);
    }
    return any_of;
  }
  if (wording == Wording::kShifted) return {{Shifted(c)}};
  return {{Compare(c.arg, OpOf(c.op), c.value)}};
}

// What holds where all of `conditions`, on one argument, do.
AnyOf SayValues(const std::vector<ArgCondition>& conditions, Wording wording) {
  if (conditions.size() == 1) return SayOne(conditions[0], wording);
  const uint8_t arg = conditions[0].arg;
  const uint64_t mask = conditions[0].mask;
  const bool alike =
      IsWidth(mask) &&
      std::all_of(conditions.begin(), conditions.end(),
                  [&](const ArgCondition& c) { return c.mask == mask; });
  if (!alike) return SayPaths(arg, conditions);
  std::vector<Span> spans{{0, mask}};
  for (const ArgCondition& c : conditions) {
    spans = Intersect(spans, SpansOf(c));
    if (spans.size() > kMostWordings) return std::nullopt;
  }
  std::vector<ProfileArg> any_of;
  for (const Span& span : spans) {
    if (span.first == 0 && span.last == mask) return {{Always(arg)}};
    AddSpan(arg, span, mask, wording, any_of);
  }
  if (any_of.size() > kMostWordings) return std::nullopt;
  return any_of;
}

}  // namespace

std::optional<std::vector<std::vector<ProfileArg>>> SayConjunction(
    const Conjunction& all_of, Wording wording, bool repeat) {
  std::vector<std::vector<ProfileArg>> entries{{}};
  const auto multiply = [&](const std::vector<ArgCondition>& conditions) {
    const AnyOf any_of = SayValues(conditions, wording);
    if (!any_of || any_of->size() * entries.size() > kMostWordings) {
      return false;
    }
    std::vector<std::vector<ProfileArg>> longer;
    for (const std::vector<ProfileArg>& entry : entries) {
      for (const ProfileArg& condition : *any_of) {
        longer.push_back(entry);
        if (!(condition ==
              Always(static_cast<uint8_t>(condition.index.value)))) {
          longer.back().push_back(condition);
        }
      }
    }
    entries = std::move(longer);
    return true;
  };
  for (uint8_t arg = 0; arg < 6; ++arg) {
    std::vector<ArgCondition> on_arg;
    for (const ArgCondition& condition : all_of) {
      if (condition.arg != arg) continue;
      if (repeat) {
        if (!multiply({condition})) return std::nullopt;
      } else {
        on_arg.push_back(condition);
      }
    }
    if (!on_arg.empty() && !multiply(on_arg)) return std::nullopt;
  }
  return entries;
}

}  // namespace scbpf
