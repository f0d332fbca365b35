// Compiling an input, telling its findings, and summing up.
#ifndef SCBPF_CLI_COMPILE_INPUT_H_
#define SCBPF_CLI_COMPILE_INPUT_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/read_input.h"
#include "cli/report.h"
#include "cli/target_options.h"
#include "scbpf/compile.h"
#include "scbpf/diagnostic.h"

namespace scbpf::cli {

// Compiles the profile `input`; its findings go to stderr, and are appended to
// `findings`. Errors: Compile's, told for the user.
absl::StatusOr<Compilation> CompileInput(Talk& talk, const Input& input,
                                         CompileOptions options,
                                         Diagnostics& findings);

// What is said of a status that Compile, Emit or ExplainCalls returned.
absl::Status TellFailure(const Talk& talk, const Input& input,
                         const CompileOptions& options,
                         const Diagnostics& findings,
                         const absl::Status& status);

// "p.json: x86_64 x86; 312 instructions; proved in 0.05 ms; 2 warnings", and
// the defaults that took part.
std::string Summarize(const Input& input, const Compilation& compilation,
                      const Diagnostics& findings,
                      const TargetOptions& options);

// Adds --proof-budget to `line`.
void AddBudgetOption(CommandLine& line, ProofBudget& budget);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_COMPILE_INPUT_H_
