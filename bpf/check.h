// What the kernel checks before it takes a filter.
#ifndef SCBPF_BPF_CHECK_H_
#define SCBPF_BPF_CHECK_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "scbpf/filter.h"  // IWYU pragma: export

namespace scbpf {

// Why CheckProgram refuses a program.
struct Refusal {
  std::optional<size_t> instruction;  // nullopt: the program as a whole
  std::string reason;
};
std::optional<Refusal> FindRefusal(std::span<const Instruction> program);

}  // namespace scbpf

#endif  // SCBPF_BPF_CHECK_H_
