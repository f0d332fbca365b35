// From a policy, whatever it was made of, to a profile that says it.
#ifndef SCBPF_WORKFLOW_WRITE_POLICY_AS_PROFILE_H_
#define SCBPF_WORKFLOW_WRITE_POLICY_AS_PROFILE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "scbpf/policy.h"
#include "scbpf/profile.h"
#include "scbpf/prove.h"
#include "scbpf/target.h"

namespace scbpf {

// What a profile holds beside its policy.
struct ProfileExtras {
  std::optional<uint32_t> flags;  // FilterFlags
  std::string listener_path;
  std::string listener_metadata;
};

struct WrittenProfile {
  Profile profile;
  std::string text;  // its normal form: what was proved
};

// A profile in normal form (docs/semantics.md section 1) whose policy for
// `target` is `policy`: proved, by reading and resolving the text written.
// Its ABIs are the native one and those that answer anything of their own.
// Errors:
//   InvalidArgument     "cannot be said in a profile: ...", with the call
//   ResourceExhausted   the budget ran out
absl::StatusOr<WrittenProfile> WritePolicyAsProfile(
    const Policy& policy, const Target& target, const ProfileExtras& extras,
    const ProofBudget& budget = {});

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_WRITE_POLICY_AS_PROFILE_H_
