// A policy too large for one filter, as a stack of them.
#ifndef SCBPF_COMPILER_SPLIT_H_
#define SCBPF_COMPILER_SPLIT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "scbpf/compile.h"
#include "scbpf/policy.h"
#include "scbpf/program.h"

namespace scbpf {

// Programs of at most 4096 instructions that together answer what `policy`
// does, the newest last: each answers for its share of the numbers and their
// arguments, and ALLOW to the rest, and the kernel takes the most restrictive
// answer. The newest one answers for seccomp, prctl and execve, without which
// nothing more can be installed or started, and for everything that goes to a
// listener: a thread has one. OutOfRange: there is no such stack that the
// kernel would take.
absl::StatusOr<std::vector<Program>> BuildSplit(const Policy& policy,
                                                const Weights& weights);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_SPLIT_H_
