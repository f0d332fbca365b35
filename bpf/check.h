// What the kernel checks before it takes a filter.
#ifndef SCBPF_BPF_CHECK_H_
#define SCBPF_BPF_CHECK_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "scbpf/program.h"

namespace scbpf {

// Ok exactly when seccomp(2) would accept the program (source:
// bpf_check_classic, check_load_and_stores and seccomp_check_filter of the
// kernel). The error names the instruction and the reason.
absl::Status CheckProgram(std::span<const Instruction> program);

// The same as data: nullopt is ok.
struct Refusal {
  std::optional<size_t> instruction;  // nullopt: the program as a whole
  std::string reason;
};
std::optional<Refusal> FindRefusal(std::span<const Instruction> program);

}  // namespace scbpf

#endif  // SCBPF_BPF_CHECK_H_
