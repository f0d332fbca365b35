// bpf_asm text as tokens with places.
#ifndef SCBPF_BPF_ASM_LEXER_H_
#define SCBPF_BPF_ASM_LEXER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scbpf/diagnostic.h"

namespace scbpf {

enum class AsmTokenKind : uint8_t {
  kWord,    // a mnemonic, a register, a label
  kNumber,  // as it is written; ReadAsmNumber says what it is
  kSign,    // one of : , # % [ ] ( ) + * &
  kWrong,   // anything else, one character
  kEnd,     // behind the last token
};

struct AsmToken {
  AsmTokenKind kind = AsmTokenKind::kEnd;
  std::string_view text{};
  SourceSpan at;
  bool first_of_line = false;
};

// The tokens, kEnd last. Comments (; to the end of the line, /* */, and lines
// that begin with #) are left out; one that is not closed is a finding.
std::vector<AsmToken> ReadAsmTokens(std::string_view text,
                                    Diagnostics& findings);

// A number of 32 bits: decimal, also negative, 0x2a, 0b101, 052; false: it is
// none, or does not fit.
bool ReadAsmNumber(std::string_view text, uint32_t& value);

}  // namespace scbpf

#endif  // SCBPF_BPF_ASM_LEXER_H_
