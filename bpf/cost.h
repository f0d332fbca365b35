// What a program costs: executed instructions, the kernel's action bitmap and
// its length limit.
#ifndef SCBPF_BPF_COST_H_
#define SCBPF_BPF_COST_H_

#include <cstdint>
#include <span>

#include "arch/abi.h"
#include "scbpf/program.h"

namespace scbpf {

struct ExecutedCost {
  double mean = 0;  // over every number of the ABI's table, arguments 0
  uint32_t max = 0;
};
ExecutedCost MeasureExecuted(std::span<const Instruction> program,
                             const Abi& abi);

// The longest path through the program in instructions, RET included,
// whether or not a call takes it.
uint32_t LongestPath(std::span<const Instruction> program);

// What a kernel >= 5.11 finds of `nr` of `audit_arch` when the filter is
// installed: whether it is always ALLOW, and how many instructions it took to
// see that (source: seccomp_is_const_allow).
struct BitmapScan {
  bool allowed = false;
  uint32_t steps = 0;
};
BitmapScan ScanForActionBitmap(std::span<const Instruction> program,
                               uint32_t audit_arch, uint32_t nr);

// Whether a kernel >= 5.11 finds that `nr` of `audit_arch` is always ALLOW, so
// that it answers without running the filter (source: seccomp_is_const_allow).
bool IsInActionBitmap(std::span<const Instruction> program, uint32_t audit_arch,
                      uint32_t nr);

// What the program counts against the kernel's limit of 32768 instructions
// for all filters of a process, the fixed 4 included: the length after the
// kernel's own conversion (source: bpf_convert_filter). The newest filter's
// own 4 do not count until the next is installed: it is taken while the sum
// over all filters, itself included, is at most 32768 + 4 (source:
// seccomp_attach_filter). With constant blinding (sysctl
// net.core.bpf_jit_harden) the kernel counts more.
uint32_t KernelLength(std::span<const Instruction> program);

}  // namespace scbpf

#endif  // SCBPF_BPF_COST_H_
