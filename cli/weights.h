// Reading --weights.
#ifndef SCBPF_CLI_WEIGHTS_H_
#define SCBPF_CLI_WEIGHTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/command_line.h"
#include "scbpf/compile.h"

namespace scbpf::cli {

// Adds --weights to `line`, which stores into `word`.
void AddWeightsOption(CommandLine& line, std::string& word);

// "default", "uniform", "bitmap", or the path of a frequency file
// (compiler/read_weights.h). Errors: InvalidArgument (no such file's content),
// Unavailable (the system).
absl::StatusOr<Weights> ReadWeights(const std::string& word);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_WEIGHTS_H_
