// Finds the numbers of a call, or of what multiplexes it.
#include "workflow/patch_wanted.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

constexpr uint32_t kMax = std::numeric_limits<uint32_t>::max();

// What argument 0 of the multiplexer holds where it stands for the call.
ArgCondition IsCall(const Multiplexer& multiplexer) {
  return {0, CompareOp::kEq, multiplexer.call, kMax};
}

// The arguments asked for, as the ABI compares them.
std::vector<ArgCondition> AskedOn(const PatchStep& step, const Abi& abi,
                                  const Target& target) {
  std::vector<ArgCondition> all_of;
  for (uint8_t arg = 0; arg < 6; ++arg) {
    if (!step.call.args[arg]) continue;
    all_of.push_back({arg, CompareOp::kEq, *step.call.args[arg]});
  }
  return Narrow(all_of, abi, step.call.word, target.int_args);
}

// What a call gets that is denied.
ReturnValue Denial(const Draft& old) {
  const ReturnValue otherwise = old.rules.default_action;
  return Permits(otherwise) ? Errno(1) : otherwise;
}

// `asked`: the arguments that shall be allowed; `denied`: what others get.
Behavior WantedAt(const Behavior& old, bool allow,
                  std::vector<ArgCondition> asked, ReturnValue denied) {
  if (allow) {
    if (asked.empty()) return {{}, Allow()};
    Behavior behavior = old;
    behavior.clauses.insert(behavior.clauses.begin(),
                            {std::move(asked), Allow()});
    return behavior;
  }
  Behavior behavior = old;
  for (Clause& clause : behavior.clauses) {
    if (Permits(clause.result)) clause.result = denied;
  }
  if (Permits(behavior.otherwise)) behavior.otherwise = denied;
  return behavior;
}

// The same of a multiplexer's number: only the call's form changes there.
Behavior WantedOf(const Multiplexer& multiplexer, const Behavior& old,
                  bool allow, ReturnValue denied) {
  const ArgCondition is_call = IsCall(multiplexer);
  Behavior behavior{{}, old.otherwise};
  if (allow) behavior.clauses.push_back({{is_call}, Allow()});
  for (const Clause& clause : old.clauses) {
    if (!allow && Permits(clause.result)) {
      std::vector<ArgCondition> all_of = clause.all_of;
      all_of.push_back(is_call);
      behavior.clauses.push_back({std::move(all_of), denied});
    }
    behavior.clauses.push_back(clause);
  }
  if (!allow && Permits(old.otherwise)) {
    behavior.clauses.push_back({{is_call}, denied});
  }
  return behavior;
}

// Where no ABI has a number of the call's own: the multiplexers'.
absl::StatusOr<std::vector<WantedNumber>> FindForms(const Draft& old,
                                                    const PatchStep& step,
                                                    const Target& target) {
  std::vector<WantedNumber> wanted;
  std::vector<std::string> abis;
  std::string forms;
  for (const AbiRules& rules : old.rules.abis) {
    const Abi& abi = *rules.abi;
    abis.emplace_back(abi.id);
    const auto multiplexer = FindMultiplexer(abi, step.call.word);
    if (!multiplexer) continue;
    absl::StrAppend(&forms, "; on ", std::string(abi.id), " it is ",
                    FormatMultiplexer(*multiplexer));
    const Behavior& behavior = BehaviorOf(old.policy, abi, multiplexer->nr);
    wanted.push_back({&abi, multiplexer->nr,
                      WantedOf(*multiplexer, behavior, step.allow, Denial(old)),
                      multiplexer});
  }
  const bool has_args =
      std::any_of(step.call.args.begin(), step.call.args.end(),
                  [](const auto& arg) { return arg.has_value(); });
  if (wanted.empty() || target.multiplex == Multiplex::kNone) {
    if (!forms.empty()) forms += ", for which --multiplex=none makes no rule";
  } else if (has_args) {
    forms += ", whose arguments stand in memory";
  } else {
    return wanted;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", step.call.word, "\" has no number of its own on ",
                   absl::StrJoin(abis, ", "), forms));
}

}  // namespace

absl::StatusOr<std::vector<WantedNumber>> FindWanted(const Draft& old,
                                                     const PatchStep& step,
                                                     const Target& target) {
  std::vector<WantedNumber> wanted;
  for (const AbiRules& rules : old.rules.abis) {
    const Abi& abi = *rules.abi;
    const std::optional<uint32_t> nr = NumberOf(abi, step.call.word);
    if (!nr) continue;
    const Behavior& behavior = BehaviorOf(old.policy, abi, *nr);
    wanted.push_back({&abi, *nr,
                      WantedAt(behavior, step.allow, AskedOn(step, abi, target),
                               Denial(old))});
  }
  if (!wanted.empty()) return wanted;
  return FindForms(old, step, target);
}

Policy WithWanted(Policy policy, const std::vector<WantedNumber>& wanted) {
  for (const WantedNumber& want : wanted) {
    for (ArchPolicy& arch : policy.arches) {
      if (arch.audit_arch != want.abi->audit_value) continue;
      std::vector<Range>& ranges = arch.ranges;
      const auto old =
          static_cast<size_t>(&FindRange(arch, want.nr) - ranges.data());
      const Range before = ranges[old];
      const auto at = ranges.begin() + static_cast<ptrdiff_t>(old);
      const bool is_last =
          want.nr == kMax ||
          (old + 1 < ranges.size() && ranges[old + 1].first == want.nr + 1);
      std::vector<Range> parts;
      if (before.first < want.nr) parts.push_back(before);
      parts.push_back({want.nr, want.behavior});
      if (!is_last) parts.push_back({want.nr + 1, before.behavior});
      const auto behind = ranges.erase(at);
      ranges.insert(behind, parts.begin(), parts.end());
    }
  }
  return policy;
}

const Behavior& BehaviorOf(const Policy& policy, const Abi& abi, uint32_t nr) {
  const auto arch = std::find_if(
      policy.arches.begin(), policy.arches.end(),
      [&](const ArchPolicy& a) { return a.audit_arch == abi.audit_value; });
  return FindRange(*arch, nr).behavior;
}

}  // namespace scbpf
