// The parts of Resolve: which ABIs, which entries, which conditions, which
// numbers count as known.
#ifndef SCBPF_COMPILER_RESOLVE_PARTS_H_
#define SCBPF_COMPILER_RESOLVE_PARTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "arch/abi.h"
#include "compiler/rule_set.h"
#include "scbpf/diagnostic.h"
#include "scbpf/policy.h"
#include "scbpf/profile.h"
#include "scbpf/target.h"

namespace scbpf {

// The ABIs to compile, the native one first where it is among them; ABIs that
// the profile asks for in vain are told.
std::vector<const Abi*> SelectAbis(const Profile& profile, const Target& target,
                                   const Abi& native, Diagnostics& findings);

// What becomes of each entry: fills fates, kernel_decided and
// capabilities_decided. `rules` has its native ABI and default action.
void DecideEntries(const Profile& profile, const Target& target,
                   RuleSet& rules);

using Conditions = std::vector<ArgCondition>;

// The first condition on an argument that an earlier one is on; nullptr: none.
const ProfileArg* FindRepeatedIndex(const ProfileEntry& entry);

// The rules an entry stands for, each a list of conditions as wide as the
// profile writes them: one, or one per condition where an index repeats.
std::vector<Conditions> SplitConditions(const ProfileEntry& entry,
                                        ArgSemantics semantics);

// `wide` as `abi` compares it for `syscall`, without conditions that are none.
Conditions Narrow(const Conditions& wide, const Abi& abi,
                  std::string_view syscall, IntArgs int_args);

// "socketcall" or "ipc", and its number where `abi` has one.
struct Multiplexer {
  std::string_view name;
  uint32_t nr = 0;
  uint32_t call = 0;  // what argument 0 holds
};
// "socketcall(1)".
std::string FormatMultiplexer(const Multiplexer& multiplexer);
std::optional<Multiplexer> FindMultiplexer(const Abi& abi,
                                           std::string_view syscall);
// The same for the call at `place` of the tables.
std::optional<Multiplexer> MultiplexerAt(const Abi& abi, size_t place);

// Whether unknown numbers shall answer ENOSYS beside this default action.
bool WantsEnosys(const Target& target, ReturnValue default_action);

// Sets the border, or the numbers known, of every ABI. `named` holds, per
// ABI of `rules`, the numbers that entries name.
void MarkUnknown(const Target& target,
                 const std::vector<std::vector<uint32_t>>& named,
                 RuleSet& rules);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_RESOLVE_PARTS_H_
