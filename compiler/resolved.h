// The first stages, shared by Compile, Emit and ExplainCalls.
#ifndef SCBPF_COMPILER_RESOLVED_H_
#define SCBPF_COMPILER_RESOLVED_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "compiler/rule_groups.h"
#include "compiler/rule_set.h"
#include "scbpf/compile.h"

namespace scbpf {

// `rules` points into `profile`; moving a Resolved keeps its entries in place.
struct Resolved {
  Profile profile;
  RuleSet rules;
  std::vector<RuleGroups> groups;  // of `rules`, which they point into
};

// ParseProfile, Resolve and WarnOfRules. InvalidArgument when one of them
// found an error, or a warning with options.strict.
absl::StatusOr<Resolved> ResolveText(std::string_view text,
                                     const CompileOptions& options,
                                     Diagnostics& findings);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_RESOLVED_H_
