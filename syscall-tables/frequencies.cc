// The measured share of each system call.
#include "syscall-tables/frequencies.h"

#include <cstdint>
#include <optional>

#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

#include "syscall-tables/frequencies.inc"

}  // namespace

double FrequencyOf(std::string_view syscall) {
  const std::optional<size_t> place = FindSyscall(syscall);
  return place ? static_cast<double>(kShares[*place]) / kSum : 0;
}

uint32_t FrequencyAt(size_t place) { return kShares[place]; }

}  // namespace scbpf
