// LintAbis: programs of ABIs that the profile does not serve are killed.
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "syscall-tables/names.h"
#include "workflow/lint_context.h"

namespace scbpf {
namespace {

bool Selected(const LintContext& context, std::string_view id) {
  return std::any_of(context.rules.abis.begin(), context.rules.abis.end(),
                     [&](const AbiRules& abi) { return abi.abi->id == id; });
}

// The ABIs with tables that native's kernels run and that are not selected.
std::string MissingAbis(const LintContext& context) {
  std::string ids;
  for (const Abi* abi : AllAbis()) {
    if (!abi->has_table || !CanOccur(*abi, *context.rules.native) ||
        Selected(context, abi->id)) {
      continue;
    }
    absl::StrAppend(&ids, ids.empty() ? "" : " and ", std::string(abi->id));
  }
  return ids;
}

}  // namespace

void LintAbis(LintContext& context) {
  const Profile& profile = context.profile;
  const Abi& native = *context.rules.native;
  if (context.target().abis.has_value()) return;
  if (!profile.architectures.empty() &&
      std::none_of(profile.architectures.begin(), profile.architectures.end(),
                   [&](const auto& each) { return each.value == native.id; })) {
    context.Tell(
        "native-abi-not-listed", profile.architectures[0].at,
        absl::StrCat("\"architectures\" leaves out ", std::string(native.id),
                     ", the native ABI here; runc and crun add it"));
  }
  if (!profile.arch_map.empty() && profile.dialect != Dialect::kOci &&
      std::none_of(profile.arch_map.begin(), profile.arch_map.end(),
                   [&](const auto& row) {
                     return row.architecture.value == native.id;
                   })) {
    context.Tell(
        "native-abi-not-listed", profile.arch_map[0].architecture.at,
        absl::StrCat("\"archMap\" has no row for ", std::string(native.id),
                     ": that ABI alone is served"));
  }
  const std::string missing = MissingAbis(context);
  if (missing.empty()) return;
  const bool none = profile.architectures.empty() && profile.arch_map.empty();
  context.Tell(
      "missing-abi",
      profile.architectures.empty() ? profile.default_action.at
                                    : profile.architectures[0].at,
      absl::StrCat(none ? "without \"architectures\" only the native ABI is "
                          "served: "
                        : "",
                   "programs of ", missing, " are answered ",
                   FormatReturnValue(context.rules.bad_arch),
                   " from their first call on (bad-arch), whatever the "
                   "default action"));
}

}  // namespace scbpf
