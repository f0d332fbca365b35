// Asks the profile's policy about each call; what it refuses becomes a name in
// a plain entry, and leaves the entries that refuse it.
#include "workflow/merge_learned.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "compiler/rule_set.h"
#include "syscall-tables/syscalls.h"
#include "workflow/group_names.h"
#include "workflow/learned_profile.h"

namespace scbpf {
namespace {

bool Allows(ReturnValue value) {
  const Action action = ActionOf(value);
  return action == Action::kAllow || action == Action::kLog;
}

enum class Standing : uint8_t { kAllowed, kRefused, kConditional };

Policy PolicyOf(const LearnOptions& options, const Profile& profile) {
  Diagnostics findings;
  return BuildPolicy(Resolve(profile, options.target, findings));
}

// What the profile answers to a call whose arguments, but for those of a
// multiplexer, are not known.
Standing StandingOf(const Policy& policy, const LearnedCall& call,
                    Call sample) {
  for (const ArchPolicy& arch : policy.arches) {
    if (arch.audit_arch != sample.arch) continue;
    const Behavior& behavior = FindRange(arch, sample.nr).behavior;
    const bool is_plain = behavior.clauses.empty() || !call.nr;
    if (is_plain) {
      return Allows(Evaluate(policy, sample)) ? Standing::kAllowed
                                              : Standing::kRefused;
    }
    const bool any =
        Allows(behavior.otherwise) ||
        std::any_of(behavior.clauses.begin(), behavior.clauses.end(),
                    [](const Clause& each) { return Allows(each.result); });
    return any ? Standing::kConditional : Standing::kRefused;
  }
  return Allows(policy.bad_arch) ? Standing::kAllowed : Standing::kRefused;
}

// The call as a filter sees it, arguments zero.
Call SampleOf(const LearnedCall& call) {
  Call sample;
  sample.arch = call.abi->audit_value;
  if (call.nr) {
    sample.nr = *call.nr;
    return sample;
  }
  const auto multiplexed = FindMultiplexed(call.name);
  if (!multiplexed) return sample;
  const auto& number =
      multiplexed->is_ipc ? call.abi->ipc : call.abi->socketcall;
  sample.nr = number.value_or(0);
  sample.args[0] = multiplexed->call;
  return sample;
}

// The values of the argument told that the profile refuses.
std::set<uint64_t> RefusedValues(const Policy& policy,
                                 const LearnedCall& call) {
  std::set<uint64_t> refused;
  Call sample = SampleOf(call);
  for (const uint64_t value : call.values) {
    sample.args[*call.argument] = value;
    if (!Allows(Evaluate(policy, sample))) refused.insert(value);
  }
  return refused;
}

void AddAbis(const LearnOptions& options, const Learned& learned,
             Profile& profile) {
  std::set<std::string_view> known;
  Diagnostics findings;
  const RuleSet rules = Resolve(profile, options.target, findings);
  for (const AbiRules& each : rules.abis) known.insert(each.abi->id);
  for (const LearnedCall& call : learned.calls) {
    if (!known.insert(call.abi->id).second) continue;
    const At<std::string> id{std::string(call.abi->id)};
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
}

// Takes the name out of entries that would go before a plain allow.
void RemoveRefusals(const std::string& name, Profile& profile) {
  for (ProfileEntry& entry : profile.syscalls) {
    if (!entry.args.empty() ||
        Allows(MakeReturnValue(entry.action.value, {}))) {
      continue;
    }
    std::erase_if(entry.names, [&](const At<std::string>& each) {
      return each.value == name;
    });
  }
  std::erase_if(profile.syscalls,
                [](const ProfileEntry& entry) { return entry.names.empty(); });
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

// What the profile needs: names, and values of arguments.
struct Needs {
  std::set<std::string> names;
  std::map<std::string, std::set<uint64_t>> values;
  std::map<std::string, uint8_t> arguments;
};

// Names of the base that the profile does not allow on the native ABI.
void NeedBase(const LearnOptions& options, const Policy& policy, Needs& needs) {
  const Abi* const native = FindAbiById(options.target.native);
  if (native == nullptr) return;
  for (const std::string& name : options.base) {
    LearnedCall call;
    call.abi = native;
    call.name = name;
    call.nr = NumberOf(*native, name);
    if (call.nr &&
        StandingOf(policy, call, SampleOf(call)) == Standing::kRefused) {
      needs.names.insert(name);
    }
  }
}

Needs NeedsOf(const LearnOptions& options, const Policy& policy,
              Learned& learned) {
  Needs needs;
  for (const LearnedCall& call : learned.calls) {
    if (call.argument) {
      const std::set<uint64_t> refused = RefusedValues(policy, call);
      if (refused.empty()) continue;
      needs.values[call.name].insert(refused.begin(), refused.end());
      needs.arguments[call.name] = *call.argument;
      continue;
    }
    switch (StandingOf(policy, call, SampleOf(call))) {
      case Standing::kAllowed:
        break;
      case Standing::kConditional:
        learned.conditional.push_back({call.name, call.first, false});
        break;
      case Standing::kRefused:
        needs.names.insert(call.name);
        break;
    }
  }
  NeedBase(options, policy, needs);
  for (const std::string& name : needs.names) needs.values.erase(name);
  return needs;
}

void AddNeeds(const Needs& needs, Profile& profile, Learned& learned) {
  std::vector<NameRule> narrowed;
  for (const auto& [name, values] : needs.values) {
    RemoveRefusals(name, profile);
    learned.added.push_back(name);
    const uint8_t argument = needs.arguments.at(name);
    for (const uint64_t value : values) {
      narrowed.push_back({name,
                          Action::kAllow,
                          std::nullopt,
                          {ArgumentEquals(name, argument, value)}});
    }
  }
  for (const std::string& name : needs.names) {
    RemoveRefusals(name, profile);
    learned.added.push_back(name);
  }
  std::sort(learned.added.begin(), learned.added.end());
  AddRules({needs.names.begin(), needs.names.end()}, narrowed, profile);
}

bool IsRefused(const Policy& policy, const LearnedCall& call) {
  if (call.argument) return !RefusedValues(policy, call).empty();
  return StandingOf(policy, call, SampleOf(call)) == Standing::kRefused;
}

}  // namespace

absl::Status MergeLearned(const LearnOptions& options, const Profile& into,
                          Learned& learned) {
  Profile profile = into;
  AddAbis(options, learned, profile);
  const Needs needs = NeedsOf(options, PolicyOf(options, profile), learned);
  AddNeeds(needs, profile, learned);
  learned.profile = std::move(profile);
  const std::set<std::string, std::less<>> added(learned.added.begin(),
                                                 learned.added.end());
  learned.beyond = FindBeyond(options, learned, &added);
  const Policy policy = PolicyOf(options, learned.profile);
  for (const LearnedCall& call : learned.calls) {
    if (!IsRefused(policy, call)) continue;
    return absl::InternalError("merged, the profile refuses " + call.name +
                               " still");
  }
  return absl::OkStatus();
}

}  // namespace scbpf
