// The words of bpf_asm's language for instructions.
#ifndef SCBPF_BPF_ASM_MNEMONICS_H_
#define SCBPF_BPF_ASM_MNEMONICS_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace scbpf {

// What may stand behind a mnemonic.
enum class AsmForm : uint8_t {
  kNone,     // tax
  kLoad,     // ld: [k] | M[k] | #k | #len
  kLoadX,    // ldx: M[k] | #k | #len
  kValue,    // ldi: #k | k
  kScratch,  // st: M[k]
  kOperand,  // add: #k | x
  kJump,     // ja: LABEL
  kBranch,   // jeq: #k|x, LABEL[, LABEL]
  kInverse,  // jne: #k|x, LABEL
  kReturn,   // ret: #k | a
  kForeign,  // what seccomp does not have
};

struct Mnemonic {
  std::string_view name;
  AsmForm form;
  uint16_t code;
};

std::span<const Mnemonic> AllMnemonics();

// Case does not matter. nullptr: none.
const Mnemonic* FindMnemonic(std::string_view word);

}  // namespace scbpf

#endif  // SCBPF_BPF_ASM_MNEMONICS_H_
