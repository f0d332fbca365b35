// Reading --weights.
#ifndef SCBPF_CLI_WEIGHTS_H_
#define SCBPF_CLI_WEIGHTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/command_line.h"
#include "cli/report.h"
#include "scbpf/compile.h"

namespace scbpf::cli {

// Adds --weights to `line`, which stores into `word`.
void AddWeightsOption(CommandLine& line, std::string& word);

// "default", "uniform", "bitmap", or the path of a frequency file
// (compiler/read_weights.h), whose findings go to stderr. Errors:
// InvalidArgument (no such file's content, a choice mistyped), Unavailable (the
// system).
absl::StatusOr<Weights> ReadWeights(Talk& talk, const std::string& word);
// The same where only a file will do.
absl::StatusOr<Weights> ReadWeightsFile(Talk& talk, const std::string& path);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_WEIGHTS_H_
