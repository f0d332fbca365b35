// Decides a behavior that looks at arguments in 32-bit tests.
#ifndef SCBPF_COMPILER_ARGUMENT_DECISION_H_
#define SCBPF_COMPILER_ARGUMENT_DECISION_H_

#include "compiler/decision_builder.h"
#include "scbpf/policy.h"

namespace scbpf {

// The node that answers what `behavior` answers, whatever nr and arch are.
// The work is bounded; past the bound the clauses are tested in order, in a
// chain whose size is linear in the number of conditions.
NodeId DecideArguments(DecisionBuilder& builder, const Behavior& behavior);

// That chain. Always right, seldom small.
NodeId ChainClauses(DecisionBuilder& builder, const Behavior& behavior);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_ARGUMENT_DECISION_H_
