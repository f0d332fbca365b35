// WarnOfMultiplexing: calls that socketcall and ipc reach past a rule
// (docs/semantics.md section 3).
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "compiler/resolve_parts.h"
#include "compiler/warnings.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

constexpr const char* kFolded =
    "calls reached through socketcall and ipc are not bound by the conditions "
    "of their rules; --multiplex=strict or none closes that way, "
    "--multiplex=libseccomp keeps it";

bool IsPermission(ReturnValue value) {
  const Action action = ActionOf(value);
  return action == Action::kAllow || action == Action::kLog;
}

bool HasConditions(const WarningContext& context, const Abi& abi,
                   const Rule& twin) {
  const ProfileEntry& entry = context.profile.syscalls[twin.entry];
  if (entry.args.empty()) return false;
  const Conditions wide = SplitConditions(entry, ArgSemantics::kAnd)[0];
  return !Narrow(wide, abi, twin.name, context.target.int_args).empty();
}

// "ipc(14)".
std::string CallThrough(const Multiplexer& multiplexer) {
  return absl::StrCat(std::string(multiplexer.name), "(", multiplexer.call,
                      ")");
}

// What to say of the twin; empty: nothing.
std::string Bypass(const WarningContext& context, const Abi& abi,
                   const Rule& twin, const Rule* decider) {
  const std::optional<Multiplexer> multiplexer =
      FindMultiplexer(abi, twin.name);
  if (!multiplexer.has_value()) return {};
  if (decider != nullptr && MoreRestrictive(decider->result, twin.result)) {
    return {};
  }
  // Through ipc the kernel takes the low half of argument 0's low word.
  std::string version;
  if (multiplexer->name == "ipc" && decider == nullptr &&
      MoreRestrictive(twin.result, context.rules.default_action)) {
    version =
        absl::StrCat("of whose argument 0 the kernel reads 16 bits: ipc(0x",
                     absl::Hex(0x10000 + multiplexer->call),
                     ") is the same call and passes this rule");
  }
  const bool has_conditions = HasConditions(context, abi, twin);
  if (!has_conditions && version.empty()) return {};
  const std::string way = absl::StrCat(
      "on ", std::string(abi.id), " \"", std::string(twin.name),
      "\" is reached through ", CallThrough(*multiplexer), " too, ");
  if (!has_conditions) return way + version;
  if (!version.empty()) version = "; and " + version;
  if (decider != nullptr || twin.all_of.size() == 1) {
    const std::string answer =
        FormatReturnValue(decider != nullptr ? decider->result : twin.result);
    return absl::StrCat(way, "where the answer is ", answer,
                        IsPermission(twin.result) || decider == nullptr
                            ? " whatever its arguments"
                            : " past this rule",
                        version);
  }
  return absl::StrCat(way,
                      "where the conditions of this rule look at other values "
                      "than the call's arguments",
                      version);
}

}  // namespace

void WarnOfMultiplexing(WarningContext& context) {
  if (context.target.multiplex_chosen ||
      context.target.multiplex != Multiplex::kLibseccomp) {
    return;
  }
  ToldRules told;
  for (size_t a = 0; a < context.groups.size(); ++a) {
    const Abi& abi = *context.rules.abis[a].abi;
    for (const Rule& rule : context.rules.abis[a].rules) {
      if (!rule.twin) continue;
      const RuleGroup* group = context.groups[a].Find(rule.nr);
      std::string text = Bypass(context, abi, rule, group->decider);
      if (text.empty() || !told.Add(rule.entry, rule.origin)) continue;
      context.Tell(Severity::kWarning, "multiplexed-call", rule.origin,
                   std::move(text), kFolded);
    }
  }
}

}  // namespace scbpf
