// Conditions on 64-bit arguments as what they say of 32-bit words.
#include "compiler/word_conditions.h"

namespace scbpf {
namespace {

constexpr uint32_t High(uint64_t value) { return value >> 32; }
constexpr uint32_t Low(uint64_t value) { return static_cast<uint32_t>(value); }

// op of the low halves decides when the high ones are equal; `high` compares
// the high halves, which differ.
Known Unequal(CompareOp op, bool less) {
  switch (op) {
    case CompareOp::kEq:
      return Known::kFails;
    case CompareOp::kNe:
      return Known::kHolds;
    case CompareOp::kLt:
    case CompareOp::kLe:
      return less ? Known::kHolds : Known::kFails;
    case CompareOp::kGt:
    case CompareOp::kGe:
      return less ? Known::kFails : Known::kHolds;
  }
  return Known::kFails;
}

Known Compare(CompareOp op, uint32_t word, uint32_t value) {
  bool holds = false;
  switch (op) {
    case CompareOp::kEq:
      holds = word == value;
      break;
    case CompareOp::kNe:
      holds = word != value;
      break;
    case CompareOp::kLt:
      holds = word < value;
      break;
    case CompareOp::kLe:
      holds = word <= value;
      break;
    case CompareOp::kGt:
      holds = word > value;
      break;
    case CompareOp::kGe:
      holds = word >= value;
      break;
  }
  return holds ? Known::kHolds : Known::kFails;
}

// With equal high halves the low ones may say the same whatever they are.
Known Simplify(const ArgCondition& condition) {
  const uint32_t value = Low(condition.value);
  switch (condition.op) {
    case CompareOp::kEq:
      return Low(condition.mask) == 0 ? Known::kHolds : Known::kHigh;
    case CompareOp::kNe:
      return Known::kHigh;
    case CompareOp::kLt:
      return value == 0 ? Known::kFails : Known::kHigh;
    case CompareOp::kGe:
      return value == 0 ? Known::kHolds : Known::kHigh;
    case CompareOp::kLe:
      return value == ~uint32_t{0} ? Known::kHolds : Known::kHigh;
    case CompareOp::kGt:
      return value == ~uint32_t{0} ? Known::kFails : Known::kHigh;
  }
  return Known::kHigh;
}

}  // namespace

Known Initially(const ArgCondition& condition) {
  return High(condition.mask) == 0 ? Simplify(condition) : Known::kNothing;
}

View NextView(const ArgCondition& condition, Known known) {
  const bool high = known == Known::kNothing;
  return {condition.arg, high,
          high ? High(condition.mask) : Low(condition.mask)};
}

int CutsOf(const ArgCondition& condition, Known known, uint64_t cuts[2]) {
  const bool high = known == Known::kNothing;
  const uint64_t value = high ? High(condition.value) : Low(condition.value);
  const uint64_t mask = high ? High(condition.mask) : Low(condition.mask);
  bool at = true;
  bool after = true;
  if (!high) {
    at = condition.op != CompareOp::kGt && condition.op != CompareOp::kLe;
    after = condition.op != CompareOp::kLt && condition.op != CompareOp::kGe;
  }
  int count = 0;
  if (at && value != 0) cuts[count++] = value;
  if (after && value < mask) cuts[count++] = value + 1;
  return count;
}

std::pair<uint32_t, uint32_t> ReachOf(const ArgCondition& condition,
                                      Known known) {
  const bool high = known == Known::kNothing;
  const uint32_t value = high ? High(condition.value) : Low(condition.value);
  const uint32_t mask = high ? High(condition.mask) : Low(condition.mask);
  switch (condition.op) {
    case CompareOp::kEq:
      return {value, value};
    case CompareOp::kNe:
      return {0, mask};
    case CompareOp::kLt:
      if (!high) return {0, value - 1};  // Simplify leaves no 0
      return {0, value};
    case CompareOp::kLe:
      return {0, value};
    case CompareOp::kGt:
      if (!high) return {value + 1, mask};  // nor all ones
      return {value, mask};
    case CompareOp::kGe:
      return {value, mask};
  }
  return {0, mask};
}

Known Learn(const ArgCondition& condition, Known known, const View& view,
            uint32_t first, uint32_t last) {
  if (known == Known::kHolds || known == Known::kFails) return known;
  const View next = NextView(condition, known);
  if (next.arg != view.arg || next.high != view.high) return known;
  const uint32_t value =
      view.high ? High(condition.value) : Low(condition.value);
  if (next.mask != view.mask) {
    // Only a point tells the bits of another mask.
    if (first != last) return known;
    if ((first & next.mask & view.mask) != (value & view.mask)) {
      return condition.op == CompareOp::kEq ? Known::kFails : known;
    }
    if ((next.mask & ~view.mask) != 0) return known;
    return view.high ? Simplify(condition) : Known::kHolds;
  }
  if (!view.high) return Compare(condition.op, first, value);
  if (first <= value && value <= last) return Simplify(condition);
  return Unequal(condition.op, last < value);
}

}  // namespace scbpf
