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

constexpr const char* kId = "multiplexed-call";
constexpr const char* kPermissions =
    "conditions of permissions do not bind calls that come through socketcall "
    "and ipc; --multiplex=strict or none closes that way, "
    "--multiplex=libseccomp keeps it";
constexpr const char* kDenials =
    "conditions of denials do not look at the arguments of calls that come "
    "through socketcall and ipc; --multiplex=strict denies those whatever "
    "their arguments, --multiplex=libseccomp keeps this";
constexpr const char* kBeside =
    "denials are passed by calls that come through socketcall and ipc, which "
    "the profile answers as a whole; no --multiplex closes that way";
constexpr const char* kVersions =
    "denials of calls that come through ipc are passed by ipc(0x10000 + call), "
    "since the kernel reads 16 bits of its argument 0; no --multiplex closes "
    "that way, denials of \"ipc\" with argument 0 & 0xffff == call do";

// The twins of one ABI.
class Twins {
 public:
  Twins(WarningContext& context, size_t abi)
      : context_(context),
        groups_(context.groups[abi]),
        abi_(*context.rules.abis[abi].abi) {}

  // The rule that answers all calls of the twin's multiplexer; nullptr: none.
  const Rule* DeciderOf(const Rule& twin) const {
    return groups_.Find(twin.nr)->decider;
  }

  // What to say of calls that do not meet the rule's conditions; empty:
  // nothing.
  std::string PastConditions(const Rule& twin, const Multiplexer& multiplexer) {
    const Rule* decider = DeciderOf(twin);
    if (decider != nullptr && MoreRestrictive(decider->result, twin.result)) {
      return {};
    }
    const bool passed =
        decider != nullptr && MoreRestrictive(twin.result, decider->result);
    if (!HasConditions(twin) && (!passed || IsPermission(twin.result))) {
      return {};
    }
    const std::string way = Way(twin, multiplexer);
    if (decider == nullptr && twin.all_of.size() > 1) {
      return way +
             "where the conditions of this rule look at other values than the "
             "call's arguments";
    }
    const std::string answer =
        FormatReturnValue(decider != nullptr ? decider->result : twin.result);
    return absl::StrCat(way, "where the answer is ", answer,
                        IsPermission(twin.result) || decider == nullptr
                            ? " whatever its arguments"
                            : " past this rule");
  }

  // Through ipc the kernel takes the low half of argument 0's low word: what
  // to say where that passes a denial; empty: nothing.
  std::string PastVersion(const Rule& twin, const Multiplexer& multiplexer) {
    if (multiplexer.name != "ipc" || DeciderOf(twin) != nullptr ||
        !MoreRestrictive(twin.result, context_.rules.default_action)) {
      return {};
    }
    const uint32_t versioned = 0x10000 + multiplexer.call;
    Conditions conditions = twin.all_of;
    for (ArgCondition& c : conditions) {
      if (c.arg == 0) c.value = versioned;
    }
    const auto args = FindArguments(conditions, {});
    if (!args.has_value() ||
        !MoreRestrictive(twin.result, AnswerTo(context_, groups_,
                                               *groups_.Find(twin.nr), *args)
                                          .result)) {
      return {};
    }
    return absl::StrCat(
        Way(twin, multiplexer),
        "of whose argument 0 the kernel reads 16 bits: ipc(0x",
        absl::Hex(versioned),
        ") is the same call and passes this rule; a denial of \"ipc\" with "
        "argument 0 & 0xffff == ",
        multiplexer.call, " closes that way");
  }

 private:
  bool HasConditions(const Rule& twin) const {
    const ProfileEntry& entry = context_.profile.syscalls[twin.entry];
    if (entry.args.empty()) return false;
    const Conditions wide = SplitConditions(entry, ArgSemantics::kAnd)[0];
    return !Narrow(wide, abi_, twin.name, context_.target.int_args).empty();
  }

  std::string Way(const Rule& twin, const Multiplexer& multiplexer) const {
    return absl::StrCat("on ", std::string(abi_.id), " \"",
                        std::string(twin.name), "\" is reached through ",
                        FormatMultiplexer(multiplexer), " too, ");
  }

  WarningContext& context_;
  const RuleGroups& groups_;
  const Abi& abi_;
};

}  // namespace

void WarnOfMultiplexing(WarningContext& context) {
  const Multiplex multiplex = context.target.multiplex;
  const bool chosen = context.target.multiplex_chosen;
  // Strict is chosen to let no call pass a rule.
  const bool conditions = multiplex == Multiplex::kLibseccomp && !chosen;
  const bool versions = conditions || multiplex == Multiplex::kStrict;
  if (!versions) return;
  ToldRules told_conditions;
  ToldRules told_versions;
  for (size_t a = 0; a < context.groups.size(); ++a) {
    Twins twins(context, a);
    for (const Rule& rule : context.rules.abis[a].rules) {
      if (!rule.twin) continue;
      const std::optional<Multiplexer> multiplexer =
          FindMultiplexer(*context.rules.abis[a].abi, rule.name);
      if (!multiplexer.has_value()) continue;
      std::string text;
      if (conditions) text = twins.PastConditions(rule, *multiplexer);
      if (!text.empty() && told_conditions.Add(rule.entry, rule.origin)) {
        context.Tell(Severity::kWarning, kId, rule.origin, std::move(text),
                     IsPermission(rule.result) ? kPermissions
                     : twins.DeciderOf(rule)   ? kBeside
                                               : kDenials);
      }
      text = twins.PastVersion(rule, *multiplexer);
      if (!text.empty() && told_versions.Add(rule.entry, rule.origin)) {
        context.Tell(Severity::kWarning, kId, rule.origin, std::move(text),
                     kVersions);
      }
    }
  }
}

}  // namespace scbpf
