// Writing a result: the whole of it, or nothing.
#ifndef SCBPF_CLI_WRITE_OUTPUT_H_
#define SCBPF_CLI_WRITE_OUTPUT_H_

#include <string>

#include "absl/status/status.h"

namespace scbpf::cli {

struct Output {
  std::string path = "-";  // "-": stdout
  bool force = false;      // raw bytes may go to a terminal
};

// Whether a file can be written there, as far as that is known before: so that
// no recording is lost for want of a folder. Unavailable: it cannot.
absl::Status CheckOutput(const Output& output);

// Writes `bytes`. A file is written beside its target and renamed, so that
// the target is never half-written; an existing target keeps its mode and,
// where that may be, its owner. A device, a pipe and an open descriptor
// (/dev/stdout, /dev/fd/3) are written as they are. Errors: Unavailable (the
// system), InvalidArgument (`raw` bytes for a terminal, an empty name).
absl::Status WriteOutput(const Output& output, const std::string& bytes,
                         bool raw);

// A template for mkstemp(3) and mkdtemp(3) beside `target`, however long the
// name of that is.
std::string TemporaryName(const std::string& target);

// Writes text to stdout.
absl::Status WriteText(const std::string& text);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_WRITE_OUTPUT_H_
