// ExplainCalls: which rule of a profile decides a call.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "compiler/resolved.h"
#include "scbpf/compile.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

// The number meant on `abi`: a name's, or the number itself. A plain number is
// one of the ABI's table (x32: without bit 30), or as it is.
std::optional<uint32_t> FindNumber(const Abi& abi, std::string_view word) {
  uint32_t nr = 0;
  if (absl::SimpleAtoi(absl::string_view(word.data(), word.size()), &nr)) {
    return nr;
  }
  return NumberOf(abi, word);
}

bool HoldsAll(const Rule& rule, const Call& call) {
  return std::all_of(rule.all_of.begin(), rule.all_of.end(),
                     [&](const ArgCondition& c) { return Holds(c, call); });
}

// The rule that decides: the first without conditions, or else the most
// restrictive of those that hold.
const Rule* FindRule(const AbiRules& rules, const Call& call) {
  const Rule* found = nullptr;
  for (const Rule& rule : rules.rules) {
    if (rule.nr == call.nr && rule.all_of.empty()) return &rule;
  }
  for (const Rule& rule : rules.rules) {
    if (rule.nr != call.nr || !HoldsAll(rule, call)) continue;
    if (found == nullptr || MoreRestrictive(rule.result, found->result)) {
      found = &rule;
    }
  }
  return found;
}

// Why a call of a selected ABI gets its answer.
void ExplainSelected(const RuleSet& rules, const AbiRules& abi_rules,
                     CallExplanation& why) {
  const Rule* rule = FindRule(abi_rules, why.call);
  if (rule != nullptr && rule->result == why.result) {
    why.rule = rule->origin;
    why.reason = "rule";
  } else if (why.result == rules.default_action) {
    why.reason = "defaultAction";
  } else {
    why.reason = "unknown syscall";
  }
}

// A tracer's "no call": the default action's wherever its token is selected.
bool IsSkipped(const RuleSet& rules, const Call& call) {
  return call.nr == 0xffffffff &&
         std::any_of(rules.abis.begin(), rules.abis.end(),
                     [&](const AbiRules& abi) {
                       return abi.abi->audit_value == call.arch;
                     });
}

// The ABI that decides is the call's own: under a token that two ABIs share,
// its number tells which.
CallExplanation Explain(const RuleSet& rules, const Policy& policy,
                        const Call& call) {
  const Abi* abi = AbiOfCall(call.arch, call.nr);
  CallExplanation why;
  why.abi = std::string(abi->id);
  why.call = call;
  why.result = Evaluate(policy, call);
  const auto selected =
      std::find_if(rules.abis.begin(), rules.abis.end(),
                   [&](const AbiRules& each) { return each.abi == abi; });
  if (selected != rules.abis.end()) {
    ExplainSelected(rules, *selected, why);
  } else {
    why.reason = IsSkipped(rules, call) ? "defaultAction" : "bad-arch";
  }
  return why;
}

}  // namespace

absl::StatusOr<std::vector<CallExplanation>> ExplainCalls(
    std::string_view text, const CompileOptions& options,
    std::string_view nr_or_name, const std::array<uint64_t, 6>& args,
    const std::vector<std::string>& abis, Diagnostics& findings) {
  const absl::StatusOr<Resolved> resolved =
      ResolveText(text, options, findings);
  if (!resolved.ok()) return resolved.status();
  const RuleSet& rules = resolved->rules;
  const Policy policy = BuildPolicy(rules);
  std::vector<std::string> asked = abis;
  if (asked.empty()) {
    for (const AbiRules& abi : rules.abis) asked.emplace_back(abi.abi->id);
  }
  std::vector<CallExplanation> explanations;
  for (const std::string& id : asked) {
    const Abi* abi = FindAbiById(id);
    if (abi == nullptr) continue;
    const std::optional<uint32_t> nr = FindNumber(*abi, nr_or_name);
    if (!nr) continue;
    explanations.push_back(
        Explain(rules, policy, {*nr, abi->audit_value, 0, args}));
  }
  if (explanations.empty()) {
    return absl::NotFoundError(absl::StrCat(
        "no ABI asked for has the syscall \"", std::string(nr_or_name), "\""));
  }
  return explanations;
}

}  // namespace scbpf
