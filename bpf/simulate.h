// What an accepted program answers to one call, and what it executed.
#ifndef SCBPF_BPF_SIMULATE_H_
#define SCBPF_BPF_SIMULATE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "scbpf/filter.h"  // IWYU pragma: export

namespace scbpf {

struct Execution {
  ReturnValue result;
  uint32_t executed = 0;  // instructions, the RET included
};

// `program` must have passed CheckProgram. seccomp_data is laid out as on a
// little-endian machine, whatever the token. A division by X == 0 returns 0
// (KILL_THREAD); a shift by X is one by X mod 32; LEN is 64.
Execution Execute(std::span<const Instruction> program, const Call& call);

// The same with the indexes of the instructions, in order.
struct TracedExecution {
  Execution execution;
  std::vector<uint32_t> path;
  std::vector<uint32_t> accumulator;  // A after each of them
};
TracedExecution ExecuteTraced(std::span<const Instruction> program,
                              const Call& call);

// What the kernel answers when several filters are installed, the newest
// last: the most restrictive action (ranked as signed numbers, so that
// unknown actions count as the kernel counts them); of equal ones the
// newest's. `winner`: the index of the filter that decided.
struct StackAnswer {
  ReturnValue result;
  size_t winner = 0;
};
StackAnswer SimulateStack(std::span<const Program> stack, const Call& call);

}  // namespace scbpf

#endif  // SCBPF_BPF_SIMULATE_H_
