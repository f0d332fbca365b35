// WarnOfLostRules: entries that are dropped because they answer what the
// default action answers, beside rules that they were to be exceptions from.
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/resolve_parts.h"
#include "compiler/warnings.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

// How many pairs of rules with conditions are looked at.
constexpr int kPairs = 100'000;

class LostRules {
 public:
  explicit LostRules(WarningContext& context) : context_(context) {}

  void TellOf(uint32_t index) {
    const ProfileEntry& entry = context_.profile.syscalls[index];
    const std::vector<Conditions> wide =
        SplitConditions(entry, context_.target.arg_semantics);
    for (const At<std::string>& name : entry.names) {
      for (size_t a = 0; a < context_.groups.size(); ++a) {
        if (TellOfName(index, name, wide, a)) break;
      }
    }
  }

 private:
  bool TellOfName(uint32_t index, const At<std::string>& name,
                  const std::vector<Conditions>& wide, size_t a) {
    const Rule* other = FindOther(index, name.value, wide, a);
    std::string where = other == nullptr        ? ""
                        : other->all_of.empty() ? " to every call"
                                                : " to some of its calls";
    if (other == nullptr) {
      const Abi& abi = *context_.rules.abis[a].abi;
      const auto multiplexer = FindMultiplexer(abi, name.value);
      if (!multiplexer.has_value()) return false;
      other = FindOtherWay(index, wide, *multiplexer, a);
      if (other == nullptr) return false;
      where = absl::StrCat(" to ", FormatMultiplexer(*multiplexer),
                           ", the same call on ", std::string(abi.id));
    }
    context_.Tell(
        IsFiltered(context_, other->entry) ? Severity::kNote
                                           : Severity::kWarning,
        "equals-default", name.at,
        absl::StrCat("this rule on \"", name.value,
                     "\" answers what the default action answers, so it is "
                     "dropped, as in runc and crun: ",
                     EntryName(other->entry), " answers ",
                     FormatReturnValue(other->result), where));
    return true;
  }

  // A rule that answers calls of the dropped one otherwise; nullptr: none
  // that the author is likely to have meant as the broader one.
  const Rule* FindOther(uint32_t index, const std::string& name,
                        const std::vector<Conditions>& wide, size_t a) {
    const Abi& abi = *context_.rules.abis[a].abi;
    const std::optional<uint32_t> nr = NumberOf(abi, name);
    if (!nr.has_value()) return nullptr;
    const RuleGroup* group = context_.groups[a].Find(*nr);
    if (group == nullptr) return nullptr;
    if (group->decider != nullptr) return group->decider;
    const ReturnValue dropped = context_.rules.fates[index].result;
    for (const Conditions& conditions : wide) {
      const Conditions narrow =
          Narrow(conditions, abi, name, context_.target.int_args);
      for (const uint32_t i : group->members) {
        const Rule& rule = context_.groups[a].rules()[i];
        if (!MoreRestrictive(dropped, rule.result)) continue;
        // "Deny" beside "allow if": the rest is denied anyway.
        if (narrow.empty() && !rule.twin) continue;
        if (--pairs_ < 0) return nullptr;
        if (FindArguments(narrow, rule.all_of)) return &rule;
      }
    }
    return nullptr;
  }

  // The same of the rules on socketcall or ipc.
  const Rule* FindOtherWay(uint32_t index, const std::vector<Conditions>& wide,
                           const Multiplexer& multiplexer, size_t a) {
    const RuleGroup* group = context_.groups[a].Find(multiplexer.nr);
    if (group == nullptr) return nullptr;
    const ReturnValue dropped = context_.rules.fates[index].result;
    if (group->decider != nullptr) {
      return MoreRestrictive(dropped, group->decider->result) ? group->decider
                                                              : nullptr;
    }
    for (const Conditions& conditions : wide) {
      Conditions twin = conditions;
      std::erase_if(twin, [](const ArgCondition& c) { return c.arg == 0; });
      twin.push_back({0, CompareOp::kEq, multiplexer.call});
      twin = Narrow(twin, *context_.rules.abis[a].abi, multiplexer.name,
                    context_.target.int_args);
      for (const uint32_t i : group->members) {
        const Rule& rule = context_.groups[a].rules()[i];
        if (!MoreRestrictive(dropped, rule.result)) continue;
        // "Deny" beside "allow if": the rest is denied anyway.
        if (conditions.empty() && rule.twin) continue;
        if (--pairs_ < 0) return nullptr;
        if (FindArguments(twin, rule.all_of)) return &rule;
      }
    }
    return nullptr;
  }

  WarningContext& context_;
  int pairs_ = kPairs;
};

}  // namespace

void WarnOfLostRules(WarningContext& context) {
  LostRules lost(context);
  for (uint32_t i = 0; i < context.rules.fates.size(); ++i) {
    if (context.rules.fates[i].equals_default) lost.TellOf(i);
  }
}

}  // namespace scbpf
