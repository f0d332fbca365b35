// Reading logs of any size, packed with gzip or not, piece by piece.
#ifndef SCBPF_CLI_READ_LOG_H_
#define SCBPF_CLI_READ_LOG_H_

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace scbpf::cli {

// Hands the bytes of the file at `path` ("-": stdin) to `take`, unpacked where
// they are gzip's. Errors: Unavailable (the system), InvalidArgument (damaged
// gzip, other packings, a journal's own file).
absl::Status ReadLog(const std::string& path,
                     const std::function<void(std::string_view)>& take);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_READ_LOG_H_
