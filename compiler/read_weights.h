// Frequency files: how often each syscall was called, as people have it.
#ifndef SCBPF_COMPILER_READ_WEIGHTS_H_
#define SCBPF_COMPILER_READ_WEIGHTS_H_

#include <optional>
#include <string_view>

#include "scbpf/compile.h"
#include "scbpf/diagnostic.h"

namespace scbpf {

// Reads
//   * a JSON object of counts by syscall name, {"read": 120034}, or of such
//     objects for each ABI, {"x86_64": {"read": 120034}};
//   * what `strace -c` writes, its tables for 32-bit and x32 calls as those
//     of x86 and x32;
//   * what `perf trace -s` writes, all threads together.
// Counts of one name add up. nullopt: it is none of these, or a name or a count
// is none; `findings`, which are appended to, say where.
std::optional<Weights> ReadWeights(std::string_view text,
                                   Diagnostics& findings);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_READ_WEIGHTS_H_
