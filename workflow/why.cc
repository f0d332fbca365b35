// Finds the rules behind a policy's answers.
#include "workflow/why.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "compiler/resolve_parts.h"
#include "syscall-tables/syscalls.h"
#include "syscall-tables/words.h"

namespace scbpf {
namespace {

using Conditions = std::vector<ArgCondition>;

const AbiRules* SelectedRules(const RuleSet& rules, const Abi& abi) {
  for (const AbiRules& one : rules.abis) {
    if (one.abi == &abi) return &one;
  }
  return nullptr;
}

bool SameConditions(const Conditions& a, const Conditions& b) {
  const auto holds_all = [](const Conditions& all, const Conditions& some) {
    return std::all_of(some.begin(), some.end(), [&](const ArgCondition& one) {
      return std::find(all.begin(), all.end(), one) != all.end();
    });
  };
  return holds_all(a, b) && holds_all(b, a);
}

bool Permits(const CallWay& way) {
  return std::all_of(
      way.answers.begin(), way.answers.end(),
      [](const PossibleAnswer& answer) { return IsPermission(answer.result); });
}

// Answers of one number of one ABI.
class WayFinder {
 public:
  WayFinder(const AskedProfile& profile, const Abi& abi, std::string_view name)
      : profile_(profile), abi_(abi), name_(name) {
    rules_ = SelectedRules(profile.resolved.rules, abi);
  }

  CallWay Find(uint32_t nr, const KnownArgs& args, std::string through) const;

 private:
  const Behavior* FindBehavior(uint32_t nr) const;
  const Rule* FindRuleOf(uint32_t nr, const Conditions& all_of,
                         ReturnValue result) const;
  PossibleAnswer Otherwise(uint32_t nr, ReturnValue result,
                           bool may_be_rule) const;
  std::string Words(std::string_view syscall, const Conditions& conditions,
                    const KnownArgs& args, Truth truth) const;
  void AddNear(const KnownArgs& args, CallWay& way) const;
  // Whose arguments conditions are on: a multiplexer's have no names.
  std::string_view ArgumentsOf(const CallWay& way) const {
    return way.through.empty() ? name_ : std::string_view();
  }

