// Random policies.
#ifndef SCBPF_TESTS_PROOF_RANDOM_POLICY_H_
#define SCBPF_TESTS_PROOF_RANDOM_POLICY_H_

#include <random>

#include "scbpf/policy.h"

namespace scbpf {

struct PolicyShape {
  int tokens = 2;     // at most
  int ranges = 5;     // of a token, at most
  int clauses = 4;    // of a behavior, at most
  int values = 12;    // different values of an argument, about
  int arguments = 6;  // used
};

Policy RandomPolicy(const PolicyShape& shape, std::mt19937_64& random);

// Calls at the borders of the policy's ranges and conditions.
std::vector<Call> BoundaryCalls(const Policy& policy, size_t count,
                                std::mt19937_64& random);

}  // namespace scbpf

#endif  // SCBPF_TESTS_PROOF_RANDOM_POLICY_H_
