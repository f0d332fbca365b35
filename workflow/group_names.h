// Entries of a profile from what is said of single names.
#ifndef SCBPF_WORKFLOW_GROUP_NAMES_H_
#define SCBPF_WORKFLOW_GROUP_NAMES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scbpf/profile.h"

namespace scbpf {

// One name, what it answers, and under which conditions (none: always).
struct NameRule {
  std::string name;
  Action action = Action::kAllow;
  std::optional<uint16_t> data;  // of ERRNO and TRACE
  std::vector<ProfileArg> args;
};

// The same rules in the fewest entries: names with equal answers and equal
// conditions share one, in the order in which the first of them came. A rule
// that comes twice is written once.
std::vector<ProfileEntry> GroupNames(const std::vector<NameRule>& rules);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_GROUP_NAMES_H_
