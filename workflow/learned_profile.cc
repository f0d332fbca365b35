// Calls become names; what these names reach besides is read off the rules
// that the compiler makes of the profile.
#include "workflow/learned_profile.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "compiler/rule_set.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"
#include "workflow/group_names.h"

namespace scbpf {
namespace {

constexpr uint16_t kEnosys = 38;

// One name over all ABIs.
struct NameSeen {
  bool always = false;  // some record does not tell the argument
  uint8_t argument = 0;
  std::set<uint64_t> values;
};

std::map<std::string, NameSeen> NamesOf(const LearnOptions& options,
                                        const Learned& learned) {
  std::map<std::string, NameSeen> names;
  for (const LearnedCall& call : learned.calls) {
    NameSeen& seen = names[call.name];
    if (call.argument) {
      seen.argument = *call.argument;
      seen.values.insert(call.values.begin(), call.values.end());
    } else {
      seen.always = true;
    }
  }
  for (const std::string& name : options.base) names[name].always = true;
  for (const NameRule& rule : options.base_rules) names[rule.name];
  return names;
}

// Whether every ABI of the profile that has the call got it after `kernel`.
bool IsNewer(const std::vector<const Abi*>& abis, std::string_view name,
             const KernelVersion& kernel) {
  bool any = false;
  for (const Abi* abi : abis) {
    const auto since = Since(*abi, name);
    if (!since) continue;
    if (*since <= kernel) return false;
    any = true;
  }
  return any;
}

// Native first, then in the order of AllAbis.
std::vector<const Abi*> AbisOf(const LearnOptions& options,
                               const Learned& learned) {
  std::set<std::string_view> seen;
  for (const LearnedCall& call : learned.calls) seen.insert(call.abi->id);
  const Abi* const native = FindAbiById(options.target.native);
  std::vector<const Abi*> abis;
  if (native != nullptr && (seen.empty() || seen.count(native->id) > 0)) {
    abis.push_back(native);
  }
  for (const Abi* abi : AllAbis()) {
    if (abi != native && seen.count(abi->id) > 0) abis.push_back(abi);
  }
  return abis;
}

bool HasErrno(Action action) {
  return action == Action::kErrno || action == Action::kTrace;
}

Profile MakeProfile(const LearnOptions& options, const Learned& learned) {
  const std::vector<const Abi*> abis = AbisOf(options, learned);
  Profile profile;
  profile.dialect = Dialect::kOci;
  const Action action = ActionOf(options.default_value);
  profile.default_action.value = action;
  if (HasErrno(action)) {
    profile.default_errno_ret = At<uint16_t>{DataOf(options.default_value)};
  }
  for (const Abi* abi : abis) {
    profile.architectures.push_back({std::string(abi->id)});
  }
  const std::map<std::string, NameSeen> names = NamesOf(options, learned);
  std::vector<NameRule> rules;
  for (const auto& [name, seen] : names) {
    if (seen.always) rules.push_back({name, Action::kAllow, std::nullopt, {}});
  }
  for (const auto& [name, seen] : names) {
    if (seen.always) continue;
    for (const uint64_t value : seen.values) {
      rules.push_back({name,
                       Action::kAllow,
                       std::nullopt,
                       {ArgumentEquals(name, seen.argument, value)}});
    }
  }
  for (const NameRule& rule : options.base_rules) {
    if (!names.at(rule.name).always) rules.push_back(rule);
  }
  if (options.newer_is_enosys) {
    std::set<std::string, std::less<>> named;
    for (const auto& [name, seen] : names) named.insert(name);
    for (NameRule& rule : NewerRules(abis, named, options.target.kernel,
                                     options.default_value)) {
      rules.push_back(std::move(rule));
    }
  }
  profile.syscalls = GroupNames(rules);
  return profile;
}

// A number of an ABI, and for a multiplexer the call behind it.
using Reached = std::tuple<std::string_view, uint32_t, std::string>;

std::string Multiplexer(const MultiplexedCall& call) {
  return (call.is_ipc ? "ipc(" : "socketcall(") + std::to_string(call.call) +
         ")";
}

// What the records reach: a call by its number; a multiplexed one without a
// number, or told by name, through its multiplexer too.
std::set<Reached> ReachedBy(const Learned& learned) {
  std::set<Reached> reached;
  for (const LearnedCall& call : learned.calls) {
    if (call.nr) reached.emplace(call.abi->id, *call.nr, "");
    if (call.by_name) {
      reached.emplace(call.abi->id, 0, call.name);
    }
  }
  return reached;
}

bool IsReached(const std::set<Reached>& reached, const Abi& abi,
               const Rule& rule) {
  if (reached.count({abi.id, rule.nr, ""}) > 0) return true;
  return rule.twin && reached.count({abi.id, 0, std::string(rule.name)}) > 0;
}

}  // namespace

// A program may pass a 32-bit argument sign-extended: musl's ioctl does. The
// kernel looks at the low half alone.
ProfileArg ArgumentEquals(std::string_view name, uint8_t index,
                          uint64_t value) {
  ProfileArg arg;
  arg.index.value = index;
  arg.value.value = value;
  const auto prototype = PrototypeOf(name);
  const bool is_int = index < prototype.size() &&
                      prototype[index].arg_class == ArgClass::kInt32;
  if (is_int && (value >> 31) != 0) {
    arg.op.value = ProfileOp::kMaskedEq;
    arg.value.value = 0xffffffff;
    arg.value_two = At<uint64_t>{value & 0xffffffff};
  }
  return arg;
}

std::vector<NameRule> NewerRules(
    const std::vector<const Abi*>& abis,
    const std::set<std::string, std::less<>>& named,
    const KernelVersion& kernel, ReturnValue otherwise) {
  std::vector<NameRule> rules;
  if (otherwise == Errno(kEnosys)) return rules;
  for (const std::string_view name : AllSyscallNames()) {
    if (named.count(name) > 0 || !IsNewer(abis, name, kernel)) continue;
    rules.push_back({std::string(name), Action::kErrno, kEnosys, {}});
  }
  return rules;
}

std::vector<BeyondCall> FindBeyond(
    const LearnOptions& options, const Learned& learned,
    const std::function<bool(const Abi&, std::string_view)>& counts) {
  Diagnostics findings;
  const RuleSet rules = Resolve(learned.profile, options.target, findings);
  const std::set<Reached> reached = ReachedBy(learned);
  std::set<std::string, std::less<>> base(options.base.begin(),
                                          options.base.end());
  for (const NameRule& rule : options.base_rules) base.insert(rule.name);
  std::vector<BeyondCall> beyond;
  std::set<std::tuple<std::string_view, uint32_t, std::string_view>> told;
  for (const AbiRules& each : rules.abis) {
    for (const Rule& rule : each.rules) {
      if (counts && !counts(*each.abi, rule.name)) continue;
      if (!IsPermission(rule.result) || IsReached(reached, *each.abi, rule) ||
          !told.emplace(each.abi->id, rule.nr, rule.name).second) {
        continue;
      }
      BeyondCall call{std::string(each.abi->id), std::string(rule.name), ""};
      const auto multiplexed = FindMultiplexed(rule.name);
      if (rule.twin && multiplexed) call.through = Multiplexer(*multiplexed);
      call.of_base = base.count(rule.name) > 0;
      beyond.push_back(std::move(call));
    }
  }
  return beyond;
}

void MakeLearnedProfile(const LearnOptions& options, Learned& learned) {
  learned.profile = MakeProfile(options, learned);
  learned.beyond = FindBeyond(options, learned, nullptr);
}

}  // namespace scbpf
