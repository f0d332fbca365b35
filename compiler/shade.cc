// Clauses that hold wherever a later one does: ranges of arguments' values.
#include "compiler/shade.h"

#include <algorithm>
#include <bit>

namespace scbpf {
namespace {

constexpr uint64_t kLow = 0xffffffff;

}  // namespace

void Box::Take(const ArgCondition& condition, Known known) {
  const bool low = known == Known::kHigh;
  const uint64_t top = low ? kLow : ~uint64_t{0};
  const uint64_t value = condition.value & top;
  const CompareOp op = condition.op;
  if ((condition.mask & top) != top || op == CompareOp::kNe ||
      (op == CompareOp::kLt && value == 0) ||
      (op == CompareOp::kGt && value == top)) {
    exact_ = false;
    return;
  }
  const size_t at = size_t{2} * condition.arg + (low ? 1 : 0);
  Side& side = sides_[at];
  if ((bounded_ >> at & 1) == 0) side = {0, top};
  bounded_ |= 1u << at;
  if (op == CompareOp::kEq || op == CompareOp::kGe) {
    side.first = std::max(side.first, value);
  }
  if (op == CompareOp::kEq || op == CompareOp::kLe) {
    side.last = std::min(side.last, value);
  }
  if (op == CompareOp::kGt) side.first = std::max(side.first, value + 1);
  if (op == CompareOp::kLt) side.last = std::min(side.last, value - 1);
}

std::pair<int, std::pair<uint64_t, uint64_t>> Box::WidestFirst() const {
  uint64_t high = 0;
  uint64_t low = 0;
  for (size_t i = 0; i < sides_.size(); ++i) {
    if ((bounded_ >> i & 1) == 0 || sides_[i].first > sides_[i].last) continue;
    const uint64_t width = sides_[i].last - sides_[i].first;
    high += width >> 32;
    low += width & kLow;
  }
  high += low >> 32;
  return {std::popcount(bounded_), {~high, ~(low & kLow)}};
}

bool Shade::Hides(const Box& box) {
  for (size_t i = 0; box.bounded_ >> i != 0; ++i) {
    if ((box.bounded_ >> i & 1) == 0) continue;
    const Box::Side& side = box.sides_[i];
    if (side.first > side.last) return true;
    if ((used_ >> i & 1) != 0 && sides_[i].first <= side.first &&
        side.last <= sides_[i].last) {
      return true;
    }
  }
  if (!box.exact_ || !std::has_single_bit(box.bounded_)) return false;
  const auto at = static_cast<size_t>(std::countr_zero(box.bounded_));
  const Box::Side& side = box.sides_[at];
  Box::Side& shaded = sides_[at];
  if ((used_ >> at & 1) == 0) {
    used_ |= 1u << at;
    shaded = side;
  } else if (std::max(shaded.first, side.first) <=
             std::min(shaded.last, side.last)) {
    shaded = {std::min(shaded.first, side.first),
              std::max(shaded.last, side.last)};
  } else if (side.last - side.first > shaded.last - shaded.first) {
    shaded = side;
  }
  return false;
}

}  // namespace scbpf
