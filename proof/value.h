// What a register of the machine may hold, as a function of the call.
#ifndef SCBPF_PROOF_VALUE_H_
#define SCBPF_PROOF_VALUE_H_

#include <array>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "proof/diagram.h"
#include "proof/order.h"

namespace scbpf {

// A 32-bit value in its simplest form; equal values of a kind are equal.
struct Value {
  enum class Kind : uint8_t {
    kConstant,  // data
    kWord,      // a word of the call & data; data is never 0
    kBits,      // vector number `data` of Values
  };
  Kind kind = Kind::kConstant;
  uint8_t word = 0;
  uint32_t data = 0;

  static Value Constant(uint32_t k) { return {Kind::kConstant, 0, k}; }
  bool operator==(const Value&) const = default;
  bool IsConstant() const { return kind == Kind::kConstant; }
  template <typename H>
  friend H AbslHashValue(H h, const Value& v) {
    return H::combine(std::move(h), static_cast<uint8_t>(v.kind), v.word,
                      v.data);
  }
};

// The arithmetic of the machine on such values, in one diagram and order.
class Values {
 public:
  using Ref = Diagram::Ref;
  using Bits = std::array<Ref, 32>;  // [0] is the least significant

  Values(Diagram& diagram, const Order& order)
      : diagram_(diagram), order_(order) {}

  static Value Word(uint32_t word) {
    return {Value::Kind::kWord, static_cast<uint8_t>(word), 0xffffffffu};
  }
  // `operation` is one of op::kAdd ... op::kXor, kNeg (b is ignored). A
  // division by zero gives 0 here; the caller asks IsZero first.
  Value Compute(uint16_t operation, Value a, Value b);

  // then_ref where `a operation b` holds (op::kJeq, kJgt, kJge, kJset).
  Ref Branch(uint16_t operation, Value a, Value b, Ref then_ref, Ref else_ref);
  // cases[i].second where `word` equals cases[i].first and no earlier case
  // does, else_ref where none does.
  Ref Switch(Value word, std::vector<Diagram::Case> cases, Ref else_ref);
  Ref IsZero(Value value);
  // The value as a return value: as the kernel reads it, or, for a stack,
  // unknown actions kept apart (without their data).
  Ref Return(Value value, bool in_stack);

 private:
  Bits ToBits(Value value);
  Value FromBits(const Bits& bits);
  Ref And(Ref a, Ref b) { return diagram_.Apply(Diagram::Op::kAnd, a, b); }
  Ref Or(Ref a, Ref b) { return diagram_.Apply(Diagram::Op::kOr, a, b); }
  Ref Xor(Ref a, Ref b) { return diagram_.Apply(Diagram::Op::kXor, a, b); }
  Bits Add(const Bits& a, const Bits& b, Ref carry);
  Bits Multiply(const Bits& a, const Bits& b);
  Bits Divide(const Bits& a, const Bits& b);
  Bits Shift(const Bits& a, const Bits& by, bool left);
  Ref Condition(uint16_t operation, const Bits& a, const Bits& b);
  Ref ReturnBits(const Bits& bits, bool in_stack);

  Diagram& diagram_;
  Order order_;
  std::vector<Bits> vectors_;
  absl::flat_hash_map<Bits, uint32_t> index_;
};

// The leaf of a return value, see Values::Return.
uint32_t CanonicalReturn(uint32_t raw, bool in_stack);

}  // namespace scbpf

#endif  // SCBPF_PROOF_VALUE_H_
