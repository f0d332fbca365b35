// Calls that a profile has to allow for something besides the program.
#ifndef SCBPF_WORKFLOW_BASE_NAMES_H_
#define SCBPF_WORKFLOW_BASE_NAMES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "workflow/runtime_bases.h"

namespace scbpf {

// Every call of a recorded runtime.
std::vector<std::string> NamesOf(const RuntimeBase& base);

// The names in `text`: those that a profile allows or logs, under whatever
// conditions, or a list of names, parted by blanks, with "#" before remarks.
// Each comes once, in the text's order. InvalidArgument: a broken profile, a
// name that no ABI has, or no name at all.
absl::StatusOr<std::vector<std::string>> ReadBaseNames(std::string_view text);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_BASE_NAMES_H_
