// The parts of WarnOfRules, one kind of warning each.
#ifndef SCBPF_COMPILER_WARNINGS_H_
#define SCBPF_COMPILER_WARNINGS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compiler/rule_groups.h"
#include "compiler/rule_set.h"

namespace scbpf {

// What every part looks at. `groups` has one element per ABI of `rules`.
struct WarningContext {
  const Profile& profile;
  const RuleSet& rules;
  const Target& target;
  std::span<const RuleGroups> groups;
  Diagnostics& findings;

  void Tell(Severity severity, const char* id, SourceSpan at, std::string text,
            std::string folded = {}) {
    findings.push_back({severity, id, at, std::move(text), std::move(folded)});
  }
};

// Rules told of already: an entry's name is told once, not for every ABI.
class ToldRules {
 public:
  // Whether this is the first time.
  bool Add(uint32_t entry, SourceSpan name) {
    return told_.insert({entry, name.offset}).second;
  }

 private:
  std::set<std::pair<uint32_t, uint32_t>> told_;
};

// "syscalls[3]".
std::string EntryName(uint32_t entry);

// Whether includes or excludes choose the entry.
bool IsFiltered(const WarningContext& context, uint32_t entry);

// What the rules of one number answer to a call with these arguments, and the
// rule that says so; nullptr: the default action.
struct GroupAnswer {
  ReturnValue result;
  const Rule* rule = nullptr;
};
GroupAnswer AnswerTo(const WarningContext& context, const RuleGroups& abi,
                     const RuleGroup& group,
                     const std::array<uint64_t, 6>& args);

// A rule that an unconditional one leaves without effect.
void WarnOfShadowedRules(WarningContext& context);

// Rules that answer differently to the same call.
void WarnOfClashes(WarningContext& context);

// Two rules of one number, as indices, the later of which libseccomp refuses
// beside the earlier one (EEXIST).
struct Refusal {
  uint32_t earlier = 0;
  uint32_t later = 0;
};
std::vector<Refusal> FindRefusals(const Abi& abi,
                                  const std::vector<Rule>& rules,
                                  const RuleGroup& group);
void TellRefusal(WarningContext& context, const Abi& abi, const Rule& earlier,
                 const Rule& later);

// Refusals of rules on calls that an ABI lacks.
void WarnOfNumberlessRefusals(WarningContext& context, ToldRules& told);

// Entries dropped because they answer as the default action does, although
// another rule answers otherwise.
void WarnOfLostRules(WarningContext& context);

// Calls that socketcall or ipc reach past the conditions.
void WarnOfMultiplexing(WarningContext& context);

// Values that are too wide, pointers, arguments that the kernel truncates.
void WarnOfArguments(WarningContext& context);

// What becomes of --unknown-syscalls.
void WarnOfUnknownSyscalls(WarningContext& context);

// Arguments for which all conditions of both lists hold; nullopt: there are
// none. Conditions on one argument all look at 64 bits, or all at 32.
std::optional<std::array<uint64_t, 6>> FindArguments(
    std::span<const ArgCondition> a, std::span<const ArgCondition> b);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_WARNINGS_H_
