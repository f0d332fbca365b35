// Edits that allow or deny one call, not yet proved to do just that.
#ifndef SCBPF_WORKFLOW_PATCH_EDITS_H_
#define SCBPF_WORKFLOW_PATCH_EDITS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "compiler/rule_set.h"
#include "scbpf/policy.h"
#include "scbpf/profile.h"
#include "scbpf/target.h"
#include "workflow/call_pattern.h"
#include "workflow/group_names.h"

namespace scbpf {

// What somebody may let through counts as permitted: NOTIFY, TRACE.
constexpr bool Permits(Action action) { return action >= Action::kUserNotif; }
constexpr bool Permits(ReturnValue value) { return Permits(ActionOf(value)); }

// A profile's text and all that is made of it. `rules` points into `profile`;
// moving a Draft keeps its entries in place.
struct Draft {
  std::string text;
  Profile profile;
  RuleSet rules;
  Policy policy;
};

// Findings are appended where they are asked for. InvalidArgument: the profile
// has errors.
absl::StatusOr<Draft> ReadDraft(std::string text, const Target& target,
                                Diagnostics* findings = nullptr);

// The edit that a person would make. Allowing a call: the name leaves the
// entries that always hold and joins the largest that allows; with arguments,
// an entry of its own. Denying it: the name leaves every entry that permits,
// and where the default action permits joins one that denies.
absl::StatusOr<Draft> EditInPlace(const Draft& old, const Target& target,
                                  const std::string& name, bool allow,
                                  const KnownArgs& args);

// The name leaves every entry that holds for the target, and gets `rules`.
absl::StatusOr<Draft> SayAnew(const Draft& old, const Target& target,
                              const std::string& name,
                              const std::vector<NameRule>& rules);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_PATCH_EDITS_H_
