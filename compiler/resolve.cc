// Resolve: which rules of a profile hold for a target, and on which numbers.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/resolve_parts.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

// Of all ABIs: some hundred times what fits into the kernel's filters.
constexpr size_t kMostRules = 250'000;
// Looking for the nearest of all names takes long; a thousand are told.
constexpr int kMostSuggestions = 1000;

// One run of Resolve over the entries of a profile.
class Resolver {
 public:
  Resolver(const Profile& profile, const Target& target, RuleSet& rules,
           Diagnostics& findings)
      : profile_(profile),
        target_(target),
        rules_(rules),
        findings_(findings),
        enosys_(WantsEnosys(target, rules.default_action)),
        named_(rules.abis.size()) {}

  void Run() {
    ReserveRules();
    for (uint32_t i = 0; i < profile_.syscalls.size(); ++i) {
      if (!ResolveEntry(i)) return;
    }
    if (enosys_) MarkUnknown(target_, named_, rules_);
  }

 private:
  void ReserveRules() {
    size_t count = 0;
    for (size_t i = 0; i < profile_.syscalls.size(); ++i) {
      if (rules_.fates[i].kept) count += profile_.syscalls[i].names.size();
    }
    for (AbiRules& abi : rules_.abis) abi.rules.reserve(count + count / 8);
  }

  // False: there are too many rules.
  bool ResolveEntry(uint32_t index) {
    const ProfileEntry& entry = profile_.syscalls[index];
    const EntryFate& fate = rules_.fates[index];
    const bool names_count = enosys_ && (fate.kept || fate.equals_default);
    std::vector<Conditions> wide;
    if (fate.kept) {
      wide = SplitConditions(entry, target_.arg_semantics);
      if (wide.size() > 1) TellRepeatedIndex(entry);
    }
    for (const At<std::string>& name : entry.names) {
      const std::optional<size_t> place = FindSyscall(name.value);
      bool found = false;
      for (size_t a = 0; place && a < rules_.abis.size(); ++a) {
        const Abi& abi = *rules_.abis[a].abi;
        const std::optional<uint32_t> nr = NumberAt(abi, *place);
        const std::optional<Multiplexer> multiplexer =
            target_.multiplex == Multiplex::kNone ? std::nullopt
                                                  : MultiplexerAt(abi, *place);
        found = found || nr.has_value() || multiplexer.has_value();
        if (names_count && nr.has_value()) named_[a].push_back(*nr);
        for (const Conditions& conditions : wide) {
          if (nr.has_value()) {
            Rule& rule = AddRule(index, name, *nr, rules_.abis[a].rules);
            if (!conditions.empty()) {
              rule.all_of =
                  Narrow(conditions, abi, name.value, target_.int_args);
            }
          }
          if (multiplexer.has_value()) {
            AddTwin(index, name, *multiplexer, conditions, rules_.abis[a]);
          }
        }
      }
      if (!found) TellMissing(name, fate.kept);
      if (count_ > kMostRules) {
        TellTooManyRules(entry, wide.size());
        return false;
      }
    }
    return true;
  }

  Rule& AddRule(uint32_t entry, const At<std::string>& name, uint32_t nr,
                std::vector<Rule>& rules) {
    ++count_;
    Rule& rule = rules.emplace_back();
    rule.nr = nr;
    rule.result = rules_.fates[entry].result;
    rule.entry = entry;
    rule.origin = name.at;
    rule.name = name.value;
    return rule;
  }

  // The rule's form on the multiplexer.
  void AddTwin(uint32_t entry, const At<std::string>& name,
               const Multiplexer& multiplexer, const Conditions& wide,
               AbiRules& abi) {
    Conditions conditions =
        Narrow(wide, *abi.abi, multiplexer.name, target_.int_args);
    if (target_.multiplex == Multiplex::kStrict && !conditions.empty()) {
      if (IsPermission(rules_.fates[entry].result)) return;
      conditions.clear();
    }
    Rule& rule = AddRule(entry, name, multiplexer.nr, abi.rules);
    rule.twin = true;
    rule.all_of = Narrow({{0, CompareOp::kEq, multiplexer.call}}, *abi.abi,
                         multiplexer.name, target_.int_args);
    for (const ArgCondition& condition : conditions) {
      if (condition.arg != 0) rule.all_of.push_back(condition);
    }
  }

  void TellRepeatedIndex(const ProfileEntry& entry) {
    const ProfileArg* arg = FindRepeatedIndex(entry);
    findings_.push_back(
        {Severity::kWarning, "repeated-index", arg->index.at,
         absl::StrCat("argument ", arg->index.value,
                      " has two conditions: as in runc and crun, any one of "
                      "the ",
                      entry.args.size(),
                      " conditions of this entry is then enough; to want all "
                      "of them, use --arg-semantics=and")});
  }

  void TellTooManyRules(const ProfileEntry& entry, size_t conditions) {
    findings_.push_back(
        {Severity::kError, "too-many-rules", entry.at,
         absl::StrCat("this profile has more than ", kMostRules,
                      " rules: every name of an entry is one on each ABI (",
                      entry.names.size(), " on ", rules_.abis.size(),
                      " here), times ", conditions,
                      " where any of so many conditions is enough")});
  }

  void TellMissing(const At<std::string>& name, bool kept) {
    if (!IsSyscallName(name.value)) {
      std::string text = absl::StrCat("unknown system call \"", name.value,
                                      "\": skipped, as runc and crun do");
      const std::string_view near =
          suggestions_++ < kMostSuggestions
              ? NearestName(name.value, AllSyscallNames())
              : std::string_view();
      if (!near.empty()) {
        absl::StrAppend(&text, "; did you mean \"", std::string(near), "\"?");
      }
      findings_.push_back(
          {Severity::kWarning, "unknown-syscall", name.at, std::move(text)});
      return;
    }
    if (!kept || rules_.abis.empty()) return;
    std::string abis;
    for (const AbiRules& abi : rules_.abis) {
      absl::StrAppend(&abis, abis.empty() ? "" : ", ",
                      std::string(abi.abi->id));
    }
    findings_.push_back(
        {Severity::kNote, "syscall-not-on-abi", name.at,
         absl::StrCat("\"", name.value, "\" does not exist on ", abis)});
  }

  const Profile& profile_;
  const Target& target_;
  RuleSet& rules_;
  Diagnostics& findings_;
  const bool enosys_;
  size_t count_ = 0;  // of rules, on all ABIs
  int suggestions_ = 0;
  // Per ABI, the numbers that entries name; filled for ENOSYS alone.
  std::vector<std::vector<uint32_t>> named_;
};

}  // namespace

RuleSet Resolve(const Profile& profile, const Target& target,
                Diagnostics& findings) {
  RuleSet rules;
  rules.native = FindAbiById(target.native);
  std::optional<uint16_t> data;
  if (profile.default_errno_ret) data = profile.default_errno_ret->value;
  rules.default_action = MakeReturnValue(profile.default_action.value, data);
  rules.bad_arch = target.bad_arch;
  rules.fates.resize(profile.syscalls.size());
  if (rules.native == nullptr) {
    findings.push_back(
        {Severity::kError,
         "unknown-abi",
         {},
         absl::StrCat("unknown native ABI \"", target.native, "\"")});
    return rules;
  }
  for (const Abi* abi : SelectAbis(profile, target, *rules.native, findings)) {
    rules.abis.emplace_back().abi = abi;
  }
  DecideEntries(profile, target, rules);
  Resolver(profile, target, rules, findings).Run();
  return rules;
}

}  // namespace scbpf
