// What a container runtime hands to libseccomp for a profile: the opponent's
// own reading, which shares nothing with the compiler's.
#ifndef SCBPF_TESTS_DIFFERENTIAL_DESCRIPTION_H_
#define SCBPF_TESTS_DIFFERENTIAL_DESCRIPTION_H_

#include <seccomp.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "scbpf/profile.h"
#include "scbpf/target.h"

namespace scbpf::differential {

// One seccomp_rule_add_array().
struct DescribedRule {
  uint32_t action = 0;  // SCMP_ACT_*
  int nr = 0;           // as seccomp_syscall_resolve_name() says
  std::vector<scmp_arg_cmp> args;
};

struct Description {
  uint32_t default_action = 0;
  std::vector<uint32_t> arches;  // SCMP_ARCH_* tokens to add to the native one
  bool keeps_native = true;      // every runtime does
  std::vector<DescribedRule> rules;
};

// Reads `profile` as runc 1.1 and crun 1.8 do on an x86_64 host: entries by
// includes/excludes as Docker and Podman do before them, rules equal to the
// default skipped, unknown names skipped, one rule a condition where an
// argument index repeats. `target` gives capabilities and kernel.
Description Describe(const Profile& profile, const Target& target);

// The token of "SCMP_ARCH_X86"'s ABI by its id ("x86"); 0: none.
uint32_t ScmpToken(std::string_view abi_id);

}  // namespace scbpf::differential

#endif  // SCBPF_TESTS_DIFFERENTIAL_DESCRIPTION_H_
