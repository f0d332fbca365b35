// Puts what was learned into a profile that is there already.
#ifndef SCBPF_WORKFLOW_MERGE_LEARNED_H_
#define SCBPF_WORKFLOW_MERGE_LEARNED_H_

#include "absl/status/status.h"
#include "scbpf/diagnostic.h"
#include "workflow/learn.h"

namespace scbpf {

// Makes `learned.profile` the profile `into`, where all that is allowed stays,
// with the calls of `learned` that it does not allow: as names, on the ABIs
// that were seen, in the dialect of `into`. A call that `into` allows under
// conditions stays as it is unless the log tells an argument that it refuses.
// Fills learned.added, added_abis and conditional, and beyond for what was
// added. InvalidArgument: an entry of `into` refuses a call under conditions
// that cover more; `findings` say which. Internal: a call is refused still.
absl::Status MergeLearned(const LearnOptions& options, const Profile& into,
                          Learned& learned, Diagnostics& findings);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_MERGE_LEARNED_H_
