// Installs a filter on the calling thread and says why where it cannot.
#include "scbpf/install.h"

#include <sys/prctl.h>

#include <cerrno>

#include "bpf/check.h"
#include "runtime/explain.h"
#include "runtime/probe.h"

namespace scbpf {

absl::StatusOr<int> Install(const Filter& filter) {
  if (absl::Status checked = CheckProgram(filter.program); !checked.ok()) {
    return checked;
  }
  KernelRefusal refusal;
  refusal.flags = filter.flags;
  const int result = InstallRaw(filter.program.data(), filter.program.size(),
                                filter.flags, &refusal.thread);
  if (result >= 0) {
    return (filter.flags & kFlagNewListener) != 0 ? result : -1;
  }
  refusal.error = -result;
  if (refusal.error == EINVAL || refusal.error == ENOSYS) {
    refusal.support = ProbeFilterSupport();
    refusal.offered = OfferedFlags();
  }
  return ExplainRefusal(refusal);
}

absl::Status SetNoNewPrivs() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) return absl::OkStatus();
  if (errno == EINVAL || errno == ENOSYS) {
    return absl::UnimplementedError("this kernel has no no_new_privs");
  }
  return absl::PermissionDeniedError(
      "prctl(PR_SET_NO_NEW_PRIVS) is refused by a filter that is already "
      "installed");
}

}  // namespace scbpf
