// Tries the edits of patch_edits.h, and keeps the first that is proved.
#include "workflow/patch_profile.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "compiler/resolve_parts.h"
#include "compiler/rule_set.h"
#include "scbpf/profile.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"
#include "workflow/patch_edits.h"
#include "workflow/patch_wanted.h"
#include "workflow/say_call.h"

namespace scbpf {
namespace {

constexpr uint32_t kMax = std::numeric_limits<uint32_t>::max();

// The work on one step.
class Step {
 public:
  Step(const Draft& old, const PatchStep& step, const Target& target,
       const ProofBudget& budget)
      : old_(old),
        step_(step),
        name_(step.call.word),
        target_(target),
        budget_(budget) {}

  // The edited draft; what it came to is appended to `said`.
  absl::StatusOr<Draft> Run(std::vector<std::string>& said);

 private:
  absl::StatusOr<bool> HoldsIn(const Policy& policy) const;
  absl::StatusOr<bool> ChangesOnlyTheCall(const Policy& policy);
  bool IsOfTheCall(const Region& region);
  absl::StatusOr<Draft> SaidAnew() const;
  std::string PermittedByOthers() const;
  std::string DecidedByMultiplexer() const;
  std::string FormsOf(const Policy& policy) const;
  std::string Outcome(const Policy& policy, bool already) const;

  const Draft& old_;
  const PatchStep& step_;
  const std::string& name_;
  const Target& target_;
  const ProofBudget& budget_;
  std::vector<WantedNumber> wanted_;
  std::vector<const Abi*> forms_;  // ABIs whose multiplexed form changes, too
};

// Why the call is still permitted where no entry on itself does so: "" unless
// it multiplexes others.
std::string Step::PermittedByOthers() const {
  std::vector<std::string> names;
  for (const AbiRules& rules : old_.rules.abis) {
    const std::optional<uint32_t> nr = NumberOf(*rules.abi, name_);
    for (const Rule& rule : rules.rules) {
      const std::string name(rule.name);
      if (!rule.twin || rule.nr != nr || !Permits(rule.result)) continue;
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(name);
      }
    }
  }
  if (names.empty()) return {};
  const size_t others = names.size() - 1;
  std::string text = absl::StrCat(
      name_, " stays permitted by what it multiplexes (", names[0]);
  if (others > 0) absl::StrAppend(&text, " and ", others, " more");
  return text + "): deny these too, or choose --multiplex=none";
}

// Why a form cannot be changed: a rule on its multiplexer as a whole decides.
// "": none does.
std::string Step::DecidedByMultiplexer() const {
  for (const WantedNumber& want : wanted_) {
    if (!want.through) continue;
    for (const AbiRules& rules : old_.rules.abis) {
      for (const Rule& rule : rules.rules) {
        if (rules.abi != want.abi || rule.nr != want.nr || rule.twin ||
            !rule.all_of.empty()) {
          continue;
        }
        return absl::StrCat(
            name_, " is ", FormatMultiplexer(*want.through), " on ",
            std::string(want.abi->id), ", and the profile answers ",
            std::string(want.through->name), " as a whole: change that first");
      }
    }
  }
  return {};
}

absl::StatusOr<bool> Step::HoldsIn(const Policy& policy) const {
  const auto difference = FindDifference(
      Side::Of(policy), Side::Of(WithWanted(policy, wanted_)), budget_);
  if (!difference.ok()) return difference.status();
  return !difference->has_value();
}

// Whether the region holds nothing but the call or a multiplexed form of it,
// which is noted.
bool Step::IsOfTheCall(const Region& region) {
  if (region.first != region.last || region.arch != region.arch_last) {
    return false;
  }
  for (const AbiRules& rules : old_.rules.abis) {
    const Abi& abi = *rules.abi;
    if (abi.audit_value != region.arch) continue;
    if (NumberOf(abi, name_) == region.first) return true;
    const auto multiplexer = FindMultiplexer(abi, name_);
    if (!multiplexer || multiplexer->nr != region.first || region.partial) {
      continue;
    }
    const auto is_this_call = [&](const ArgCondition& condition) {
      return condition.arg == 0 && condition.op == CompareOp::kEq &&
             static_cast<uint32_t>(condition.mask) == kMax &&
             static_cast<uint32_t>(condition.value) == multiplexer->call;
    };
    forms_.push_back(&abi);
    return !region.any_of.empty() &&
           std::all_of(region.any_of.begin(), region.any_of.end(),
                       [&](const Conjunction& all_of) {
                         return std::any_of(all_of.begin(), all_of.end(),
                                            is_this_call);
                       });
  }
  return false;
}

absl::StatusOr<bool> Step::ChangesOnlyTheCall(const Policy& policy) {
  forms_.clear();
  const auto regions =
      FindRegions(Side::Of(old_.policy), Side::Of(policy), budget_);
  if (!regions.ok()) return regions.status();
  for (const Region& region : *regions) {
    // Neighbours may share a region: then each of its numbers must be known.
    for (uint32_t nr = region.first;; ++nr) {
      Region one = region;
      one.first = one.last = nr;
      if (!IsOfTheCall(one)) return false;
      if (nr == region.last) break;
    }
  }
  return true;
}

// All that is said of the call, said again by the fewest rules.
absl::StatusOr<Draft> Step::SaidAnew() const {
  Budget budget(budget_);
  const DataOrder order;
  std::vector<Wanted> wanted;
  for (const WantedNumber& want : wanted_) {
    wanted.push_back({want.abi, &want.behavior});
  }
  const auto rules =
      CallSayer(target_, old_.rules.default_action, order, budget)
          .Say(name_, wanted);
  if (!rules.ok()) return rules.status();
  return SayAnew(old_, target_, name_, *rules);
}

// The multiplexed forms whose answers change with the call's, in words.
std::string Step::FormsOf(const Policy& policy) const {
  std::string text;
  for (const AbiRules& rules : old_.rules.abis) {
    const Abi& abi = *rules.abi;
    const auto multiplexer = FindMultiplexer(abi, name_);
    if (!multiplexer || wanted_[0].through ||
        std::count(forms_.begin(), forms_.end(), &abi) == 0) {
      continue;
    }
    absl::StrAppend(&text, "; on ", std::string(abi.id), " ",
                    FormatMultiplexer(*multiplexer), " too");
    if (FormatCallPattern(step_.call) == name_) continue;
    // Arguments 1 to 5 of the call are not the multiplexer's.
    KnownArgs args;
    args[0] = multiplexer->call;
    const Behavior& behavior = BehaviorOf(policy, abi, multiplexer->nr);
    const bool depends =
        std::any_of(behavior.clauses.begin(), behavior.clauses.end(),
                    [&](const Clause& clause) {
                      return JudgeAll(clause.all_of, args) == Truth::kMaybe;
                    });
    text += depends ? ", where its own arguments are these"
                    : ", whatever its arguments";
  }
  return text;
}

std::string Step::Outcome(const Policy& policy, bool already) const {
  std::vector<std::string> abis;
  std::string text = (step_.allow ? "+" : "-") + FormatCallPattern(step_.call);
  text += already ? ": already " : ": ";
  text += step_.allow ? "allowed on" : "denied on";
  for (const WantedNumber& want : wanted_) {
    absl::StrAppend(&text, " ", std::string(want.abi->id));
    if (want.through) text += " by " + FormatMultiplexer(*want.through);
  }
  if (!already) text += FormsOf(policy);
  if (step_.allow) return text;
  for (const AbiRules& rules : old_.rules.abis) {
    const auto multiplexer = FindMultiplexer(*rules.abi, name_);
    if (!multiplexer) continue;
    Call call{multiplexer->nr, rules.abi->audit_value, 0, {}};
    call.args[0] = multiplexer->call;
    if (!Permits(Evaluate(policy, call))) continue;
    absl::StrAppend(&text, "; still reachable on ", std::string(rules.abi->id),
                    " by ", FormatMultiplexer(*multiplexer));
  }
  return text;
}

absl::StatusOr<Draft> Step::Run(std::vector<std::string>& said) {
  auto wanted = FindWanted(old_, step_, target_);
  if (!wanted.ok()) return wanted.status();
  wanted_ = *std::move(wanted);
  const auto already = HoldsIn(old_.policy);
  if (!already.ok()) return already.status();
  if (*already) {
    said.push_back(Outcome(old_.policy, true));
    return ReadDraft(old_.text, target_);
  }
  absl::Status failed;
  const bool by_form = wanted_[0].through.has_value();
  for (const bool anew : {false, true}) {
    if (anew && by_form) break;
    absl::StatusOr<Draft> draft =
        anew ? SaidAnew()
             : EditInPlace(old_, target_, name_, step_.allow, step_.call.args);
    if (!draft.ok()) {
      failed = draft.status();
      continue;
    }
    const auto holds = HoldsIn(draft->policy);
    if (!holds.ok()) return holds.status();
    const auto alone = ChangesOnlyTheCall(draft->policy);
    if (!alone.ok()) return alone.status();
    if (*holds && *alone) {
      said.push_back(Outcome(draft->policy, false));
      return draft;
    }
  }
  const std::string others = step_.allow ? "" : PermittedByOthers();
  if (!others.empty()) return absl::InvalidArgumentError(others);
  const std::string whole = DecidedByMultiplexer();
  if (!whole.empty()) return absl::InvalidArgumentError(whole);
  if (!failed.ok()) return failed;
  return absl::InvalidArgumentError(
      absl::StrCat("no edit is known that changes ",
                   FormatCallPattern(step_.call), " so and nothing else"));
}

}  // namespace

