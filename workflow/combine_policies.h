// The most or the least permissive answer of several policies, call by call.
#ifndef SCBPF_WORKFLOW_COMBINE_POLICIES_H_
#define SCBPF_WORKFLOW_COMBINE_POLICIES_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "scbpf/policy.h"

namespace scbpf {

enum class Combination : uint8_t { kMostPermissive, kMostRestrictive };

// Answers every call with the most permissive (most restrictive) of what the
// policies answer, by the kernel's order of actions; where actions are equal,
// the first policy's. Calls of an architecture that a policy does not have
// are answered by its bad_arch. ResourceExhausted: the conditions of one call
// would become too many. `policies` is not empty.
absl::StatusOr<Policy> CombinePolicies(const std::vector<Policy>& policies,
                                       Combination combination);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_COMBINE_POLICIES_H_
