// How often common programs make each system call (docs/frequencies.md).
#ifndef SCBPF_SYSCALL_TABLES_FREQUENCIES_H_
#define SCBPF_SYSCALL_TABLES_FREQUENCIES_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace scbpf {

// The share of `syscall` in all calls of x86_64, 0..1; they add up to 1 there.
// A call that only other ABIs have counts as the one it stands in for (mmap2 as
// mmap, futex_time64 as futex). 0: never seen, or no system call.
double FrequencyOf(std::string_view syscall);

// The same by the call's place in the tables (FindSyscall), in parts of a
// million.
uint32_t FrequencyAt(size_t place);

}  // namespace scbpf

#endif  // SCBPF_SYSCALL_TABLES_FREQUENCIES_H_
