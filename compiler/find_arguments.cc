// FindArguments: whether conditions can hold together, and for what values.
#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <vector>

#include "compiler/warnings.h"

namespace scbpf {
namespace {

// The values of one argument: least..most, bits `mask` as in `bits`, and none
// of `not_these`.
struct Values {
  uint64_t least = 0;
  uint64_t most = ~uint64_t{0};
  uint64_t mask = 0;
  uint64_t bits = 0;
  bool none = false;
  std::vector<uint64_t> not_these;
};

void Restrict(const ArgCondition& condition, Values& values) {
  const uint64_t value = condition.value;
  switch (condition.op) {
    case CompareOp::kEq: {
      const uint64_t shared = values.mask & condition.mask;
      values.none |= (values.bits & shared) != (value & shared);
      values.mask |= condition.mask;
      values.bits |= value;
      return;
    }
    case CompareOp::kNe:
      values.not_these.push_back(value);
      break;
    case CompareOp::kLt:
      values.none |= value == 0;
      values.most = std::min(values.most, value - 1);
      break;
    case CompareOp::kLe:
      values.most = std::min(values.most, value);
      break;
    case CompareOp::kGt:
      values.none |= value == condition.mask;
      values.least = std::max(values.least, value + 1);
      break;
    case CompareOp::kGe:
      values.least = std::max(values.least, value);
      break;
  }
  // A comparison of low halves leaves the high half 0 in what is found.
  values.most = std::min(values.most, condition.mask);
}

// The least value >= least whose bits under `mask` are `bits`.
std::optional<uint64_t> NextMatch(uint64_t least, uint64_t mask,
                                  uint64_t bits) {
  const uint64_t match = (least & ~mask) | bits;
  if (match == least) return match;
  const uint64_t top = std::bit_floor(match ^ least);  // where they part
  const uint64_t below = top - 1;
  if (match > least) return match & ~(below & ~mask);
  // Raise the lowest free zero bit above `top`; clear what is free below it.
  const uint64_t at_or_below = below | top;
  const uint64_t candidates = ~mask & ~least & ~at_or_below;
  if (candidates == 0) return std::nullopt;
  const uint64_t raised = candidates & (~candidates + 1);
  return ((least | raised) & ~((raised - 1) & ~mask) & ~mask) | bits;
}

std::optional<uint64_t> FindValue(Values& values) {
  if (values.none) return std::nullopt;
  std::sort(values.not_these.begin(), values.not_these.end());
  uint64_t least = values.least;
  while (true) {
    const std::optional<uint64_t> value =
        NextMatch(least, values.mask, values.bits);
    if (!value || *value > values.most) return std::nullopt;
    if (!std::binary_search(values.not_these.begin(), values.not_these.end(),
                            *value)) {
      return value;
    }
    if (*value == ~uint64_t{0}) return std::nullopt;
    least = *value + 1;
  }
}

}  // namespace

std::optional<std::array<uint64_t, 6>> FindArguments(
    std::span<const ArgCondition> a, std::span<const ArgCondition> b) {
  std::array<uint64_t, 6> args{};
  for (size_t arg = 0; arg < args.size(); ++arg) {
    Values values;
    for (const std::span<const ArgCondition> list : {a, b}) {
      for (const ArgCondition& condition : list) {
        if (condition.arg == arg) Restrict(condition, values);
      }
    }
    const std::optional<uint64_t> value = FindValue(values);
    if (!value.has_value()) return std::nullopt;
    args[arg] = *value;
  }
  return args;
}

}  // namespace scbpf
