// MarkUnknown: which numbers answer ENOSYS (docs/semantics.md section 6).
#include <algorithm>
#include <optional>
#include <vector>

#include "compiler/resolve_parts.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

std::vector<uint32_t> KnownBy(const Abi& abi, KernelVersion version,
                              const std::vector<uint32_t>& named) {
  std::vector<uint32_t> known = named;
  for (const uint32_t nr : NumbersOf(abi)) {
    const std::optional<KernelVersion> since = Since(abi, NameOf(abi, nr));
    if (since.has_value() && *since <= version) known.push_back(nr);
  }
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  return known;
}

}  // namespace

bool WantsEnosys(const Target& target, ReturnValue default_action) {
  if (target.unknown_syscalls != UnknownSyscalls::kEnosys) return false;
  return !IsPermission(default_action) &&
         ActionOf(default_action) != Action::kTrace;
}

void MarkUnknown(const Target& target,
                 const std::vector<std::vector<uint32_t>>& named,
                 RuleSet& rules) {
  rules.unknown_is_enosys = true;
  rules.unknown_by_version = target.unknown_syscalls_kernel.has_value();
  for (size_t i = 0; i < rules.abis.size(); ++i) {
    AbiRules& abi = rules.abis[i];
    if (rules.unknown_by_version) {
      abi.known = KnownBy(*abi.abi, *target.unknown_syscalls_kernel, named[i]);
      continue;
    }
    const auto greatest = std::max_element(named[i].begin(), named[i].end());
    if (greatest != named[i].end() && *greatest > 0) abi.border = *greatest;
  }
}

}  // namespace scbpf
