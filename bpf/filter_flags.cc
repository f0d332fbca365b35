// The table of linux/seccomp.h.
#include "bpf/filter_flags.h"

#include "scbpf/program.h"

namespace scbpf {
namespace {

constexpr FilterFlagName kFlags[] = {
    {"SECCOMP_FILTER_FLAG_TSYNC", kFlagTsync},
    {"SECCOMP_FILTER_FLAG_LOG", kFlagLog},
    {"SECCOMP_FILTER_FLAG_SPEC_ALLOW", kFlagSpecAllow},
    {"SECCOMP_FILTER_FLAG_NEW_LISTENER", kFlagNewListener},
    {"SECCOMP_FILTER_FLAG_TSYNC_ESRCH", kFlagTsyncEsrch},
    {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", kFlagWaitKillableRecv},
};

}  // namespace

std::span<const FilterFlagName> AllFilterFlags() { return kFlags; }

std::vector<std::string_view> FlagNames(uint32_t flags) {
  std::vector<std::string_view> names;
  for (const FilterFlagName& flag : kFlags) {
    if ((flags & flag.bit) != 0) names.push_back(flag.name);
  }
  return names;
}

}  // namespace scbpf
