// WarnOfRules: all the warnings that look at resolved rules, and those of
// rules without effect.
#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "compiler/warnings.h"
#include "syscall-tables/names.h"

namespace scbpf {

std::string EntryName(uint32_t entry) {
  return absl::StrCat("syscalls[", entry, "]");
}

bool IsFiltered(const WarningContext& context, uint32_t entry) {
  const ProfileEntry& e = context.profile.syscalls[entry];
  return !e.includes.empty() || !e.excludes.empty();
}

GroupAnswer AnswerTo(const WarningContext& context, const RuleGroups& abi,
                     const RuleGroup& group,
                     const std::array<uint64_t, 6>& args) {
  if (group.decider != nullptr) return {group.decider->result, group.decider};
  const Call call{group.nr, 0, 0, args};
  GroupAnswer answer{context.rules.default_action};
  for (const uint32_t i : group.members) {
    const Rule& rule = abi.rules()[i];
    const bool holds =
        std::all_of(rule.all_of.begin(), rule.all_of.end(),
                    [&](const ArgCondition& c) { return Holds(c, call); });
    if (holds && (answer.rule == nullptr ||
                  MoreRestrictive(rule.result, answer.result))) {
      answer = {rule.result, &rule};
    }
  }
  return answer;
}

void WarnOfShadowedRules(WarningContext& context) {
  ToldRules told;
  for (const RuleGroups& abi : context.groups) {
    for (const RuleGroup& group : abi.groups()) {
      if (group.decider == nullptr || group.members.size() < 2) continue;
      const Rule& decider = *group.decider;
      for (const uint32_t i : group.members) {
        const Rule& rule = abi.rules()[i];
        if (rule.twin ||
            AsKernelReads(rule.result) == AsKernelReads(decider.result) ||
            !told.Add(rule.entry, rule.origin)) {
          continue;
        }
        // Entries that capabilities choose often stand beside a plain one.
        const bool meant =
            IsFiltered(context, decider.entry) ||
            (rule.all_of.empty() && IsFiltered(context, rule.entry));
        context.Tell(
            meant ? Severity::kNote : Severity::kWarning, "shadowed-rule",
            rule.origin,
            absl::StrCat("this rule on \"", std::string(rule.name),
                         "\" has no effect: ", EntryName(decider.entry),
                         rule.all_of.empty() ? " comes first and decides alone"
                                             : " has no conditions and decides "
                                               "alone",
                         ": ", FormatReturnValue(decider.result)));
      }
    }
  }
}

void WarnOfRules(const Profile& profile, const RuleSet& rules,
                 std::span<const RuleGroups> groups, const Target& target,
                 Diagnostics& findings) {
  WarningContext context{profile, rules, target, groups, findings};
  WarnOfShadowedRules(context);
  WarnOfClashes(context);
  WarnOfLostRules(context);
  WarnOfMultiplexing(context);
  WarnOfArguments(context);
  WarnOfUnknownSyscalls(context);
}

void WarnOfRules(const Profile& profile, const RuleSet& rules,
                 const Target& target, Diagnostics& findings) {
  WarnOfRules(profile, rules, GroupRules(rules), target, findings);
}

}  // namespace scbpf
