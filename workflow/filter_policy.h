// The policy that filters have, whoever made them.
#ifndef SCBPF_WORKFLOW_FILTER_POLICY_H_
#define SCBPF_WORKFLOW_FILTER_POLICY_H_

#include "absl/status/statusor.h"
#include "scbpf/policy.h"
#include "scbpf/prove.h"

namespace scbpf {

// A policy that answers every call as `side` does, values as the kernel reads
// them. Errors: InvalidArgument (it asks for what a policy does not: the
// instruction pointer, tokens of no single architecture, too many conditions;
// or the kernel would not accept a program), ResourceExhausted (the budget).
absl::StatusOr<Policy> PolicyOf(const Side& side,
                                const ProofBudget& budget = {});

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_FILTER_POLICY_H_
