// The arguments of system calls.
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

// Where a call's arguments stand among all arguments.
struct Slice {
  uint16_t first;
  uint8_t count;
};

#include "syscall-tables/prototypes.inc"

}  // namespace

std::span<const ArgPrototype> PrototypeOf(std::string_view syscall) {
  const std::optional<size_t> place = FindSyscall(syscall);
  if (!place) return {};
  const Slice own = kPrototypes[*place];
  return std::span(kArguments).subspan(own.first, own.count);
}

}  // namespace scbpf
