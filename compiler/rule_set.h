// What a profile's rules are for one target: names as numbers, entries kept or
// dropped, each rule with its origin. The value of Resolve.
#ifndef SCBPF_COMPILER_RULE_SET_H_
#define SCBPF_COMPILER_RULE_SET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/abi.h"
#include "scbpf/diagnostic.h"
#include "scbpf/policy.h"
#include "scbpf/profile.h"
#include "scbpf/target.h"

namespace scbpf {

// A rule on one number of one ABI. Conditions are already as wide as the ABI
// compares them; a condition that is none (mask 0) is left out.
struct Rule {
  uint32_t nr = 0;
  std::vector<ArgCondition> all_of;
  ReturnValue result;
  uint32_t entry = 0;     // index into Profile::syscalls
  SourceSpan origin;      // the name in the entry
  std::string_view name;  // as the profile has it (points into the Profile)
  bool twin = false;      // the socketcall/ipc form of a multiplexed call

  bool operator==(const Rule&) const = default;
};

// Rules in file order; `border`: with UnknownSyscalls::kEnosys without a
// version, the greatest number named for this ABI.
struct AbiRules {
  const Abi* abi = nullptr;
  std::vector<Rule> rules;
  std::optional<uint32_t> border;
  // With a version: the numbers that answer ENOSYS are those not in here
  // (ascending; every number of the tables up to it, and every one named).
  std::vector<uint32_t> known;
};

// What became of an entry, for --emit=rules: kept, or dropped and why.
struct EntryFate {
  bool kept = true;
  bool equals_default = false;  // why it was dropped
  ReturnValue result;           // what its rules answer
  std::string why;              // "excludes.caps: CAP_SYS_ADMIN is held", ...
};

struct RuleSet {
  const Abi* native = nullptr;
  std::vector<AbiRules> abis;  // the native one first where it is selected
  ReturnValue default_action;
  ReturnValue bad_arch;
  // Whether numbers that are unknown answer ENOSYS (docs/semantics.md 6).
  bool unknown_is_enosys = false;
  bool unknown_by_version = false;
  std::vector<EntryFate> fates;  // one per entry of the profile
  bool kernel_decided = false;
  bool capabilities_decided = false;
};

// Sections 2, 3 and 6 of docs/semantics.md. `target`'s ABIs must have tables.
// The profile must outlive the result. Findings are appended.
RuleSet Resolve(const Profile& profile, const Target& target,
                Diagnostics& findings);

// Section 4. Never fails.
Policy BuildPolicy(const RuleSet& rules);

// The warnings of sections 2 to 6 that look at resolved rules: rules shadowed
// or clashing, multiplexed calls, truncated arguments, wide values, ...
void WarnOfRules(const Profile& profile, const RuleSet& rules,
                 const Target& target, Diagnostics& findings);

// --emit=rules and --emit=policy.
std::string FormatRules(std::string_view text, const Profile& profile,
                        const RuleSet& rules);
std::string FormatPolicy(const Policy& policy);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_RULE_SET_H_
