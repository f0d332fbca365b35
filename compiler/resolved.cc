// The first stages, shared by Compile, Emit and ExplainCalls.
#include "compiler/resolved.h"

#include <utility>

namespace scbpf {

absl::StatusOr<Resolved> ResolveText(std::string_view text,
                                     const CompileOptions& options,
                                     Diagnostics& findings) {
  const auto wrong = [] {
    return absl::InvalidArgumentError("the profile has errors");
  };
  Diagnostics found;
  const auto tell = [&] {
    findings.insert(findings.end(), found.begin(), found.end());
  };
  std::optional<Profile> profile =
      ParseProfile(text, options.target.dialect, found);
  if (!profile) {
    tell();
    return wrong();
  }
  Resolved resolved{*std::move(profile), {}, {}};
  resolved.rules = Resolve(resolved.profile, options.target, found);
  if (CountErrors(found) > 0) {
    tell();
    return wrong();
  }
  resolved.groups = GroupRules(resolved.rules);
  WarnOfRules(resolved.profile, resolved.rules, resolved.groups, options.target,
              found);
  tell();
  if (CountErrors(found, options.strict) > 0) return wrong();
  return resolved;
}

}  // namespace scbpf
