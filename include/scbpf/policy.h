// A policy: the total function from a system call to its return value.
//
// Policies are what the compiler makes of a profile and what the proof holds a
// program against. Evaluate() is the definition of their meaning.
#ifndef SCBPF_POLICY_H_
#define SCBPF_POLICY_H_

#include <cstdint>
#include <vector>

#include "scbpf/call.h"
#include "scbpf/return_value.h"

namespace scbpf {

enum class CompareOp : uint8_t { kEq, kNe, kLt, kLe, kGt, kGe };

// (args[arg] & mask) op value, unsigned. An ABI that compares low words only
// has mask 0xffffffff and a value within it. Masks other than all ones (of 64
// or 32 bits) occur with kEq only; value never has a bit outside mask.
struct ArgCondition {
  uint8_t arg = 0;  // 0..5
  CompareOp op = CompareOp::kEq;
  uint64_t value = 0;
  uint64_t mask = ~uint64_t{0};

  bool operator==(const ArgCondition&) const = default;
};

// Holds when all its conditions hold; an empty clause always holds.
struct Clause {
  std::vector<ArgCondition> all_of;
  ReturnValue result;

  bool operator==(const Clause&) const = default;
};

// The first clause that holds decides; none: `otherwise`.
struct Behavior {
  std::vector<Clause> clauses;
  ReturnValue otherwise;

  bool operator==(const Behavior&) const = default;
};

// The numbers from `first` up to the next range's first.
struct Range {
  uint32_t first = 0;
  Behavior behavior;

  bool operator==(const Range&) const = default;
};

// ranges[0].first is 0, firsts ascend, neighbours differ: all of [0, 2^32).
struct ArchPolicy {
  uint32_t audit_arch = 0;
  std::vector<Range> ranges;

  bool operator==(const ArchPolicy&) const = default;
};

struct Policy {
  std::vector<ArchPolicy> arches;  // distinct tokens, ascending
  ReturnValue bad_arch;            // for every other token

  bool operator==(const Policy&) const = default;
};

// Whether the condition holds for these arguments.
bool Holds(const ArgCondition& condition, const Call& call);

// The range of `arch` that covers `nr`.
const Range& FindRange(const ArchPolicy& arch, uint32_t nr);

// What `policy` answers to `call`: the definition (docs/semantics.md).
ReturnValue Evaluate(const Policy& policy, const Call& call);

}  // namespace scbpf

#endif  // SCBPF_POLICY_H_