absl::StatusOr<PatchStep> ParsePatchStep(std::string_view text) {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", std::string(text), "\" starts with neither + nor -"));
  }
  absl::StatusOr<CallPattern> call = ParseCallPattern(text.substr(1));
  if (!call.ok()) return call.status();
  PatchStep step{text[0] == '+', *std::move(call)};
  if (!IsSyscallName(step.call.word)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", step.call.word, "\": a profile holds names, not numbers"));
  }
  const bool has_args =
      std::any_of(step.call.args.begin(), step.call.args.end(),
                  [](const auto& arg) { return arg.has_value(); });
  if (step.allow || !has_args) return step;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", std::string(text),
                   "\": - takes a whole call away; what shall stay allowed "
                   "is said by + with its arguments"));
}

absl::StatusOr<PatchedProfile> PatchProfile(std::string_view text,
                                            const std::vector<PatchStep>& steps,
                                            const Target& target,
                                            const ProofBudget& budget,
                                            Diagnostics& findings) {
  absl::StatusOr<Draft> draft = ReadDraft(std::string(text), target, &findings);
  if (!draft.ok()) return draft.status();
  PatchedProfile patched;
  for (const PatchStep& step : steps) {
    absl::StatusOr<Draft> next =
        Step(*draft, step, target, budget).Run(patched.said);
    if (!next.ok()) return next.status();
    draft = std::move(next);
  }
  patched.text = draft->text;
  return patched;
}

}  // namespace scbpf
