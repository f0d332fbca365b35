// What the parts of Lint look at, one part a family of rules.
#ifndef SCBPF_WORKFLOW_LINT_CONTEXT_H_
#define SCBPF_WORKFLOW_LINT_CONTEXT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/rule_groups.h"
#include "compiler/rule_set.h"
#include "scbpf/policy.h"
#include "workflow/lint.h"

namespace scbpf {

// `groups` has one element per ABI of `rules`.
struct LintContext {
  std::string_view text;
  const Profile& profile;
  const RuleSet& rules;
  const Policy& policy;
  const LintOptions& options;
  std::vector<RuleGroups> groups;
  std::vector<LintFinding>& findings;

  const Target& target() const { return options.compile.target; }

  // Adds a finding with the severity that the rule `id` has, and returns it
  // for changes; it stays where it is until the next one.
  LintFinding& Tell(std::string_view id, SourceSpan at, std::string words);
};

// What calls of `name` get on the ABI `abi` (an index); nullptr: the ABI has
// no such call.
const Behavior* FindBehavior(const LintContext& context, size_t abi,
                             std::string_view name);

// Whatever the arguments: the call is made; it is not (ERRNO, TRAP, KILL).
bool AlwaysPasses(const Behavior& behavior);
bool NeverPasses(const Behavior& behavior);
// The call is made for some arguments at least.
bool MayPass(const Behavior& behavior);

// A rule on `name`: the one that decides alone, else the first; nullptr: the
// default action decides.
const Rule* FindRule(const LintContext& context, size_t abi,
                     std::string_view name);

// Where to point for calls of `name`: at the rule, else the default action.
SourceSpan PlaceOf(const LintContext& context, size_t abi,
                   std::string_view name);

// "syscalls[3]".
std::string LintEntryName(uint32_t entry);

// Rules without effect, rules twice, conditions that always hold.
void LintEffects(LintContext& context);
// Which ABIs the profile serves.
void LintAbis(LintContext& context);
// New calls refused so that no program falls back on the old one; calls with
// the same effect that are answered otherwise.
void LintRelatedCalls(LintContext& context);
// Calls that reach past a container.
void LintDangerousCalls(LintContext& context);
// Whether a program can start.
void LintStart(LintContext& context);
// Sizes: of the filter, of Kubernetes' artifacts.
void LintLimits(LintContext& context);
// What LintOptions::reader does with the profile.
void LintReaders(LintContext& context);

// Changes the severity of the compiler's findings to what the reader makes of
// them.
void WeighForReader(const Profile& profile, ProfileReader reader,
                    std::vector<LintFinding>& findings);

// Moves what comments keep silent from findings to suppressed, drops what is
// `allowed`, and tells of words in comments that have no effect.
void SuppressFindings(const Profile& profile,
                      const std::vector<std::string>& allowed,
                      LintReport& report);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_LINT_CONTEXT_H_
