// What a filter answers: an action and 16 bits of data, and how the kernel
// reads and ranks them (source: seccomp(2), linux/seccomp.h).
#ifndef SCBPF_RETURN_VALUE_H_
#define SCBPF_RETURN_VALUE_H_

#include <cstdint>

namespace scbpf {

// The kernel's actions, most restrictive first: smaller is more restrictive.
enum class Action : uint8_t {
  kKillProcess,
  kKillThread,
  kTrap,
  kErrno,
  kUserNotif,
  kTrace,
  kLog,
  kAllow,
};

// SECCOMP_RET_* in the upper 16 bits, data in the lower 16.
struct ReturnValue {
  uint32_t raw = 0;

  bool operator==(const ReturnValue&) const = default;
};

constexpr ReturnValue KillProcess() { return {0x80000000u}; }
constexpr ReturnValue KillThread() { return {0}; }
constexpr ReturnValue Trap(uint16_t data = 0) { return {0x00030000u | data}; }
constexpr ReturnValue Errno(uint16_t error) { return {0x00050000u | error}; }
constexpr ReturnValue UserNotif() { return {0x7fc00000u}; }
constexpr ReturnValue Trace(uint16_t data) { return {0x7ff00000u | data}; }
constexpr ReturnValue Log() { return {0x7ffc0000u}; }
constexpr ReturnValue Allow() { return {0x7fff0000u}; }

constexpr uint16_t DataOf(ReturnValue value) {
  return static_cast<uint16_t>(value.raw);
}

// The action the kernel takes: one it does not know is KILL_PROCESS.
constexpr Action ActionOf(ReturnValue value) {
  switch (value.raw & 0xffff0000u) {
    case 0x00000000u:
      return Action::kKillThread;
    case 0x00030000u:
      return Action::kTrap;
    case 0x00050000u:
      return Action::kErrno;
    case 0x7fc00000u:
      return Action::kUserNotif;
    case 0x7ff00000u:
      return Action::kTrace;
    case 0x7ffc0000u:
      return Action::kLog;
    case 0x7fff0000u:
      return Action::kAllow;
    default:
      return Action::kKillProcess;
  }
}

// Whether the call is made, whoever watches: ALLOW or LOG.
constexpr bool IsPermission(Action action) {
  return action == Action::kAllow || action == Action::kLog;
}
constexpr bool IsPermission(ReturnValue value) {
  return IsPermission(ActionOf(value));
}

// Whether the kernel looks at the data of this action.
constexpr bool HasData(Action action) {
  return action == Action::kErrno || action == Action::kTrace ||
         action == Action::kTrap;
}

// The value with the same effect that all equal-in-effect values share:
// unknown actions become KILL_PROCESS, ERRNO data above 4095 becomes 4095,
// data of actions without data becomes 0.
constexpr ReturnValue AsKernelReads(ReturnValue value) {
  const Action action = ActionOf(value);
  if (action == Action::kKillProcess) return KillProcess();
  if (action == Action::kErrno && DataOf(value) > 4095) return Errno(4095);
  if (!HasData(action)) return {value.raw & 0xffff0000u};
  return value;
}

constexpr bool MoreRestrictive(ReturnValue a, ReturnValue b) {
  return ActionOf(a) < ActionOf(b);
}

}  // namespace scbpf

#endif  // SCBPF_RETURN_VALUE_H_