  const AskedProfile& profile_;
  const Abi& abi_;
  std::string_view name_;
  const AbiRules* rules_ = nullptr;
};

const Behavior* WayFinder::FindBehavior(uint32_t nr) const {
  for (const ArchPolicy& arch : profile_.policy.arches) {
    if (arch.audit_arch == abi_.audit_value) {
      return &FindRange(arch, nr).behavior;
    }
  }
  return nullptr;
}

const Rule* WayFinder::FindRuleOf(uint32_t nr, const Conditions& all_of,
                                  ReturnValue result) const {
  if (rules_ == nullptr) return nullptr;
  for (const Rule& rule : rules_->rules) {
    if (rule.nr == nr && rule.result == result &&
        SameConditions(rule.all_of, all_of)) {
      return &rule;
    }
  }
  return nullptr;
}

// The answer where no clause holds.
PossibleAnswer WayFinder::Otherwise(uint32_t nr, ReturnValue result,
                                    bool may_be_rule) const {
  PossibleAnswer answer{result, AnswerBy::kUnknownSyscall, "", {}};
  if (rules_ == nullptr) {
    answer.by = AnswerBy::kBadArch;
    return answer;
  }
  const Rule* rule = may_be_rule ? FindRuleOf(nr, {}, result) : nullptr;
  if (rule != nullptr) {
    answer.by = AnswerBy::kRule;
    answer.at = rule->origin;
  } else if (result == profile_.resolved.rules.default_action) {
    answer.by = AnswerBy::kDefaultAction;
    answer.at = profile_.resolved.profile.default_action.at;
  }
  return answer;
}

// The conditions of that truth, in words.
std::string WayFinder::Words(std::string_view syscall,
                             const Conditions& conditions,
                             const KnownArgs& args, Truth truth) const {
  std::string text;
  for (const ArgCondition& condition : conditions) {
    if (Judge(condition, args) != truth) continue;
    if (!text.empty()) text += " && ";
    text += FormatCondition(syscall, condition, abi_.compares_64_bits);
  }
  return text;
}

void WayFinder::AddNear(const KnownArgs& args, CallWay& way) const {
  if (rules_ == nullptr) return;
  for (const Rule& rule : rules_->rules) {
    if (rule.nr != way.nr || JudgeAll(rule.all_of, args) != Truth::kNo) {
      continue;
    }
    // Other calls' twins on the same multiplexer.
    if (rule.twin && rule.name != name_) continue;
    NearRule near{rule.result, rule.origin, "", ""};
    near.wants = Words(ArgumentsOf(way), rule.all_of, args, Truth::kNo);
    for (const ArgCondition& condition : rule.all_of) {
      if (Judge(condition, args) != Truth::kNo) continue;
      if (!args[condition.arg].has_value()) {
        near.has = "no value is";  // a condition that never holds
        continue;
      }
      const std::string value =
          FormatArgument(name_, condition.arg, *args[condition.arg]);
      if (near.has.find(value) != std::string::npos) continue;
      if (!near.has.empty()) near.has += ", ";
      near.has += value;
    }
    way.near.push_back(std::move(near));
  }
}

CallWay WayFinder::Find(uint32_t nr, const KnownArgs& args,
                        std::string through) const {
  CallWay way;
  way.abi = &abi_;
  way.nr = nr;
  way.through = std::move(through);
  const Behavior* behavior = FindBehavior(nr);
  if (behavior == nullptr) {
    way.answers.push_back(Otherwise(nr, profile_.policy.bad_arch, false));
    return way;
  }
  for (const Clause& clause : behavior->clauses) {
    const Truth truth = JudgeAll(clause.all_of, args);
    if (truth == Truth::kNo) continue;
    PossibleAnswer answer{clause.result, AnswerBy::kRule, "", {}};
    const Rule* rule = FindRuleOf(nr, clause.all_of, clause.result);
    if (rule != nullptr) answer.at = rule->origin;
    if (truth == Truth::kMaybe) {
      answer.when = Words(ArgumentsOf(way), clause.all_of, args, Truth::kMaybe);
    }
    way.answers.push_back(std::move(answer));
    if (truth == Truth::kYes) break;
  }
  if (way.answers.empty() || !way.answers.back().when.empty()) {
    way.answers.push_back(
        Otherwise(nr, behavior->otherwise, behavior->clauses.empty()));
  }
  // A rule without conditions leaves all others without effect.
  const bool decided =
      behavior->clauses.empty() && way.answers[0].by == AnswerBy::kRule;
  if (!decided && !Permits(way)) AddNear(args, way);
  return way;
}

void AddDropped(const AskedProfile& profile, CallAnswer& answer) {
  const Profile& read = profile.resolved.profile;
  const RuleSet& rules = profile.resolved.rules;
  for (size_t i = 0; i < read.syscalls.size(); ++i) {
    if (rules.fates[i].kept) continue;
    for (const At<std::string>& name : read.syscalls[i].names) {
      if (name.value != answer.name) continue;
      answer.dropped.push_back(
          {rules.fates[i].result, name.at, rules.fates[i].why});
      break;
    }
  }
}

// The ABI whose rules decide on the number: x32's above x86_64's, and the one
// asked about where a tracer skips the call.
const Abi& OwnerOf(const AskedProfile& profile, const Abi& asked, uint32_t nr) {
  constexpr uint32_t kSkip = 0xffffffff;
  const Abi* owner = AbiOfCall(asked.audit_value, nr);
  if (owner == nullptr || (nr == kSkip && SelectedRules(profile.resolved.rules,
                                                        *owner) == nullptr)) {
    return asked;
  }
  return *owner;
}

std::vector<const Abi*> AbisOf(const AskedProfile& profile,
                               const std::vector<std::string>& ids) {
  std::vector<const Abi*> abis;
  for (const std::string& id : ids) {
    const Abi* abi = FindAbiById(id);
    if (abi != nullptr) abis.push_back(abi);
  }
  if (ids.empty()) {
    for (const AbiRules& rules : profile.resolved.rules.abis) {
      abis.push_back(rules.abi);
    }
  }
  return abis;
}

}  // namespace

absl::StatusOr<AskedProfile> ReadAskedProfile(std::string text,
                                              const CompileOptions& options,
                                              Diagnostics& findings) {
  AskedProfile profile{std::move(text), options, {}, {}};
  absl::StatusOr<Resolved> resolved =
      ResolveText(profile.text, options, findings);
  if (!resolved.ok()) return resolved.status();
  profile.resolved = *std::move(resolved);
  profile.policy = BuildPolicy(profile.resolved.rules);
  return profile;
}

absl::StatusOr<CallAnswer> AskWhy(const AskedProfile& profile,
                                  const CallPattern& call,
                                  const std::vector<std::string>& abis) {
  CallAnswer answer;
  answer.call = call;
  for (const Abi* asked : AbisOf(profile, abis)) {
    const std::optional<uint32_t> nr = NumberOfPattern(*asked, call);
    const Abi* abi = nr.has_value() ? &OwnerOf(profile, *asked, *nr) : asked;
    std::string name = call.word;
    if (!IsSyscallName(name)) {
      name = nr.has_value() ? std::string(NameOf(*abi, *nr)) : "";
    }
    if (answer.name.empty()) answer.name = name;
    const WayFinder finder(profile, *abi, name);
    const size_t before = answer.ways.size();
    if (nr.has_value()) {
      answer.ways.push_back(finder.Find(*nr, call.args, ""));
    }
    if (const auto multiplexer = FindMultiplexer(*abi, name)) {
      KnownArgs args;
      args[0] = multiplexer->call;
      answer.ways.push_back(
          finder.Find(multiplexer->nr, args, FormatMultiplexer(*multiplexer)));
    }
    if (answer.ways.size() == before) answer.without.emplace_back(abi->id);
  }
  if (answer.ways.empty()) {
    return absl::NotFoundError(
        absl::StrCat("no ABI asked for has the syscall \"", call.word, "\""));
  }
  AddDropped(profile, answer);
  return answer;
}

bool IsPermitted(const CallAnswer& answer) {
  return std::all_of(
      answer.ways.begin(), answer.ways.end(), [&](const CallWay& way) {
        if (way.through.empty()) return Permits(way);
        const bool has_own = std::any_of(
            answer.ways.begin(), answer.ways.end(), [&](const CallWay& other) {
              return other.abi == way.abi && other.through.empty();
            });
        return has_own || Permits(way);
      });
}

}  // namespace scbpf
