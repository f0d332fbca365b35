// Allowing and denying calls in a profile's text, one proved edit at a time.
#ifndef SCBPF_WORKFLOW_PATCH_PROFILE_H_
#define SCBPF_WORKFLOW_PATCH_PROFILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "scbpf/diagnostic.h"
#include "scbpf/prove.h"
#include "scbpf/target.h"
#include "workflow/call_pattern.h"

namespace scbpf {

// "+openat2", "-ptrace", "+socket(AF_INET, *, 0)".
struct PatchStep {
  bool allow = true;
  CallPattern call;
};

// InvalidArgument: neither + nor -, no syscall (with the nearest name),
// arguments that cannot be read, or arguments behind a -.
absl::StatusOr<PatchStep> ParsePatchStep(std::string_view text);

struct PatchedProfile {
  std::string text;               // laid out as it was
  std::vector<std::string> said;  // a line a step: what it came to
};

// Makes the steps one after the other. After a + the call (with these
// arguments, the others any) is allowed, after a - it is not permitted, on
// every ABI that `target` and the profile select and that has it (none: on
// those that multiplex it); each edit is proved: that it answers so, and that
// nothing differs but the call and its multiplexed forms, which are said where
// they change. A step that holds already changes nothing. The
// profile's findings are appended. InvalidArgument: the profile is wrong, or
// a step cannot be made; ResourceExhausted: the budget ran out.
absl::StatusOr<PatchedProfile> PatchProfile(std::string_view text,
                                            const std::vector<PatchStep>& steps,
                                            const Target& target,
                                            const ProofBudget& budget,
                                            Diagnostics& findings);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_PATCH_PROFILE_H_
