// Calls that a profile has to allow for something besides the program.
#ifndef SCBPF_WORKFLOW_BASE_NAMES_H_
#define SCBPF_WORKFLOW_BASE_NAMES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "workflow/group_names.h"
#include "workflow/runtime_bases.h"

namespace scbpf {

// Every call of a recorded runtime.
std::vector<std::string> NamesOf(const RuntimeBase& base);

struct BaseNames {
  std::vector<std::string> names;
  std::vector<NameRule> rules;  // of other names: what is allowed of them
};

// The names in `text`: those that a profile allows or logs, with their
// conditions, or a list of names, parted by blanks, with "#" before remarks.
// Each name comes once, in the text's order. InvalidArgument: a broken profile,
// a name that no ABI has, or no name at all.
absl::StatusOr<BaseNames> ReadBaseNames(std::string_view text);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_BASE_NAMES_H_
