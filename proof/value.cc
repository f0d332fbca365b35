// The machine's arithmetic and comparisons on bit vectors of diagrams.
#include "proof/value.h"

#include <algorithm>

#include "bpf/instruction.h"
#include "scbpf/return_value.h"

namespace scbpf {
namespace {

uint32_t ComputeConstant(uint16_t operation, uint32_t a, uint32_t b) {
  switch (operation) {
    case op::kAdd:
      return a + b;
    case op::kSub:
      return a - b;
    case op::kMul:
      return a * b;
    case op::kDiv:
      return b == 0 ? 0 : a / b;
    case op::kOr:
      return a | b;
    case op::kAnd:
      return a & b;
    case op::kLsh:
      return a << (b & 31);
    case op::kRsh:
      return a >> (b & 31);
    case op::kXor:
      return a ^ b;
    default:
      return -a;
  }
}

bool HoldsConstant(uint16_t operation, uint32_t a, uint32_t b) {
  switch (operation) {
    case op::kJeq:
      return a == b;
    case op::kJgt:
      return a > b;
    case op::kJge:
      return a >= b;
    default:
      return (a & b) != 0;
  }
}

bool IsKnownAction(uint32_t raw) {
  return ActionOf({raw}) != Action::kKillProcess ||
         (raw & 0xffff0000u) == KillProcess().raw;
}

}  // namespace

uint32_t CanonicalReturn(uint32_t raw, bool in_stack) {
  if (in_stack && !IsKnownAction(raw)) return raw & 0xffff0000u;
  return AsKernelReads({raw}).raw;
}

Values::Bits Values::ToBits(Value value) {
  if (value.kind == Value::Kind::kBits) return vectors_[value.data];
  Bits bits;
  const Ref zero = diagram_.Leaf(0);
  const Ref one = diagram_.Leaf(1);
  for (uint32_t i = 0; i < 32; ++i) {
    const bool set = (value.data >> i & 1) != 0;
    bits[i] = !set || value.IsConstant()
                  ? (set ? one : zero)
                  : diagram_.Node(LevelOfWord(order_, value.word) + 31 - i,
                                  zero, one);
  }
  return bits;
}

Value Values::FromBits(const Bits& bits) {
  uint32_t constant = 0;
  bool is_constant = true;
  for (uint32_t i = 0; i < 32 && is_constant; ++i) {
    is_constant = diagram_.IsLeaf(bits[i]);
    if (is_constant && diagram_.ValueOf(bits[i]) != 0) constant |= 1u << i;
  }
  if (is_constant) return Value::Constant(constant);
  const auto [entry, added] =
      index_.try_emplace(bits, static_cast<uint32_t>(vectors_.size()));
  if (added) vectors_.push_back(bits);
  return {Value::Kind::kBits, 0, entry->second};
}

Value Values::Compute(uint16_t operation, Value a, Value b) {
  if (operation == op::kNeg) {
    if (a.IsConstant()) return Value::Constant(-a.data);
    return Compute(op::kSub, Value::Constant(0), a);
  }
  if (a.IsConstant() && b.IsConstant()) {
    return Value::Constant(ComputeConstant(operation, a.data, b.data));
  }
  if (operation == op::kAnd && a.IsConstant()) std::swap(a, b);
  if (operation == op::kAnd && b.IsConstant() && a.kind == Value::Kind::kWord) {
    a.data &= b.data;
    return a.data == 0 ? Value::Constant(0) : a;
  }
  if (b == Value::Constant(0) && operation != op::kAnd &&
      operation != op::kMul && operation != op::kDiv) {
    return a;
  }
  const Bits x = ToBits(a);
  const Bits y = ToBits(b);
  Bits result;
  const Ref zero = diagram_.Leaf(0);
  switch (operation) {
    case op::kAdd:
      return FromBits(Add(x, y, zero));
    case op::kSub: {
      for (uint32_t i = 0; i < 32; ++i) result[i] = diagram_.Not(y[i]);
      return FromBits(Add(x, result, diagram_.Leaf(1)));
    }
    case op::kMul:
      return FromBits(Multiply(x, y));
    case op::kDiv:
      return FromBits(Divide(x, y));
    case op::kLsh:
    case op::kRsh:
      return FromBits(Shift(x, y, operation == op::kLsh));
    default:
      break;
  }
  for (uint32_t i = 0; i < 32; ++i) {
    result[i] = operation == op::kOr    ? Or(x[i], y[i])
                : operation == op::kXor ? Xor(x[i], y[i])
                                        : And(x[i], y[i]);
  }
  return FromBits(result);
}

Values::Bits Values::Add(const Bits& a, const Bits& b, Ref carry) {
  Bits sum;
  for (uint32_t i = 0; i < 32; ++i) {
    const Ref both = And(a[i], b[i]);
    const Ref differ = Xor(a[i], b[i]);
    sum[i] = Xor(differ, carry);
    carry = Or(both, And(differ, carry));
  }
  return sum;
}

Values::Bits Values::Multiply(const Bits& a, const Bits& b) {
  const Ref zero = diagram_.Leaf(0);
  Bits sum;
  sum.fill(zero);
  for (uint32_t i = 0; i < 32 && !diagram_.budget().spent(); ++i) {
    if (b[i] == zero) continue;
    Bits part;
    for (uint32_t j = 0; j < 32; ++j) {
      part[j] = j < i ? zero : And(a[j - i], b[i]);
    }
    sum = Add(sum, part, zero);
  }
  return sum;
}

// Long division: the remainder takes a's bits from the top; a quotient bit is
// set where the remainder, 33 bits wide, reaches b.
Values::Bits Values::Divide(const Bits& a, const Bits& b) {
  const Ref zero = diagram_.Leaf(0);
  Bits quotient;
  Bits remainder;
  quotient.fill(zero);
  remainder.fill(zero);
  Bits negated;
  for (uint32_t i = 0; i < 32; ++i) negated[i] = diagram_.Not(b[i]);
  for (uint32_t i = 32; i-- > 0 && !diagram_.budget().spent();) {
    const Ref top = remainder[31];
    for (uint32_t j = 31; j > 0; --j) remainder[j] = remainder[j - 1];
    remainder[0] = a[i];
    quotient[i] = Or(top, Condition(op::kJge, remainder, b));
    const Bits less = Add(remainder, negated, diagram_.Leaf(1));
    for (uint32_t j = 0; j < 32; ++j) {
      remainder[j] = diagram_.Ite(quotient[i], less[j], remainder[j]);
    }
  }
  return quotient;
}

Values::Bits Values::Shift(const Bits& a, const Bits& by, bool left) {
  const Ref zero = diagram_.Leaf(0);
  Bits result = a;
  for (uint32_t stage = 0; stage < 5; ++stage) {
    const uint32_t distance = 1u << stage;
    Bits shifted;
    for (uint32_t i = 0; i < 32; ++i) {
      const uint32_t from = left ? i - distance : i + distance;
      shifted[i] = from < 32 ? result[from] : zero;
    }
    for (uint32_t i = 0; i < 32; ++i) {
      result[i] = diagram_.Ite(by[stage], shifted[i], result[i]);
    }
  }
  return result;
}

Values::Ref Values::Condition(uint16_t operation, const Bits& a,
                              const Bits& b) {
  const bool equal_counts = operation == op::kJge || operation == op::kJeq;
  Ref result = diagram_.Leaf(equal_counts ? 1 : 0);
  for (uint32_t i = 0; i < 32; ++i) {
    if (operation == op::kJset) {
      result = Or(result, And(a[i], b[i]));
      continue;
    }
    const Ref differ = Xor(a[i], b[i]);
    result = operation == op::kJeq ? And(result, diagram_.Not(differ))
                                   : diagram_.Ite(differ, a[i], result);
  }
  return result;
}

Values::Ref Values::Branch(uint16_t operation, Value a, Value b, Ref then_ref,
                           Ref else_ref) {
  if (a.IsConstant() && b.IsConstant()) {
    return HoldsConstant(operation, a.data, b.data) ? then_ref : else_ref;
  }
  if (then_ref == else_ref) return then_ref;
  if (a.kind != Value::Kind::kWord || !b.IsConstant()) {
    return diagram_.Ite(Condition(operation, ToBits(a), ToBits(b)), then_ref,
                        else_ref);
  }
  WordTest test;
  test.level = static_cast<uint16_t>(LevelOfWord(order_, a.word));
  test.mask = a.data;
  test.k = b.data;
  switch (operation) {
    case op::kJeq:
      break;
    case op::kJgt:
      if (test.k == 0xffffffffu) return else_ref;
      ++test.k;
      test.op = WordTest::Op::kGe;
      break;
    case op::kJge:
      test.op = WordTest::Op::kGe;
      break;
    default:
      test.mask &= test.k;
      test.k = 0;
      std::swap(then_ref, else_ref);
      break;
  }
  return diagram_.If(test, then_ref, else_ref);
}

Values::Ref Values::Switch(Value word, std::vector<Diagram::Case> cases,
                           Ref else_ref) {
  const uint32_t level = LevelOfWord(order_, word.word);
  const bool in_order =
      word.kind == Value::Kind::kWord && word.data == 0xffffffffu &&
      diagram_.LevelOf(else_ref) >= level &&
      std::all_of(cases.begin(), cases.end(), [&](const Diagram::Case& c) {
        return diagram_.LevelOf(c.second) >= level + 32;
      });
  if (!in_order) {
    for (size_t i = cases.size(); i-- > 0;) {
      else_ref = Branch(op::kJeq, word, Value::Constant(cases[i].first),
                        cases[i].second, else_ref);
    }
    return else_ref;
  }
  std::stable_sort(cases.begin(), cases.end(),
                   [](const Diagram::Case& a, const Diagram::Case& b) {
                     return a.first < b.first;
                   });
  const auto same = [](const Diagram::Case& a, const Diagram::Case& b) {
    return a.first == b.first;
  };
  cases.erase(std::unique(cases.begin(), cases.end(), same), cases.end());
  return diagram_.Switch(level, cases, else_ref);
}

Values::Ref Values::IsZero(Value value) {
  return Branch(op::kJeq, value, Value::Constant(0), diagram_.Leaf(1),
                diagram_.Leaf(0));
}

Values::Ref Values::Return(Value value, bool in_stack) {
  if (value.IsConstant()) {
    return diagram_.Leaf(CanonicalReturn(value.data, in_stack));
  }
  return ReturnBits(ToBits(value), in_stack);
}

// One leaf for every possible value, from the lowest bit up: level by level
// the leaves pair up under one bit. Values of one action without data share
// theirs, so that the low half costs little for most of the high halves.
Values::Ref Values::ReturnBits(const Bits& bits, bool in_stack) {
  const auto possible = [&](uint32_t bit, bool set) {
    return !diagram_.IsLeaf(bits[bit]) ||
           (diagram_.ValueOf(bits[bit]) != 0) == set;
  };
  // The halves that can occur, ascending.
  const auto halves = [&](uint32_t first_bit) {
    std::vector<uint32_t> values{0};
    for (uint32_t bit = 16; bit-- > 0;) {
      std::vector<uint32_t> next;
      for (const uint32_t value : values) {
        if (possible(first_bit + bit, false)) next.push_back(value * 2);
        if (possible(first_bit + bit, true)) next.push_back(value * 2 + 1);
      }
      values = std::move(next);
    }
    return values;
  };
  // Folds the refs of ascending values by the bits that tell them apart.
  const auto fold = [&](uint32_t first_bit, std::vector<Ref> refs) {
    for (uint32_t bit = first_bit; bit < first_bit + 16; ++bit) {
      if (diagram_.IsLeaf(bits[bit])) continue;
      for (size_t i = 0; i < refs.size() / 2; ++i) {
        refs[i] = diagram_.Ite(bits[bit], refs[2 * i + 1], refs[2 * i]);
      }
      refs.resize(refs.size() / 2);
    }
    return refs[0];
  };
  const std::vector<uint32_t> lows = halves(0);
  std::vector<Ref> tops;
  for (const uint32_t high : halves(16)) {
    const uint32_t raw = high << 16;
    if (!IsKnownAction(raw) || !HasData(ActionOf({raw}))) {
      tops.push_back(diagram_.Leaf(CanonicalReturn(raw, in_stack)));
      continue;
    }
    std::vector<Ref> leaves;
    for (const uint32_t low : lows) {
      leaves.push_back(diagram_.Leaf(CanonicalReturn(raw | low, in_stack)));
    }
    tops.push_back(fold(0, std::move(leaves)));
  }
  return fold(16, std::move(tops));
}

}  // namespace scbpf
