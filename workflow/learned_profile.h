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

// What learned.profile allows that no record of `learned` has; of `names`
// alone, where given.
std::vector<BeyondCall> FindBeyond(
    const LearnOptions& options, const Learned& learned,
    const std::set<std::string, std::less<>>* names);

// The condition that argument `index` of call `name` is `value`.
ProfileArg ArgumentEquals(std::string_view name, uint8_t index, uint64_t value);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_LEARNED_PROFILE_H_
