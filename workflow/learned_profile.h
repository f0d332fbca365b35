// The profile that allows a set of calls, and what else it allows.
#ifndef SCBPF_WORKFLOW_LEARNED_PROFILE_H_
#define SCBPF_WORKFLOW_LEARNED_PROFILE_H_

#include <vector>

#include "workflow/learn.h"

namespace scbpf {

// The names of `learned.calls` and of the base, allowed on every ABI that was
// seen; with narrow_arguments for the values seen. Fills profile and beyond.
void MakeLearnedProfile(const LearnOptions& options, Learned& learned);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_LEARNED_PROFILE_H_
