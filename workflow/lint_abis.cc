// LintAbis: programs of ABIs that the profile does not serve are killed.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "syscall-tables/names.h"
#include "workflow/json_places.h"
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

// What stands twice in a list of ABIs.
void LintTwice(LintContext& context, std::string_view list,
               const std::vector<At<std::string>>& ids) {
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto first = std::find(ids.begin(), ids.end(), ids[i]);
    const auto at = ids.begin() + static_cast<ptrdiff_t>(i);
    if (first == at) continue;
    LintFinding& finding = context.Tell(
        "listed-twice", at->at,
        absl::StrCat("\"", std::string(list), "\" has ", at->value, " twice"));
    finding.related.push_back({first->at, "the first of them"});
  }
}

void LintFlagsTwice(LintContext& context) {
  const SourceSpan list = context.profile.flags_at;
  if (list.length == 0 || context.text[list.offset] != '[') return;
  const auto parts = ScanContainer(context.text, list.offset).parts;
  const auto text = [&](const JsonPlace& part) {
    return context.text.substr(part.value.offset, part.value.length);
  };
  for (auto part = parts.begin(); part != parts.end(); ++part) {
    const auto first = std::find_if(
        parts.begin(), part,
        [&](const JsonPlace& earlier) { return text(earlier) == text(*part); });
    if (first == part) continue;
    LintFinding& finding = context.Tell(
        "listed-twice", part->value,
        absl::StrCat("\"flags\" has ", std::string(text(*part)), " twice"));
    finding.related.push_back({first->value, "the first of them"});
  }
}

void LintListedTwice(LintContext& context) {
  LintTwice(context, "architectures", context.profile.architectures);
  std::vector<At<std::string>> rows;
  for (const ArchMapRow& row : context.profile.arch_map) {
    rows.push_back(row.architecture);
    LintTwice(context, "subArchitectures", row.sub_architectures);
  }
  LintTwice(context, "archMap", rows);
  LintFlagsTwice(context);
}

}  // namespace

void LintAbis(LintContext& context) {
  const Profile& profile = context.profile;
  const Abi& native = *context.rules.native;
  LintListedTwice(context);
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
