// The reading of a profile that runc and crun share.
#include "tests/differential/description.h"

#include <algorithm>
#include <array>
#include <string>

namespace scbpf::differential {
namespace {

uint32_t ScmpAction(Action action, const std::optional<At<uint16_t>>& data) {
  const uint16_t value = data.has_value() ? data->value : 1;
  switch (action) {
    case Action::kKillProcess:
      return SCMP_ACT_KILL_PROCESS;
    case Action::kKillThread:
      return SCMP_ACT_KILL_THREAD;
    case Action::kTrap:
      return SCMP_ACT_TRAP;
    case Action::kErrno:
      return SCMP_ACT_ERRNO(value);
    case Action::kUserNotif:
      return SCMP_ACT_NOTIFY;
    case Action::kTrace:
      return SCMP_ACT_TRACE(value);
    case Action::kLog:
      return SCMP_ACT_LOG;
    case Action::kAllow:
      return SCMP_ACT_ALLOW;
  }
  return 0;
}

scmp_arg_cmp ScmpArg(const ProfileArg& arg) {
  constexpr std::array<scmp_compare, 7> kOps = {
      SCMP_CMP_EQ, SCMP_CMP_NE, SCMP_CMP_LT,       SCMP_CMP_LE,
      SCMP_CMP_GT, SCMP_CMP_GE, SCMP_CMP_MASKED_EQ};
  const uint64_t two = arg.value_two.has_value() ? arg.value_two->value : 0;
  return {arg.index.value, kOps[static_cast<size_t>(arg.op.value)],
          arg.value.value, two};
}

bool Contains(const std::vector<At<std::string>>& list, std::string_view word) {
  return std::any_of(list.begin(), list.end(),
                     [&](const auto& item) { return item.value == word; });
}

bool IsKept(const ProfileEntry& entry, Dialect dialect, const Target& target) {
  if (dialect == Dialect::kOci) return true;
  const ProfileFilter& out = entry.excludes;
  const ProfileFilter& in = entry.includes;
  if (Contains(out.arches, "amd64")) return false;
  for (const auto& cap : out.caps) {
    if (target.capabilities.contains(cap.value)) return false;
  }
  const bool kernels = dialect != Dialect::kPodman;
  if (kernels && out.min_kernel && target.kernel >= out.min_kernel->value)
    return false;
  if (!in.arches.empty() && !Contains(in.arches, "amd64")) return false;
  for (const auto& cap : in.caps) {
    if (!target.capabilities.contains(cap.value)) return false;
  }
  return !kernels || !in.min_kernel || target.kernel >= in.min_kernel->value;
}

std::vector<uint32_t> Tokens(const Profile& profile) {
  std::vector<uint32_t> tokens;
  const auto add = [&](const std::vector<At<std::string>>& ids) {
    for (const auto& id : ids) tokens.push_back(ScmpToken(id.value));
  };
  add(profile.architectures);
  for (const ArchMapRow& row : profile.arch_map) {
    if (row.architecture.value != "x86_64") continue;
    add(row.sub_architectures);
    break;
  }
  return tokens;
}

bool RepeatsAnIndex(const std::vector<scmp_arg_cmp>& args) {
  std::array<int, 6> seen{};
  return std::any_of(args.begin(), args.end(), [&](const scmp_arg_cmp& arg) {
    return ++seen[arg.arg] > 1;
  });
}

}  // namespace

uint32_t ScmpToken(std::string_view abi_id) {
  if (abi_id == "x86_64") return SCMP_ARCH_X86_64;
  if (abi_id == "x86") return SCMP_ARCH_X86;
  if (abi_id == "x32") return SCMP_ARCH_X32;
  return 0;
}

Description Describe(const Profile& profile, const Target& target) {
  Description description;
  description.default_action =
      ScmpAction(profile.default_action.value, profile.default_errno_ret);
  description.arches = Tokens(profile);
  if (target.abis.has_value()) {
    description.arches.clear();
    description.keeps_native = false;
    for (const std::string& id : *target.abis) {
      description.arches.push_back(ScmpToken(id));
    }
  }
  for (const ProfileEntry& entry : profile.syscalls) {
    if (!IsKept(entry, profile.dialect, target)) continue;
    const uint32_t action = ScmpAction(entry.action.value, entry.errno_ret);
    if (action == description.default_action) continue;
    std::vector<scmp_arg_cmp> args;
    for (const ProfileArg& arg : entry.args) args.push_back(ScmpArg(arg));
    for (const auto& name : entry.names) {
      const int nr = seccomp_syscall_resolve_name(name.value.c_str());
      if (nr == __NR_SCMP_ERROR) continue;
      if (!RepeatsAnIndex(args)) {
        description.rules.push_back({action, nr, args});
        continue;
      }
      for (const scmp_arg_cmp& arg : args) {
        description.rules.push_back({action, nr, {arg}});
      }
    }
  }
  return description;
}

}  // namespace scbpf::differential
