// Random programs that the kernel accepts, all instructions in them.
#ifndef SCBPF_TESTS_BPF_RANDOM_PROGRAMS_H_
#define SCBPF_TESTS_BPF_RANDOM_PROGRAMS_H_

#include <cstdint>
#include <random>
#include <vector>

#include "bpf/check.h"
#include "bpf/instruction.h"
#include "scbpf/program.h"

namespace scbpf {

// Every opcode that seccomp takes.
inline std::vector<uint16_t> AllOpcodes() {
  std::vector<uint16_t> codes;
  for (uint16_t code = 0; code < 0x100; ++code) {
    const Program alone = {{code, 0, 0, code == op::kLdAbs ? 4u : 1u},
                           op::Return(0)};
    const bool scratch = code == op::kLdMem || code == op::kLdxMem;
    const bool ja = code == op::kJaK;
    if (scratch || ja || !FindRefusal(alone).has_value()) {
      codes.push_back(code);
    }
  }
  return codes;
}

// `dirty`: fields that an instruction does not read are random too.
inline Program RandomProgram(std::mt19937& random, bool dirty) {
  static const std::vector<uint16_t> codes = AllOpcodes();
  const auto below = [&](uint32_t limit) {
    return static_cast<uint32_t>(random() % limit);
  };
  while (true) {
    Program program(1 + below(12));
    for (size_t pc = 0; pc < program.size(); ++pc) {
      Instruction& in = program[pc];
      const auto left = static_cast<uint32_t>(program.size() - pc);
      in = {codes[below(static_cast<uint32_t>(codes.size()))],
            static_cast<uint8_t>(below(left)),
            static_cast<uint8_t>(below(left)), below(40)};
      if (op::Class(in.code) == op::kJmp && below(2) == 0) in.jf = 0;
      if (in.code == op::kLdAbs) in.k = 4 * below(16);
      if (op::Class(in.code) == op::kRet && below(2) == 0) in.k = random();
      if (!dirty) in = op::WithoutUnused(in);
    }
    program.push_back({below(4) == 0 ? op::kRetA : op::kRetK, 0, 0, 0});
    if (!FindRefusal(program).has_value()) return program;
  }
}

}  // namespace scbpf

#endif  // SCBPF_TESTS_BPF_RANDOM_PROGRAMS_H_
