// Names and numbers of system calls, per ABI. Numbers are those of
// seccomp_data.nr: the ABI's base (x32's bit 30) is in them.
#ifndef SCBPF_SYSCALL_TABLES_SYSCALLS_H_
#define SCBPF_SYSCALL_TABLES_SYSCALLS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "arch/abi.h"
#include "scbpf/target.h"

namespace scbpf {

// The number of `name` on `abi`; nullopt: it has none there.
std::optional<uint32_t> NumberOf(const Abi& abi, std::string_view name);

// The name of `nr` on `abi`, empty when no call has that number.
std::string_view NameOf(const Abi& abi, uint32_t nr);

// The kernel that brought the call to `abi`; nullopt: `abi` does not have it,
// or its number is reserved for a call that no kernel had.
std::optional<KernelVersion> Since(const Abi& abi, std::string_view name);

// Whether any ABI has a call of that name (tables of other ABIs included, and
// the names of multiplexed calls that have no number of their own).
bool IsSyscallName(std::string_view name);

// Every name of any ABI, sorted.
std::span<const std::string_view> AllSyscallNames();

// A name's place in AllSyscallNames(): one look-up for several ABIs.
std::optional<size_t> FindSyscall(std::string_view name);
// The number on `abi` of the call at `place`, -1: none. NumberAt is inline so
// that its optional stays in registers.
int64_t RawNumberAt(const Abi& abi, size_t place);
inline std::optional<uint32_t> NumberAt(const Abi& abi, size_t place) {
  const int64_t number = RawNumberAt(abi, place);
  if (number < 0) return std::nullopt;
  return static_cast<uint32_t>(number);
}

// The numbers of `abi`, ascending; none where abi.has_table is false.
std::span<const uint32_t> NumbersOf(const Abi& abi);

// The same with the place of each call, for FrequencyAt and NameAt.
struct NumberedCall {
  uint32_t number = 0;
  uint16_t place = 0;
};
std::span<const NumberedCall> CallsOf(const Abi& abi);
std::string_view NameAt(size_t place);

// The newest kernel whose calls the tables hold.
KernelVersion NewestKernel();

// "socket" -> {socketcall, 1}; nullopt: not a multiplexed call.
struct MultiplexedCall {
  bool is_ipc = false;  // else socketcall
  uint32_t call = 0;
};
std::optional<MultiplexedCall> FindMultiplexed(std::string_view name);
std::optional<MultiplexedCall> MultiplexedAt(size_t place);

// "close", or "500" for a number without a name; for an ABI that shares its
// audit token with another one, "x32 read" and "x32 500".
std::string DescribeNumber(const Abi& abi, uint32_t nr);

}  // namespace scbpf

#endif  // SCBPF_SYSCALL_TABLES_SYSCALLS_H_
