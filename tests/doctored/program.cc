// Assemble with a bug: one answer is another errno.
#include "bpf/instruction.h"
#include "compiler/assembly.h"

namespace scbpf {

Program Real(const Assembly&) asm("__real__ZN5scbpf8AssembleERKNS_8AssemblyE");
Program Doctored(const Assembly&) asm(
    "__wrap__ZN5scbpf8AssembleERKNS_8AssemblyE");

Program Doctored(const Assembly& assembly) {
  Program program = Real(assembly);
  for (Instruction& instruction : program) {
    if (instruction.code != op::kRetK) continue;
    instruction.k ^=
        ActionOf({instruction.k}) == Action::kAllow ? 0x7fff0000 : 0x2;
    break;
  }
  return program;
}

}  // namespace scbpf
