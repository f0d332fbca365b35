// Reading --weights.
#ifndef SCBPF_CLI_WEIGHTS_H_
#define SCBPF_CLI_WEIGHTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "scbpf/compile.h"

namespace scbpf::cli {

// "default", "uniform", "bitmap", or the path of a frequency file: a JSON
// object of counts by syscall name, {"read": 120034}, or such an object for
// each ABI, {"x86_64": {"read": 120034}}. Errors: InvalidArgument (no such
// object), Unavailable (the system).
absl::StatusOr<Weights> ReadWeights(const std::string& word);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_WEIGHTS_H_
