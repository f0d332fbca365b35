// INPUTs as policies, with what their profile would hold beside the policy.
#ifndef SCBPF_CLI_POLICY_INPUT_H_
#define SCBPF_CLI_POLICY_INPUT_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/sides.h"
#include "cli/write_output.h"
#include "scbpf/policy.h"
#include "workflow/write_policy_as_profile.h"

namespace scbpf::cli {

struct PolicyInput {
  std::string name;  // as diagnostics call it
  Policy policy;
  ProfileExtras extras;
};

// Reads the INPUT at `path`: a profile, resolved for the target, or a stack of
// filters. Findings go to stderr.
absl::StatusOr<PolicyInput> LoadPolicy(Comparison& comparison,
                                       const std::string& path);

// Adds -o.
void AddProfileOutput(CommandLine& line, Output& output);

// Writes a profile that says `input`, and what was written to stderr; returns
// the exit status. `input.name`: what the policy is of.
int WriteProfile(const Comparison& comparison, const PolicyInput& input,
                 const Output& output);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_POLICY_INPUT_H_
