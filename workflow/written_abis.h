// Which ABIs a written profile has, and which default action.
#ifndef SCBPF_WORKFLOW_WRITTEN_ABIS_H_
#define SCBPF_WORKFLOW_WRITTEN_ABIS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "arch/abi.h"
#include "proof/interval.h"
#include "scbpf/policy.h"
#include "scbpf/target.h"

namespace scbpf {

// An ABI with the numbers that are its own, and what they answer.
struct AbiPart {
  const Abi* abi = nullptr;
  Interval numbers;
  const ArchPolicy* arch = nullptr;
};

// Whether it answers `value`, as the kernel reads it, to everything.
bool IsPlain(const Behavior& behavior, ReturnValue value);

// Calls `visit` for each range of the part.
void VisitRanges(const AbiPart& part,
                 const std::function<void(Interval numbers,
                                          const Behavior& behavior)>& visit);

// The native ABI (or exactly those of target.abis) and every other that the
// policy gives an answer of its own, the native one first. They point into
// `policy`, or at `silent`, which must answer its bad_arch. InvalidArgument:
// unknown native ABI; CannotSay: tokens that no such ABI has.
absl::StatusOr<std::vector<AbiPart>> ChooseParts(const Policy& policy,
                                                 const Target& target,
                                                 const ArchPolicy& silent);

// What the default action can be: what numbers without a name answer. With
// UnknownSyscalls::kEnosys, which may answer for them, there are several, the
// likeliest first. CannotSay: they differ, or ask for arguments.
absl::StatusOr<std::vector<ReturnValue>> DefaultActions(
    const std::vector<AbiPart>& parts, const Target& target);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_WRITTEN_ABIS_H_
