// A policy's behavior as a diagram, straight from its clauses.
#ifndef SCBPF_PROOF_BEHAVIOR_H_
#define SCBPF_PROOF_BEHAVIOR_H_

#include "proof/diagram.h"
#include "proof/order.h"
#include "scbpf/policy.h"

namespace scbpf {

// then_ref where the condition holds.
Diagram::Ref BuildCondition(const ArgCondition& condition, const Order& order,
                            Diagram::Ref then_ref, Diagram::Ref else_ref,
                            Diagram& diagram);

// Where all conditions hold `then_ref`, elsewhere `else_ref`, a leaf.
Diagram::Ref BuildConjunction(const std::vector<ArgCondition>& all_of,
                              const Order& order, Diagram::Ref then_ref,
                              Diagram::Ref else_ref, Diagram& diagram);

// `in_stack`: see Values::Return.
Diagram::Ref BuildBehavior(const Behavior& behavior, const Order& order,
                           bool in_stack, Diagram& diagram);

}  // namespace scbpf

#endif  // SCBPF_PROOF_BEHAVIOR_H_
