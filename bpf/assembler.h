// The language of the kernel tree's bpf_asm, back to instructions.
#ifndef SCBPF_BPF_ASSEMBLER_H_
#define SCBPF_BPF_ASSEMBLER_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "scbpf/diagnostic.h"
#include "scbpf/program.h"

namespace scbpf {

inline constexpr size_t kMostAssemblyErrors = 100;

// Assembles `text` (source: bpf_exp.l and bpf_exp.y of tools/bpf; what only
// packet filters have is named as such). nullopt: it is wrong, and `findings`,
// which are appended to, say where: unknown mnemonics and operands, labels
// that are missing, defined twice, behind or too far away, and programs that
// the kernel refuses. After kMostAssemblyErrors nothing more is looked for.
std::optional<Program> AssembleText(std::string_view text,
                                    Diagnostics& findings);

}  // namespace scbpf

#endif  // SCBPF_BPF_ASSEMBLER_H_
