// The filters that a live thread has.
#ifndef SCBPF_INSTALLED_H_
#define SCBPF_INSTALLED_H_

#include <sys/types.h>

#include <vector>

#include "absl/status/statusor.h"
#include "scbpf/program.h"

namespace scbpf {

// The filters of thread `pid`, the newest last; empty: it has none. The thread
// is stopped for a moment (ptrace(2), PTRACE_SECCOMP_GET_FILTER), unless it
// has no filter. Of the flags the kernel keeps and tells LOG alone. Errors:
//   NotFound            there is no such thread, or it ended
//   PermissionDenied    says which privilege is missing
//   FailedPrecondition  a debugger has it, or it is in strict mode, where
//                       there is no filter to read
//   DeadlineExceeded    it could not be stopped
//   Unimplemented       a kernel without CONFIG_CHECKPOINT_RESTORE
absl::StatusOr<std::vector<Filter>> ReadInstalled(pid_t pid);

}  // namespace scbpf

#endif  // SCBPF_INSTALLED_H_
