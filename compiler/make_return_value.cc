// The return value that a profile's action and data stand for.
#include "scbpf/profile.h"

namespace scbpf {

ReturnValue MakeReturnValue(Action action, std::optional<uint16_t> data) {
  switch (action) {
    case Action::kKillProcess:
      return KillProcess();
    case Action::kKillThread:
      return KillThread();
    case Action::kTrap:
      return Trap();
    case Action::kErrno:
      return Errno(data.value_or(1));
    case Action::kUserNotif:
      return UserNotif();
    case Action::kTrace:
      return Trace(data.value_or(1));
    case Action::kLog:
      return Log();
    case Action::kAllow:
      return Allow();
  }
  return KillProcess();
}

}  // namespace scbpf
