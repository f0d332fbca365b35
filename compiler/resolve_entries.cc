// DecideEntries: includes and excludes against the target, and entries that
// answer what the default action answers.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/resolve_parts.h"

namespace scbpf {
namespace {

bool Names(const std::vector<At<std::string>>& list, std::string_view word) {
  return std::any_of(
      list.begin(), list.end(),
      [&](const At<std::string>& item) { return item.value == word; });
}

std::string Text(KernelVersion version) {
  return absl::StrCat(version.major, ".", version.minor);
}

// Why the architecture rows drop the entry; empty: they do not.
std::string AgainstArches(const ProfileEntry& entry, const Abi& native) {
  const std::string name(native.profile_name);
  if (Names(entry.excludes.arches, name)) {
    return absl::StrCat("excludes.arches: ", name, " is the native ABI");
  }
  if (!entry.includes.arches.empty() && !Names(entry.includes.arches, name)) {
    return absl::StrCat("includes.arches: ", name, " is not among them");
  }
  return {};
}

std::string AgainstCapabilities(const ProfileEntry& entry,
                                const Target& target) {
  for (const At<std::string>& cap : entry.excludes.caps) {
    if (target.capabilities.contains(cap.value)) {
      return absl::StrCat("excludes.caps: ", cap.value, " is held");
    }
  }
  for (const At<std::string>& cap : entry.includes.caps) {
    if (!target.capabilities.contains(cap.value)) {
      return absl::StrCat("includes.caps: ", cap.value, " is not held");
    }
  }
  return {};
}

std::string AgainstKernel(const ProfileEntry& entry, const Target& target) {
  const auto& least = entry.includes.min_kernel;
  const auto& below = entry.excludes.min_kernel;
  if (below.has_value() && target.kernel >= below->value) {
    return absl::StrCat("excludes.minKernel: ", Text(target.kernel),
                        " is not older than ", Text(below->value));
  }
  if (least.has_value() && target.kernel < least->value) {
    return absl::StrCat("includes.minKernel: ", Text(least->value),
                        " is newer than ", Text(target.kernel));
  }
  return {};
}

// Why includes and excludes drop the entry; empty: they do not.
std::string AgainstTarget(const ProfileEntry& entry, Dialect dialect,
                          const Target& target, RuleSet& rules) {
  if (dialect == Dialect::kOci) return {};
  if (entry.includes.empty() && entry.excludes.empty()) return {};
  std::string why = AgainstArches(entry, *rules.native);
  if (!why.empty()) return why;
  if (!entry.includes.caps.empty() || !entry.excludes.caps.empty()) {
    rules.capabilities_decided = true;
    why = AgainstCapabilities(entry, target);
    if (!why.empty()) return why;
  }
  if (dialect == Dialect::kPodman) return {};
  if (entry.includes.min_kernel.has_value() ||
      entry.excludes.min_kernel.has_value()) {
    rules.kernel_decided = true;
    why = AgainstKernel(entry, target);
  }
  return why;
}

ReturnValue ResultOf(const ProfileEntry& entry) {
  std::optional<uint16_t> data;
  if (entry.errno_ret.has_value()) data = entry.errno_ret->value;
  return MakeReturnValue(entry.action.value, data);
}

}  // namespace

void DecideEntries(const Profile& profile, const Target& target,
                   RuleSet& rules) {
  rules.fates.resize(profile.syscalls.size());
  for (size_t i = 0; i < profile.syscalls.size(); ++i) {
    const ProfileEntry& entry = profile.syscalls[i];
    EntryFate& fate = rules.fates[i];
    fate.result = ResultOf(entry);
    fate.why = AgainstTarget(entry, profile.dialect, target, rules);
    if (!fate.why.empty()) {
      fate.kept = false;
    } else if (fate.result == rules.default_action) {
      fate.kept = false;
      fate.equals_default = true;
      fate.why = "answers the same as the default action";
    }
  }
}

}  // namespace scbpf
