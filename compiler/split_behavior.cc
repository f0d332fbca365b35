// Cuts the values of the argument that is compared with most of them.
#include "compiler/split_behavior.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "compiler/room.h"

namespace scbpf {
namespace {

constexpr uint64_t kAll = ~uint64_t{0};
constexpr uint64_t kLow = 0xffffffff;

// What `inside` answers, but for the arguments outside of the bounds: ALLOW.
struct Piece {
  Behavior inside;
  std::vector<ArgCondition> outside;  // any of them
};

Behavior Join(const Piece& piece) {
  Behavior behavior;
  for (const ArgCondition& condition : piece.outside) {
    behavior.clauses.push_back({{condition}, Allow()});
  }
  behavior.clauses.insert(behavior.clauses.end(), piece.inside.clauses.begin(),
                          piece.inside.clauses.end());
  behavior.otherwise = piece.inside.otherwise;
  return behavior;
}

// An argument, as wide as it is compared, and the values where its stretches
// may begin.
struct Axis {
  uint8_t arg = 0;
  uint64_t mask = 0;
  uint64_t first = 0;
  uint64_t last = 0;
  std::vector<uint64_t> values;
};

Axis MakeAxis(const Piece& piece, uint8_t arg, uint64_t mask) {
  Axis axis{arg, mask, 0, mask, {}};
  for (const ArgCondition& bound : piece.outside) {
    if (bound.arg != arg || bound.mask != mask) continue;
    if (bound.op == CompareOp::kLt) axis.first = bound.value;
    if (bound.op == CompareOp::kGt) axis.last = bound.value;
  }
  for (const Clause& clause : piece.inside.clauses) {
    for (const ArgCondition& c : clause.all_of) {
      if (c.arg != arg || c.mask != mask) continue;
      // Where the condition begins to hold or to fail.
      const bool after = c.op == CompareOp::kGt || c.op == CompareOp::kLe;
      if (after && c.value == mask) continue;
      const uint64_t value = after ? c.value + 1 : c.value;
      if (value > axis.first && value <= axis.last) {
        axis.values.push_back(value);
      }
    }
  }
  std::sort(axis.values.begin(), axis.values.end());
  axis.values.erase(std::unique(axis.values.begin(), axis.values.end()),
                    axis.values.end());
  return axis;
}

// The one with most values.
Axis ChooseAxis(const Piece& piece) {
  Axis best;
  for (uint8_t arg = 0; arg < 6; ++arg) {
    for (uint64_t mask : {kAll, kLow}) {
      Axis axis = MakeAxis(piece, arg, mask);
      if (axis.values.size() > best.values.size()) best = std::move(axis);
    }
  }
  return best;
}

// Whether a condition on an axis can hold in [first, last].
bool CanHold(const ArgCondition& c, uint64_t first, uint64_t last) {
  switch (c.op) {
    case CompareOp::kEq:
      return first <= c.value && c.value <= last;
    case CompareOp::kNe:
      return first != last || first != c.value;
    case CompareOp::kLt:
      return first < c.value;
    case CompareOp::kLe:
      return first <= c.value;
    case CompareOp::kGt:
      return last > c.value;
    case CompareOp::kGe:
      return last >= c.value;
  }
  return true;
}

// Whether it holds for each of them.
bool MustHold(const ArgCondition& c, uint64_t first, uint64_t last) {
  switch (c.op) {
    case CompareOp::kEq:
      return first == last && first == c.value;
    case CompareOp::kNe:
      return c.value < first || c.value > last;
    case CompareOp::kLt:
      return last < c.value;
    case CompareOp::kLe:
      return last <= c.value;
    case CompareOp::kGt:
      return first > c.value;
    case CompareOp::kGe:
      return first >= c.value;
  }
  return false;
}

// `piece` for the values [first, last] of the axis alone: without clauses that
// cannot hold, conditions that always do, and what comes after a clause that
// always does.
Piece Narrow(const Piece& piece, const Axis& axis, uint64_t first,
             uint64_t last) {
  Piece result;
  result.inside.otherwise = piece.inside.otherwise;
  for (const Clause& clause : piece.inside.clauses) {
    Clause left{{}, clause.result};
    bool possible = true;
    for (const ArgCondition& c : clause.all_of) {
      const bool on_axis = c.arg == axis.arg && c.mask == axis.mask;
      possible = possible && (!on_axis || CanHold(c, first, last));
      if (!on_axis || !MustHold(c, first, last)) left.all_of.push_back(c);
    }
    if (!possible) continue;
    if (left.all_of.empty()) {
      result.inside.otherwise = left.result;
      break;
    }
    result.inside.clauses.push_back(std::move(left));
  }
  for (const ArgCondition& bound : piece.outside) {
    if (bound.arg != axis.arg || bound.mask != axis.mask) {
      result.outside.push_back(bound);
    }
  }
  if (first > 0) {
    result.outside.push_back({axis.arg, CompareOp::kLt, first, axis.mask});
  }
  if (last < axis.mask) {
    result.outside.push_back({axis.arg, CompareOp::kGt, last, axis.mask});
  }
  return result;
}

}  // namespace

std::vector<SizedBehavior> SplitBehavior(const Behavior& behavior, size_t limit,
                                         size_t most) {
  std::vector<SizedBehavior> result;
  size_t in_all = 0;
  std::vector<Piece> open{{behavior, {}}};
  while (!open.empty()) {
    const Piece piece = std::move(open.back());
    open.pop_back();
    Behavior joined = Join(piece);
    const size_t instructions = CountInstructions(joined);
    if (instructions <= limit) {
      result.push_back({std::move(joined), instructions});
      in_all += instructions;
      if (in_all > most) return result;
      continue;
    }
    const Axis axis = ChooseAxis(piece);
    if (axis.values.empty()) return {};
    const size_t stretches =
        std::min(axis.values.size(), instructions / limit) + 1;
    uint64_t first = axis.first;
    for (size_t i = 1; i < stretches; ++i) {
      const uint64_t next = axis.values[i * axis.values.size() / stretches];
      if (next == first) continue;
      open.push_back(Narrow(piece, axis, first, next - 1));
      first = next;
    }
    open.push_back(Narrow(piece, axis, first, axis.last));
  }
  return result;
}

}  // namespace scbpf
