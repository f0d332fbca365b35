// A program as a listing that people read, in seccomp-tools' style.
#ifndef SCBPF_BPF_DISASSEMBLE_H_
#define SCBPF_BPF_DISASSEMBLE_H_

#include <span>
#include <string>
#include <vector>

#include "scbpf/program.h"

namespace scbpf {

// One line an instruction: number, code, jt, jf, K, and what it does, with
// names of ABIs, syscalls, errnos and actions where the value says so.
std::string Disassemble(std::span<const Instruction> program);

// The last column alone, an element per instruction.
std::vector<std::string> DescribeInstructions(
    std::span<const Instruction> program);

}  // namespace scbpf

#endif  // SCBPF_BPF_DISASSEMBLE_H_
