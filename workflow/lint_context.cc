// What calls get and which rule decides, for the parts of Lint.
#include "workflow/lint_context.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "syscall-tables/syscalls.h"
#include "workflow/lint_rules.h"

namespace scbpf {

LintFinding& LintContext::Tell(std::string_view id, SourceSpan at,
                               std::string words) {
  const LintRule* rule = FindLintRule(id);
  LintFinding& finding = findings.emplace_back();
  finding.diagnostic.severity =
      rule == nullptr ? Severity::kWarning : rule->severity;
  finding.diagnostic.id = std::string(id);
  finding.diagnostic.at = at;
  finding.diagnostic.text = std::move(words);
  return finding;
}

const Behavior* FindBehavior(const LintContext& context, size_t abi,
                             std::string_view name) {
  const Abi& about = *context.rules.abis[abi].abi;
  const std::optional<uint32_t> nr = NumberOf(about, name);
  if (!nr.has_value()) return nullptr;
  const auto& arches = context.policy.arches;
  const auto arch = std::find_if(
      arches.begin(), arches.end(),
      [&](const ArchPolicy& a) { return a.audit_arch == about.audit_value; });
  return arch == arches.end() ? nullptr : &FindRange(*arch, *nr).behavior;
}

bool AlwaysPasses(const Behavior& behavior) {
  return behavior.clauses.empty() && IsPermission(behavior.otherwise);
}

bool NeverPasses(const Behavior& behavior) {
  return behavior.clauses.empty() &&
         ActionOf(behavior.otherwise) <= Action::kErrno;
}

bool MayPass(const Behavior& behavior) {
  return IsPermission(behavior.otherwise) ||
         std::any_of(
             behavior.clauses.begin(), behavior.clauses.end(),
             [](const Clause& clause) { return IsPermission(clause.result); });
}

const Rule* FindRule(const LintContext& context, size_t abi,
                     std::string_view name) {
  const std::optional<uint32_t> nr =
      NumberOf(*context.rules.abis[abi].abi, name);
  if (!nr.has_value()) return nullptr;
  const RuleGroup* group = context.groups[abi].Find(*nr);
  if (group == nullptr || group->members.empty()) return nullptr;
  if (group->decider != nullptr) return group->decider;
  return &context.groups[abi].rules()[group->members[0]];
}

SourceSpan PlaceOf(const LintContext& context, size_t abi,
                   std::string_view name) {
  const Rule* rule = FindRule(context, abi, name);
  return rule == nullptr ? context.profile.default_action.at : rule->origin;
}

std::string LintEntryName(uint32_t entry) {
  return "syscalls[" + std::to_string(entry) + "]";
}

}  // namespace scbpf
