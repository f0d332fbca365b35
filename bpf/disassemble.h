// A program as a listing that people read, in seccomp-tools' style.
#ifndef SCBPF_BPF_DISASSEMBLE_H_
#define SCBPF_BPF_DISASSEMBLE_H_

#include <span>
#include <string>
#include <vector>

#include "scbpf/filter.h"  // IWYU pragma: export

namespace scbpf {

// The last column of Disassemble alone, an element per instruction.
std::vector<std::string> DescribeInstructions(
    std::span<const Instruction> program);

}  // namespace scbpf

#endif  // SCBPF_BPF_DISASSEMBLE_H_
