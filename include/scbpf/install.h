// Installing filters on the calling thread. Linux only; needs neither the
// compiler nor a JSON library.
#ifndef SCBPF_INSTALL_H_
#define SCBPF_INSTALL_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scbpf/program.h"

namespace scbpf {

// Checks `filter` as the kernel will, then installs it by seccomp(2), or by
// prctl(2) where seccomp(2) does not exist and no flag beyond SPEC_ALLOW is
// asked for. prctl(2) takes no flags: SPEC_ALLOW is dropped there, and the
// thread runs with speculation restricted where the kernel does that by
// default. Returns the listener's descriptor (close-on-exec) with
// kFlagNewListener, else -1.
// The errors say what the kernel refused and what to do:
//   InvalidArgument      the program, or flags this kernel does not know
//   PermissionDenied     neither no_new_privs nor CAP_SYS_ADMIN, or a filter
//                        that is installed already refuses another
//   ResourceExhausted    past the kernel's limit for all filters together, or
//                        no descriptor left for the listener
//   FailedPrecondition   TSYNC: another thread could not be synchronised, or
//                        the thread has a listener already
//   Unimplemented        a kernel without seccomp filters, or one without
//                        seccomp(2) when flags are asked for
absl::StatusOr<int> Install(const Filter& filter);

// As Install, unchecked and async-signal-safe: no allocation, no lock. Returns
// the listener's descriptor with kFlagNewListener, else 0; or -errno. A thread
// that refused TSYNC gives -ESRCH, and its id in *refused if that is not null.
int InstallRaw(const Instruction* instructions, size_t count, uint32_t flags,
               int* refused);

// Whether the kernel's limit has room for these filters on a thread without
// any: 32768 instructions, as the kernel counts them (KernelLength of
// bpf/cost.h). ResourceExhausted says how many there are.
absl::Status CheckHeadroom(std::span<const Filter> filters);

// Installs several filters, the first of them first. Before it installs any it
// checks every program, the headroom, and that each filter lets the later ones
// be installed (PermissionDenied names both; of an ABI that is unknown here, or
// of a 32-bit process on a 64-bit kernel, that is not known). After the first
// it neither allocates nor calls anything but seccomp(2) while all goes well.
// None may have kFlagNewListener. Errors as Install()'s, with the filter's
// index: the filters before it stay installed.
absl::Status InstallSeveral(std::span<const Filter> filters);

// prctl(PR_SET_NO_NEW_PRIVS, 1): for this thread and all it starts, for good.
absl::Status SetNoNewPrivs();

// The FilterFlags this kernel offers (0 where seccomp(2) cannot be called).
// Asks by seccomp(2) with a filter at address 0, so it installs nothing.
uint32_t OfferedFlags();

}  // namespace scbpf

#endif  // SCBPF_INSTALL_H_
