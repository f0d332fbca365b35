// How often common programs make each system call (docs/frequencies.md).
#ifndef SCBPF_SYSCALL_TABLES_FREQUENCIES_H_
#define SCBPF_SYSCALL_TABLES_FREQUENCIES_H_

#include <string_view>

namespace scbpf {

// The share of `syscall` in all calls, 0..1; all shares add up to 1. 0: never
// seen, or no system call. Measured on x86_64, so that calls which only other
// ABIs have (mmap2, clock_gettime64, ...) have 0.
double FrequencyOf(std::string_view syscall);

}  // namespace scbpf

#endif  // SCBPF_SYSCALL_TABLES_FREQUENCIES_H_
