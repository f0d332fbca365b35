// A process whose every system call the kernel records, told from all others
// by an audit session of its own.
#ifndef SCBPF_CLI_LOGGED_CHILD_H_
#define SCBPF_CLI_LOGGED_CHILD_H_

#include <sys/types.h>

#include <csignal>
#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"

namespace scbpf::cli {

struct LoggedChild {
  pid_t pid = -1;
  uint32_t session = 0;  // ses= of its records, and of all it starts
  // Whether no process had this session before.
  bool own_session = false;
  int become_error = 0;  // what `become` returned; 0: it did not
};

// Forks; the child takes `signals` as its mask, begins an audit session (by
// writing its login uid anew), installs a filter that answers LOG to every call
// of every ABI, and calls `become`, which is to execute a program or to exit.
// no_new_privs is set only where the filter cannot be installed without.
// Where a session cannot be begun it keeps the one of its login. Errors: the
// process has no session and cannot begin one, or cannot install the filter.
absl::StatusOr<LoggedChild> StartLogged(const sigset_t& signals,
                                        const std::function<int()>& become);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_LOGGED_CHILD_H_
