// What is said of a file that cannot be opened.
#ifndef SCBPF_CLI_MISSING_FILE_H_
#define SCBPF_CLI_MISSING_FILE_H_

#include <string>

#include "absl/status/status.h"

namespace scbpf::cli {

// Why `path` could not be opened; `error` is errno. InvalidArgument: it is no
// path at all but a URL, an option of another program, or the text itself;
// else Unavailable.
absl::Status CannotOpen(const std::string& path, int error);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_MISSING_FILE_H_
