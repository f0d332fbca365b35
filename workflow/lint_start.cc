// LintStart: profiles under which no program starts, and tracers that are not
// there.
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "syscall-tables/names.h"
#include "workflow/lint_context.h"

namespace scbpf {
namespace {

// Whether some call of the native ABI can be made.
bool AnyPasses(const LintContext& context) {
  const auto arch =
      std::find_if(context.policy.arches.begin(), context.policy.arches.end(),
                   [&](const ArchPolicy& a) {
                     return a.audit_arch == context.rules.native->audit_value;
                   });
  return arch != context.policy.arches.end() &&
         std::any_of(
             arch->ranges.begin(), arch->ranges.end(),
             [](const Range& range) { return !NeverPasses(range.behavior); });
}

}  // namespace

void LintStart(LintContext& context) {
  if (context.rules.abis.empty() ||
      context.rules.abis[0].abi != context.rules.native) {
    return;
  }
  const Behavior* execve = FindBehavior(context, 0, "execve");
  if (!AnyPasses(context)) {
    context.Tell("nothing-starts", context.profile.default_action.at,
                 absl::StrCat("every call is refused (",
                              FormatReturnValue(context.rules.default_action),
                              "): no container starts under this profile"));
  } else if (execve != nullptr && NeverPasses(*execve)) {
    context.Tell("nothing-starts", PlaceOf(context, 0, "execve"),
                 absl::StrCat("\"execve\" is answered ",
                              FormatReturnValue(execve->otherwise),
                              ": no container starts under this profile"));
  }
  if (ActionOf(context.rules.default_action) == Action::kTrace) {
    context.Tell("trace-without-tracer", context.profile.default_action.at,
                 "SCMP_ACT_TRACE as default action: without a tracer every "
                 "such call answers ENOSYS");
  }
}

}  // namespace scbpf
