// Installing filters on the calling thread. Linux only; needs neither the
// compiler nor a JSON library.
#ifndef SCBPF_INSTALL_H_
#define SCBPF_INSTALL_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scbpf/program.h"

namespace scbpf {

// Checks `filter` as the kernel will, then installs it by seccomp(2), or by
// prctl(2) where seccomp(2) does not exist and no flag beyond SPEC_ALLOW is
// asked for. Returns the listener's descriptor with kFlagNewListener, else -1.
// The errors say what the kernel refused and what to do:
//   InvalidArgument      the program, or flags this kernel does not know
//   PermissionDenied     neither no_new_privs nor CAP_SYS_ADMIN
//   ResourceExhausted    past the kernel's limit for all filters together
//   FailedPrecondition   TSYNC: another thread could not be synchronised
//   Unimplemented        a kernel without seccomp filters
absl::StatusOr<int> Install(const Filter& filter);

// As Install, unchecked and async-signal-safe: no allocation, no lock. Returns
// the listener's descriptor with kFlagNewListener, else 0; or -errno. A thread
// that refused TSYNC gives -ESRCH, and its id in *refused if that is not null.
int InstallRaw(const Instruction* instructions, size_t count, uint32_t flags,
               int* refused);

// prctl(PR_SET_NO_NEW_PRIVS, 1).
absl::Status SetNoNewPrivs();

// The FilterFlags this kernel offers.
uint32_t OfferedFlags();

}  // namespace scbpf

#endif  // SCBPF_INSTALL_H_
