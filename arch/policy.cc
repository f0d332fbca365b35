// Evaluate(Policy, call): the definition of what a policy means.
#include "scbpf/policy.h"

#include <algorithm>

namespace scbpf {

bool Holds(const ArgCondition& condition, const Call& call) {
  const uint64_t word = call.args[condition.arg] & condition.mask;
  switch (condition.op) {
    case CompareOp::kEq:
      return word == condition.value;
    case CompareOp::kNe:
      return word != condition.value;
    case CompareOp::kLt:
      return word < condition.value;
    case CompareOp::kLe:
      return word <= condition.value;
    case CompareOp::kGt:
      return word > condition.value;
    case CompareOp::kGe:
      return word >= condition.value;
  }
  return false;
}

const Range& FindRange(const ArchPolicy& arch, uint32_t nr) {
  const auto next = std::upper_bound(
      arch.ranges.begin(), arch.ranges.end(), nr,
      [](uint32_t number, const Range& range) { return number < range.first; });
  return *(next - 1);
}

ReturnValue Evaluate(const Policy& policy, const Call& call) {
  for (const ArchPolicy& arch : policy.arches) {
    if (arch.audit_arch != call.arch) continue;
    const Behavior& behavior = FindRange(arch, call.nr).behavior;
    for (const Clause& clause : behavior.clauses) {
      if (std::all_of(clause.all_of.begin(), clause.all_of.end(),
                      [&](const ArgCondition& c) { return Holds(c, call); })) {
        return clause.result;
      }
    }
    return behavior.otherwise;
  }
  return policy.bad_arch;
}

}  // namespace scbpf
