// Names of errnos, actions, operators, capabilities, argument constants and
// prototypes, and the nearest match for a name that is none.
#ifndef SCBPF_SYSCALL_TABLES_NAMES_H_
#define SCBPF_SYSCALL_TABLES_NAMES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scbpf/return_value.h"

namespace scbpf {

// Errno numbers of x86 and the other generic ABIs.
std::optional<uint16_t> ErrnoByName(std::string_view name);  // "EPERM"
std::string_view ErrnoName(uint16_t error);                  // "" unknown

// "SCMP_ACT_ERRNO" (and the old "SCMP_ACT_KILL") as profiles write it.
std::optional<Action> ActionByProfileName(std::string_view name);
std::string_view ProfileName(Action action);
std::span<const std::string_view> AllProfileActionNames();

// "errno(EPERM)", "allow", "trace(1)", "trap", "kill_process", ...
std::string FormatReturnValue(ReturnValue value);
// Reads every spelling of docs: SCMP_ACT_ERRNO, errno, errno(38),
// ERRNO(ENOSYS), kill, notify. ERRNO and TRACE without data: 1.
std::optional<ReturnValue> ParseReturnValue(std::string_view text);

// "CAP_SYS_ADMIN", exactly.
bool IsCapability(std::string_view name);
std::span<const std::string_view> AllCapabilities();

// How the kernel uses an argument.
enum class ArgClass : uint8_t { kUnknown, kInt32, kUint16, kLong, kPointer };
struct ArgPrototype {
  std::string_view name;  // "domain"
  ArgClass arg_class = ArgClass::kUnknown;
};
// The arguments of a syscall, at most six; empty: not known.
std::span<const ArgPrototype> PrototypeOf(std::string_view syscall);

// The name of a value where `syscall` takes it as argument `arg`:
// "AF_VSOCK"; for flags "CLONE_NEWUSER|CLONE_NEWNS". Empty: none.
std::string ConstantName(std::string_view syscall, int arg, uint64_t value);
// The reverse, and any known constant, flags with '|', decimal and hex.
std::optional<uint64_t> ParseArgument(std::string_view text);
// The constant nearest to the first word of `text` that is none; else empty.
std::string_view NearestConstant(std::string_view text);

// The candidate nearest to `word` (edit distance, case ignored), or empty when
// none is near enough to be meant.
std::string_view NearestName(std::string_view word,
                             std::span<const std::string_view> candidates);

}  // namespace scbpf

#endif  // SCBPF_SYSCALL_TABLES_NAMES_H_
