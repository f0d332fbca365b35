// Attaches a program to the calling thread: two system calls and nothing else.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "scbpf/install.h"

namespace scbpf {
namespace {

// The kernel reads Instructions as its own struct.
static_assert(sizeof(Instruction) == sizeof(sock_filter));
static_assert(offsetof(Instruction, code) == offsetof(sock_filter, code));
static_assert(offsetof(Instruction, jt) == offsetof(sock_filter, jt));
static_assert(offsetof(Instruction, jf) == offsetof(sock_filter, jf));
static_assert(offsetof(Instruction, k) == offsetof(sock_filter, k));
static_assert(kFlagTsync == SECCOMP_FILTER_FLAG_TSYNC);
static_assert(kFlagLog == SECCOMP_FILTER_FLAG_LOG);
static_assert(kFlagSpecAllow == SECCOMP_FILTER_FLAG_SPEC_ALLOW);
static_assert(kFlagNewListener == SECCOMP_FILTER_FLAG_NEW_LISTENER);
static_assert(kFlagTsyncEsrch == SECCOMP_FILTER_FLAG_TSYNC_ESRCH);
static_assert(kFlagWaitKillableRecv == SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);

// What seccomp(2), or prctl(2) in its place, returned; failures as -errno.
int Attach(const sock_fprog& program, uint32_t flags) {
  long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
  if (result < 0 && errno == ENOSYS && (flags & ~kFlagSpecAllow) == 0) {
    result = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
  }
  return result < 0 ? -errno : static_cast<int>(result);
}

}  // namespace

int InstallRaw(const Instruction* instructions, size_t count, uint32_t flags,
               int* refused) {
  if (refused != nullptr) *refused = 0;
  const bool listener = (flags & kFlagNewListener) != 0;
  const bool names_thread = (flags & (kFlagTsync | kFlagTsyncEsrch)) ==
                            static_cast<uint32_t>(kFlagTsync);
  // A positive answer would mean a descriptor or a thread: 5.0 lets it pass.
  if (listener && names_thread) return -EINVAL;
  // The length is 16 bits wide.
  if (count == 0 || count > kMaxInstructions) return -EINVAL;

  sock_fprog program = {};
  program.len = static_cast<unsigned short>(count);
  program.filter =
      reinterpret_cast<sock_filter*>(const_cast<Instruction*>(instructions));
  const int saved = errno;
  const int result = Attach(program, flags);
  errno = saved;
  if (listener || result <= 0) return result;
  if (refused != nullptr) *refused = result;
  return -ESRCH;
}

}  // namespace scbpf
