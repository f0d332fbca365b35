// Asks the profile's policy about each call; what it refuses becomes a name in
// a plain entry, and leaves the entries that refuse it.
#include "workflow/merge_learned.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bpf/text.h"
#include "compiler/rule_set.h"
#include "syscall-tables/syscalls.h"
#include "workflow/call_standing.h"
#include "workflow/group_names.h"
#include "workflow/learned_profile.h"

namespace scbpf {
namespace {

Policy PolicyOf(const LearnOptions& options, const Profile& profile) {
  Diagnostics findings;
  return BuildPolicy(Resolve(profile, options.target, findings));
}

// The ids of those that were added.
std::vector<std::string> AddAbis(const LearnOptions& options,
                                 const Learned& learned, Profile& profile) {
  std::vector<std::string> added;
  std::set<std::string_view> known;
  Diagnostics findings;
  const RuleSet rules = Resolve(profile, options.target, findings);
  for (const AbiRules& each : rules.abis) known.insert(each.abi->id);
  for (const LearnedCall& call : learned.calls) {
    if (!known.insert(call.abi->id).second) continue;
    const At<std::string> id{std::string(call.abi->id)};
    added.push_back(id.value);
    const auto row =
        std::find_if(profile.arch_map.begin(), profile.arch_map.end(),
                     [&](const ArchMapRow& each) {
                       return each.architecture.value == options.target.native;
                     });
    if (row != profile.arch_map.end()) {
      row->sub_architectures.push_back(id);
    } else if (!profile.arch_map.empty()) {
      profile.arch_map.push_back({{options.target.native}, {id}});
    } else {
      profile.architectures.push_back(id);
    }
  }
  return added;
}

bool Refuses(const ProfileEntry& entry) {
  return !IsPermission(entry.action.value);
}

void RemoveEmptyEntries(Profile& profile) {
  std::erase_if(profile.syscalls,
                [](const ProfileEntry& entry) { return entry.names.empty(); });
}

// Takes the name out of all entries that refuse it.
void RemoveRefusals(const std::string& name, Profile& profile) {
  for (ProfileEntry& entry : profile.syscalls) {
    if (!Refuses(entry)) continue;
    std::erase_if(entry.names, [&](const At<std::string>& each) {
      return each.value == name;
    });
  }
  RemoveEmptyEntries(profile);
}

// Whether each condition refuses by itself: there is one, or an argument comes
// twice (docs/semantics.md 2).
bool AreAlternatives(const std::vector<ProfileArg>& args) {
  std::set<uint32_t> indexes;
  for (const ProfileArg& arg : args) indexes.insert(arg.index.value);
  return args.size() == 1 || indexes.size() < args.size();
}

// Whether the condition is that the argument is one of `values`.
bool IsOneOf(const ProfileArg& arg, uint8_t index,
             const std::set<uint64_t>& values) {
  if (arg.index.value != index) return false;
  if (arg.op.value == ProfileOp::kEq) return values.count(arg.value.value) > 0;
  return arg.op.value == ProfileOp::kMaskedEq && arg.value_two &&
         (arg.value.value == 0xffffffff || arg.value.value == ~uint64_t{0}) &&
         values.count(arg.value_two->value) > 0;
}

// Takes the name out of entries that refuse it always, and out of those that
// refuse values of its argument, which stay refused but for `values`. True:
// one refused it always.
bool RemoveRefusals(const std::string& name, uint8_t index,
                    const std::set<uint64_t>& values, Profile& profile) {
  bool always = false;
  std::vector<ProfileEntry> remaining;
  for (ProfileEntry& entry : profile.syscalls) {
    const auto named = std::find(entry.names.begin(), entry.names.end(),
                                 At<std::string>{name});
    if (!Refuses(entry) || named == entry.names.end()) continue;
    std::vector<ProfileArg> args = entry.args;
    if (args.empty()) {
      always = true;
    } else if (!AreAlternatives(args) ||
               std::erase_if(args, [&](const ProfileArg& arg) {
                 return IsOneOf(arg, index, values);
               }) == 0) {
      continue;
    }
    for (const ProfileArg& arg : args) {
      remaining.push_back(entry);
      remaining.back().names = {*named};
      remaining.back().args = {arg};
    }
    std::erase(entry.names, At<std::string>{name});
  }
  RemoveEmptyEntries(profile);
  for (ProfileEntry& entry : remaining) {
    profile.syscalls.push_back(std::move(entry));
  }
  return always;
}

bool IsPlainAllow(const ProfileEntry& entry) {
  return entry.action.value == Action::kAllow && entry.args.empty() &&
         !entry.name_alone && entry.includes.empty() && entry.excludes.empty();
}

// `names` without conditions, `values` with an argument's.
void AddRules(const std::vector<std::string>& names,
              const std::vector<NameRule>& narrowed, Profile& profile) {
  std::vector<NameRule> rules = narrowed;
  const auto plain = std::find_if(profile.syscalls.begin(),
                                  profile.syscalls.end(), IsPlainAllow);
  for (const std::string& name : names) {
    if (plain == profile.syscalls.end()) {
      rules.push_back({name, Action::kAllow, std::nullopt, {}});
      continue;
    }
    const bool has = std::any_of(
        plain->names.begin(), plain->names.end(),
        [&](const At<std::string>& each) { return each.value == name; });
    if (!has) plain->names.push_back({name});
  }
  for (ProfileEntry& entry : GroupNames(rules)) {
    profile.syscalls.push_back(std::move(entry));
  }
}

// What the profile needs: names, values of arguments, and the base's rules.
struct Needs {
  std::set<std::string> names;
  std::map<std::string, std::set<uint64_t>> values;
  std::map<std::string, uint8_t> arguments;
  std::vector<NameRule> rules;
};

bool HasRule(const Profile& profile, const NameRule& rule) {
  return std::any_of(profile.syscalls.begin(), profile.syscalls.end(),
                     [&](const ProfileEntry& entry) {
                       return !Refuses(entry) && entry.args == rule.args &&
                              std::count(entry.names.begin(), entry.names.end(),
                                         At<std::string>{rule.name}) > 0;
                     });
}

// What the base has and the profile does not allow on the native ABI.
void NeedBase(const LearnOptions& options, const Profile& profile,
              const Policy& policy, Needs& needs) {
  const Abi* const native = FindAbiById(options.target.native);
  if (native == nullptr) return;
  const auto standing_of = [&](const std::string& name) {
    LearnedCall call;
    call.abi = native;
    call.name = name;
    call.nr = NumberOf(*native, name);
    return call.nr ? StandingOf(policy, call) : Standing::kAllowed;
  };
  for (const std::string& name : options.base) {
    if (standing_of(name) == Standing::kRefused) needs.names.insert(name);
  }
  for (const NameRule& rule : options.base_rules) {
    if (standing_of(rule.name) != Standing::kAllowed &&
        !HasRule(profile, rule)) {
      needs.rules.push_back(rule);
    }
  }
}

// The multiplexer of an ABI that the profile did not have is allowed for some
// calls by their own names alone.
bool IsNewMultiplexer(const LearnedCall& call,
                      const std::vector<std::string>& new_abis) {
  return call.nr &&
         (call.nr == call.abi->socketcall || call.nr == call.abi->ipc) &&
         std::count(new_abis.begin(), new_abis.end(), call.abi->id) > 0;
}

// What `profile` refuses. `conditional`: what it allows for some arguments.
Needs NeedsOf(const LearnOptions& options, const Profile& profile,
              const Learned& learned, std::vector<WideCall>& conditional) {
  const Policy policy = PolicyOf(options, profile);
  Needs needs;
  for (const LearnedCall& call : learned.calls) {
    bool depends = false;
    if (call.argument) {
      for (const uint64_t value : call.values) {
        const Standing standing = StandingOf(policy, call, value);
        depends = depends || standing == Standing::kConditional;
        if (standing != Standing::kRefused) continue;
        needs.values[call.name].insert(value);
        needs.arguments[call.name] = *call.argument;
      }
    } else {
      const Standing standing = StandingOf(policy, call);
      depends = standing == Standing::kConditional;
      const bool is_new = depends && IsNewMultiplexer(call, learned.added_abis);
      if (standing == Standing::kRefused || is_new)
        needs.names.insert(call.name);
      depends = depends && !is_new;
    }
    if (depends) conditional.push_back({call.name, call.first});
  }
  NeedBase(options, profile, policy, needs);
  for (const std::string& name : needs.names) needs.values.erase(name);
  return needs;
}

LogPlace PlaceOf(const Learned& learned, const std::string& name) {
  const auto call =
      std::find_if(learned.calls.begin(), learned.calls.end(),
                   [&](const LearnedCall& each) { return each.name == name; });
  return call == learned.calls.end() ? LogPlace{} : call->first;
}

void RemoveRefusals(const Needs& needs, Profile& profile, Learned& learned) {
  const bool by_default = IsPermission(profile.default_action.value);
  for (const auto& [name, values] : needs.values) {
    const bool always =
        RemoveRefusals(name, needs.arguments.at(name), values, profile);
    if (!always || !by_default) continue;
    learned.wide.push_back(
        {name, PlaceOf(learned, name), WideCall::Why::kDefault});
  }
  for (const std::string& name : needs.names) RemoveRefusals(name, profile);
}

void AddNeeds(const Needs& needs, Profile& profile) {
  std::vector<NameRule> narrowed = needs.rules;
  for (const auto& [name, values] : needs.values) {
    const uint8_t argument = needs.arguments.at(name);
    for (const uint64_t value : values) {
      narrowed.push_back({name,
                          Action::kAllow,
                          std::nullopt,
                          {ArgumentEquals(name, argument, value)}});
    }
  }
  AddRules({needs.names.begin(), needs.names.end()}, narrowed, profile);
}

// Calls that came after the kernel and that no entry names, where the default
// refuses them: a tracer may let them through.
void AddNewer(const LearnOptions& options, Profile& profile) {
  const ReturnValue otherwise =
      MakeReturnValue(profile.default_action.value,
                      profile.default_errno_ret
                          ? std::optional(profile.default_errno_ret->value)
                          : std::nullopt);
  if (!options.newer_is_enosys || IsPermission(otherwise) ||
      ActionOf(otherwise) == Action::kTrace) {
    return;
  }
  std::set<std::string, std::less<>> named;
  for (const ProfileEntry& entry : profile.syscalls) {
    for (const At<std::string>& name : entry.names) named.insert(name.value);
  }
  Diagnostics findings;
  const RuleSet rules = Resolve(profile, options.target, findings);
  std::vector<const Abi*> abis;
  for (const AbiRules& each : rules.abis) abis.push_back(each.abi);
  for (ProfileEntry& entry :
       GroupNames(NewerRules(abis, named, options.target.kernel, otherwise))) {
    profile.syscalls.push_back(std::move(entry));
  }
}

// Tells the rule that refuses the call; false: none is known.
bool TellRefusal(const RuleSet& rules, const LearnedCall& call,
                 std::optional<uint64_t> value, Diagnostics& findings) {
  for (const AbiRules& abi : rules.abis) {
    if (abi.abi != call.abi) continue;
    for (const Rule& rule : abi.rules) {
      if (IsPermission(rule.result)) continue;
      for (const Way& way : WaysOf(call, value)) {
        if (rule.nr != way.nr || !Hold(rule.all_of, way).value_or(false)) {
          continue;
        }
        std::string what = call.name;
        if (value) {
          what += " where argument " + std::to_string(*call.argument) + " is " +
                  Hex(*value);
        }
        findings.push_back(
            {Severity::kError, "merge-refused", rule.origin,
             "this entry refuses " + what + " on " + std::string(call.abi->id) +
                 ", which the log has, and more than that; what of it is to "
                 "stay is for you to say"});
        return true;
      }
    }
  }
  return false;
}

// Every call is allowed, at least under conditions.
absl::Status CheckMerged(const LearnOptions& options, const Learned& learned,
                         Diagnostics& findings) {
  Diagnostics ignored;
  const RuleSet rules = Resolve(learned.profile, options.target, ignored);
  const Policy policy = BuildPolicy(rules);
  absl::Status status = absl::OkStatus();
  for (const LearnedCall& call : learned.calls) {
    std::vector<std::optional<uint64_t>> values(call.values.begin(),
                                                call.values.end());
    if (!call.argument) values = {std::nullopt};
    for (const std::optional<uint64_t>& value : values) {
      if (StandingOf(policy, call, value) != Standing::kRefused) continue;
      if (!TellRefusal(rules, call, value, findings)) {
        return absl::InternalError("merged, the profile refuses " + call.name +
                                   " still");
      }
      status = absl::InvalidArgumentError("entries refuse what the log has");
    }
  }
  return status;
}

}  // namespace

absl::Status MergeLearned(const LearnOptions& options, const Profile& into,
                          Learned& learned, Diagnostics& findings) {
  Profile profile = into;
  learned.added_abis = AddAbis(options, learned, profile);
  const Needs needs = NeedsOf(options, profile, learned, learned.conditional);
  RemoveRefusals(needs, profile, learned);
  std::set<std::string, std::less<>> added(needs.names.begin(),
                                           needs.names.end());
  for (const auto& [name, values] : needs.values) added.insert(name);
  for (const NameRule& rule : needs.rules) added.insert(rule.name);
  learned.added.assign(added.begin(), added.end());
  // The default may allow what no entry refuses any longer.
  std::vector<WideCall> ignored;
  AddNeeds(NeedsOf(options, profile, learned, ignored), profile);
  AddNewer(options, profile);
  learned.profile = std::move(profile);
  learned.beyond =
      FindBeyond(options, learned, [&](const Abi& abi, std::string_view name) {
        return added.count(name) > 0 ||
               std::count(learned.added_abis.begin(), learned.added_abis.end(),
                          abi.id) > 0;
      });
  return CheckMerged(options, learned, findings);
}

}  // namespace scbpf
