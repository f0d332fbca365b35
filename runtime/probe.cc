// Asks the kernel with a filter at address 0: whatever it knows gets as far as
// reading the filter and fails with EFAULT, so nothing is ever installed.
#include "runtime/probe.h"

#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "scbpf/install.h"

namespace scbpf {
namespace {

bool Knows(uint32_t flags) {
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, nullptr) < 0 &&
         errno == EFAULT;
}

}  // namespace

FilterSupport ProbeFilterSupport() {
  if (Knows(0)) return FilterSupport::kSeccomp;
  const bool by_prctl =
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, nullptr, 0, 0) < 0 &&
      errno == EFAULT;
  return by_prctl ? FilterSupport::kPrctl : FilterSupport::kNone;
}

uint32_t OfferedFlags() {
  uint32_t offered = 0;
  for (const uint32_t flag : {kFlagTsync, kFlagLog, kFlagSpecAllow,
                              kFlagNewListener, kFlagTsyncEsrch}) {
    if (Knows(flag)) offered |= flag;
  }
  // Refused alone, whether known or not.
  if (Knows(kFlagWaitKillableRecv | kFlagNewListener)) {
    offered |= kFlagWaitKillableRecv;
  }
  return offered;
}

}  // namespace scbpf
