// LintEffects: rules that change nothing, or not what their author thinks.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "compiler/resolve_parts.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"
#include "workflow/lint_context.h"

namespace scbpf {
namespace {

bool IsChosen(const ProfileEntry& entry) {
  return !entry.includes.empty() || !entry.excludes.empty();
}

// A conditional rule beside a plain one with the same answer.
void LintRedundantConditions(LintContext& context) {
  std::map<uint32_t, bool> told;  // places of names
  for (const RuleGroups& abi : context.groups) {
    for (const RuleGroup& group : abi.groups()) {
      if (group.decider == nullptr) continue;
      const Rule& plain = *group.decider;
      for (const uint32_t i : group.members) {
        const Rule& rule = abi.rules()[i];
        if (rule.twin || rule.all_of.empty() ||
            AsKernelReads(rule.result) != AsKernelReads(plain.result) ||
            !told.emplace(rule.origin.offset, true).second) {
          continue;
        }
        LintFinding& finding = context.Tell(
            "redundant-condition", rule.origin,
            absl::StrCat(
                "the conditions of this rule on \"", std::string(rule.name),
                "\" bind nothing: ", LintEntryName(plain.entry), " answers ",
                FormatReturnValue(plain.result), " to every call"));
        finding.related.push_back({plain.origin, "the rule that decides"});
        if (IsChosen(context.profile.syscalls[plain.entry]) ||
            IsChosen(context.profile.syscalls[rule.entry])) {
          finding.diagnostic.severity = Severity::kNote;
        }
      }
    }
  }
}

// What makes two entries' rules on a name the same.
using Sameness = std::tuple<std::string, uint32_t, std::string>;

std::string KeyOf(const ProfileEntry& entry) {
  std::string key;
  for (const ProfileArg& arg : entry.args) {
    absl::StrAppend(&key, arg.index.value, ":", arg.value.value, ":",
                    arg.value_two ? arg.value_two->value : 0, ":",
                    static_cast<int>(arg.op.value), ";");
  }
  for (const ProfileFilter* filter : {&entry.includes, &entry.excludes}) {
    for (const auto& arch : filter->arches) {
      absl::StrAppend(&key, arch.value, ",");
    }
    key += "|";
    for (const auto& cap : filter->caps) absl::StrAppend(&key, cap.value, ",");
    key += "|";
    if (filter->min_kernel) {
      absl::StrAppend(&key, filter->min_kernel->value.major, ".",
                      filter->min_kernel->value.minor);
    }
    key += "|";
  }
  return key;
}

void LintDuplicates(LintContext& context) {
  std::map<Sameness, std::pair<uint32_t, SourceSpan>> first;
  for (uint32_t i = 0; i < context.profile.syscalls.size(); ++i) {
    const ProfileEntry& entry = context.profile.syscalls[i];
    const std::string key = KeyOf(entry);
    for (const At<std::string>& name : entry.names) {
      const auto [found, fresh] = first.emplace(
          Sameness{name.value, context.rules.fates[i].result.raw, key},
          std::pair(i, name.at));
      if (fresh) continue;
      const auto& [earlier, place] = found->second;
      LintFinding& finding = context.Tell(
          "duplicate-rule", name.at,
          earlier == i
              ? absl::StrCat("\"", name.value, "\" is in this entry twice")
              : absl::StrCat("the same rule on \"", name.value, "\" is in ",
                             LintEntryName(earlier), " already"));
      finding.related.push_back({place, "the first of them"});
    }
  }
}

// Whether every value fulfils one of the two.
bool CoverAll(const ArgCondition& a, const ArgCondition& b) {
  if (a.op == CompareOp::kNe && b.op == CompareOp::kNe) {
    return a.value != b.value;
  }
  const auto least = [](const ArgCondition& c) -> std::optional<uint64_t> {
    if (c.op == CompareOp::kGe) return c.value;
    if (c.op == CompareOp::kGt && c.value != ~uint64_t{0}) return c.value + 1;
    return std::nullopt;
  };
  const auto most = [](const ArgCondition& c) -> std::optional<uint64_t> {
    if (c.op == CompareOp::kLe) return c.value;
    if (c.op == CompareOp::kLt && c.value != 0) return c.value - 1;
    return std::nullopt;
  };
  const auto meet = [&](const ArgCondition& low, const ArgCondition& high) {
    const std::optional<uint64_t> end = most(low);
    const std::optional<uint64_t> start = least(high);
    if (!end.has_value() || !start.has_value()) return false;
    return *end == ~uint64_t{0} || *start <= *end + 1;
  };
  return meet(a, b) || meet(b, a);
}

// Conditions on one argument are ORed: ">= 3" and "<= 5" together always hold.
void LintAlternatives(LintContext& context) {
  if (context.target().arg_semantics != ArgSemantics::kOci) return;
  for (uint32_t i = 0; i < context.profile.syscalls.size(); ++i) {
    const ProfileEntry& entry = context.profile.syscalls[i];
    if (!context.rules.fates[i].kept || entry.args.size() > 64) continue;
    const auto wide = SplitConditions(entry, ArgSemantics::kOci);
    if (wide.size() < 2) continue;
    for (size_t b = 1; b < wide.size(); ++b) {
      const ArgCondition& later = wide[b][0];
      size_t a = 0;
      while (a < b &&
             !(wide[a][0].arg == later.arg && CoverAll(wide[a][0], later))) {
        ++a;
      }
      if (a == b) continue;
      LintFinding& finding = context.Tell(
          "or-always-holds", entry.args[b].at,
          absl::StrCat("one of two conditions on argument ",
                       static_cast<int>(later.arg),
                       " holds for every value, and any one is enough: this "
                       "entry answers ",
                       FormatReturnValue(context.rules.fates[i].result),
                       " to every call"));
      finding.related.push_back({entry.args[a].at, "the other condition"});
      break;
    }
  }
}

// Rules that are dropped, and that no other rule makes a loss of.
void LintDroppedRules(LintContext& context) {
  std::map<uint32_t, bool> told;
  for (const LintFinding& finding : context.findings) {
    if (finding.diagnostic.id == "equals-default") {
      told.emplace(finding.diagnostic.at.offset, true);
    }
  }
  for (uint32_t i = 0; i < context.profile.syscalls.size(); ++i) {
    if (!context.rules.fates[i].equals_default) continue;
    const ProfileEntry& entry = context.profile.syscalls[i];
    const bool any_told = std::any_of(
        entry.names.begin(), entry.names.end(), [&](const auto& name) {
          return told.find(name.at.offset) != told.end();
        });
    if (any_told || entry.names.empty()) continue;
    context.Tell("dropped-entry", entry.action.at,
                 absl::StrCat("this entry answers what the default action "
                              "answers, ",
                              FormatReturnValue(context.rules.fates[i].result),
                              ": runc and crun drop it"));
  }
}

// Numbers that are reserved for a call that Linux does not have.
void LintUnimplemented(LintContext& context) {
  for (uint32_t i = 0; i < context.profile.syscalls.size(); ++i) {
    if (!context.rules.fates[i].kept ||
        !IsPermission(context.rules.fates[i].result)) {
      continue;
    }
    for (const At<std::string>& name : context.profile.syscalls[i].names) {
      bool reserved = false;
      bool real = false;
      for (const AbiRules& abi : context.rules.abis) {
        if (!NumberOf(*abi.abi, name.value)) continue;
        (Since(*abi.abi, name.value) ? real : reserved) = true;
      }
      if (!reserved || real) continue;
      context.Tell("never-implemented", name.at,
                   absl::StrCat("\"", name.value,
                                "\" has a number, but no kernel has the call: "
                                "it answers ENOSYS"));
    }
  }
}

}  // namespace

void LintEffects(LintContext& context) {
  LintRedundantConditions(context);
  LintDuplicates(context);
  LintAlternatives(context);
  LintDroppedRules(context);
  LintUnimplemented(context);
}

}  // namespace scbpf
