// Argument conditions in words that a reader of profiles knows.
#ifndef SCBPF_SYSCALL_TABLES_WORDS_H_
#define SCBPF_SYSCALL_TABLES_WORDS_H_

#include <string>
#include <string_view>

#include "scbpf/policy.h"

namespace scbpf {

// "domain == AF_VSOCK", "flags & 0x7e020000 == 0", "a0 >= 0x100000000".
// Arguments of unknown syscalls ("" among them) are a0 to a5. On an ABI that
// compares 64 bits a condition on a low half shows its mask; elsewhere that
// is the whole argument.
std::string FormatCondition(std::string_view syscall,
                            const ArgCondition& condition,
                            bool compares_64_bits = false);

}  // namespace scbpf

#endif  // SCBPF_SYSCALL_TABLES_WORDS_H_
