// Which numbers a step of `patch` is about, and what they shall answer.
#ifndef SCBPF_WORKFLOW_PATCH_WANTED_H_
#define SCBPF_WORKFLOW_PATCH_WANTED_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "arch/abi.h"
#include "compiler/resolve_parts.h"
#include "scbpf/policy.h"
#include "scbpf/target.h"
#include "workflow/patch_edits.h"
#include "workflow/patch_profile.h"

namespace scbpf {

// A number of the call, and what it shall answer.
struct WantedNumber {
  const Abi* abi = nullptr;
  uint32_t nr = 0;
  Behavior behavior;
  // The number is a multiplexer's, and the call has none of its own.
  std::optional<Multiplexer> through{};
};

// The numbers of the call on the draft's ABIs; where none has one, those of its
// multiplexers. InvalidArgument: neither, or nothing can be asked of these.
absl::StatusOr<std::vector<WantedNumber>> FindWanted(const Draft& old,
                                                     const PatchStep& step,
                                                     const Target& target);

// `policy` with `wanted` instead of what it answers to these numbers.
Policy WithWanted(Policy policy, const std::vector<WantedNumber>& wanted);

// What `policy`, which has the ABI, answers to the number.
const Behavior& BehaviorOf(const Policy& policy, const Abi& abi, uint32_t nr);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_PATCH_WANTED_H_
