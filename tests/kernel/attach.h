// Attaches a program with seccomp(2) itself, so that what is tested is the
// kernel and no library of ours.
#ifndef SCBPF_TESTS_KERNEL_ATTACH_H_
#define SCBPF_TESTS_KERNEL_ATTACH_H_

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "gtest/gtest.h"
#include "scbpf/program.h"

namespace scbpf {

// 0, or the errno of the refusal. Needs no privileges.
inline int Attach(Program program) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  sock_fprog raw = {};
  raw.len = static_cast<unsigned short>(program.size());
  raw.filter = reinterpret_cast<sock_filter*>(program.data());
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &raw) == 0 ? 0
                                                                     : errno;
}

// Skips where no filter can be installed at all. The kernel frees filters in
// its own time: every test leaves it some.
class AttachTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const uint32_t action = SECCOMP_RET_ERRNO;
    if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) != 0) {
      GTEST_SKIP() << "seccomp(2) cannot be called here";
    }
  }
  void TearDown() override { Pause(); }
  static void Pause() { usleep(50000); }
};

}  // namespace scbpf

#endif  // SCBPF_TESTS_KERNEL_ATTACH_H_
