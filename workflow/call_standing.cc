// A clause whose conditions are on arguments that are not known may hold.
#include "workflow/call_standing.h"

#include <algorithm>

#include "syscall-tables/syscalls.h"

namespace scbpf {

std::vector<Way> WaysOf(const LearnedCall& call,
                        std::optional<uint64_t> value) {
  std::vector<Way> ways;
  if (const auto nr = call.nr ? call.nr : NumberOf(*call.abi, call.name)) {
    ways.push_back({*nr, {}});
    if (value) ways.back().known[*call.argument] = *value;
  }
  const auto multiplexed = FindMultiplexed(call.name);
  if (call.nr || !multiplexed) return ways;
  const auto& number =
      multiplexed->is_ipc ? call.abi->ipc : call.abi->socketcall;
  if (number) ways.push_back({*number, {{uint8_t{0}, multiplexed->call}}});
  return ways;
}

std::optional<bool> Hold(const std::vector<ArgCondition>& conditions,
                         const Way& way) {
  bool is_known = true;
  for (const ArgCondition& each : conditions) {
    const auto known = way.known.find(each.arg);
    if (known == way.known.end()) {
      is_known = false;
      continue;
    }
    Call sample;
    sample.args[each.arg] = known->second;
    if (!Holds(each, sample)) return false;
  }
  return is_known ? std::optional(true) : std::nullopt;
}

namespace {

Standing StandingOf(const Policy& policy, const Abi& abi, const Way& way) {
  const auto arch = std::find_if(policy.arches.begin(), policy.arches.end(),
                                 [&](const ArchPolicy& each) {
                                   return each.audit_arch == abi.audit_value;
                                 });
  if (arch == policy.arches.end()) {
    return IsPermission(policy.bad_arch) ? Standing::kAllowed
                                         : Standing::kRefused;
  }
  const Behavior& behavior = FindRange(*arch, way.nr).behavior;
  bool any = false;
  bool all = true;
  const auto take = [&](ReturnValue result) {
    any = any || IsPermission(result);
    all = all && IsPermission(result);
  };
  bool is_decided = false;
  for (const Clause& clause : behavior.clauses) {
    const std::optional<bool> holds = Hold(clause.all_of, way);
    if (!holds.value_or(true)) continue;
    take(clause.result);
    is_decided = holds.has_value();
    if (is_decided) break;
  }
  if (!is_decided) take(behavior.otherwise);
  if (!any) return Standing::kRefused;
  return all ? Standing::kAllowed : Standing::kConditional;
}

}  // namespace

Standing StandingOf(const Policy& policy, const LearnedCall& call,
                    std::optional<uint64_t> value) {
  Standing worst = Standing::kAllowed;
  for (const Way& way : WaysOf(call, value)) {
    worst = std::max(worst, StandingOf(policy, *call.abi, way));
  }
  return worst;
}

}  // namespace scbpf
