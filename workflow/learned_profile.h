// The profile that allows a set of calls, and what else it allows.
#ifndef SCBPF_WORKFLOW_LEARNED_PROFILE_H_
#define SCBPF_WORKFLOW_LEARNED_PROFILE_H_

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/learn.h"

namespace scbpf {

// The names of `learned.calls` and of the base, allowed on every ABI that was
// seen; with narrow_arguments for the values seen. Fills profile and beyond.
void MakeLearnedProfile(const LearnOptions& options, Learned& learned);

// What learned.profile allows or logs that no record of `learned` has; where
// given, what `counts` says true of alone.
std::vector<BeyondCall> FindBeyond(
    const LearnOptions& options, const Learned& learned,
    const std::function<bool(const Abi&, std::string_view)>& counts);

// ENOSYS for the names that no ABI of `abis` had in `kernel`, but for those of
// `named`; none where that is what `otherwise`, the default, answers.
std::vector<NameRule> NewerRules(
    const std::vector<const Abi*>& abis,
    const std::set<std::string, std::less<>>& named,
    const KernelVersion& kernel, ReturnValue otherwise);

// The condition that argument `index` of call `name` is `value`.
ProfileArg ArgumentEquals(std::string_view name, uint8_t index, uint64_t value);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_LEARNED_PROFILE_H_
