// The rules of an ABI, number by number.
#ifndef SCBPF_COMPILER_RULE_GROUPS_H_
#define SCBPF_COMPILER_RULE_GROUPS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/rule_set.h"

namespace scbpf {

// The rules of one number: indices in file order.
struct RuleGroup {
  uint32_t nr = 0;
  std::span<const uint32_t> members;
  // The first rule without conditions, which decides alone; nullptr: none.
  const Rule* decider = nullptr;
};

// The groups of a list of rules, ascending by number. The list must outlive
// this.
class RuleGroups {
 public:
  explicit RuleGroups(const std::vector<Rule>& rules);
  RuleGroups(RuleGroups&&) = default;
  RuleGroups& operator=(RuleGroups&&) = default;

  const std::vector<Rule>& rules() const { return *rules_; }
  std::span<const RuleGroup> groups() const { return groups_; }
  // nullptr: no rule is on `nr`.
  const RuleGroup* Find(uint32_t nr) const;

 private:
  const std::vector<Rule>* rules_;
  std::vector<uint32_t> order_;
  std::vector<RuleGroup> groups_;
};

// The groups of each ABI of `rules`, which must outlive them and may be moved.
std::vector<RuleGroups> GroupRules(const RuleSet& rules);

// BuildPolicy and WarnOfRules of rules that are grouped already.
Policy BuildPolicy(const RuleSet& rules, std::span<const RuleGroups> groups);
void WarnOfRules(const Profile& profile, const RuleSet& rules,
                 std::span<const RuleGroups> groups, const Target& target,
                 Diagnostics& findings);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_RULE_GROUPS_H_
