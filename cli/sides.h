// INPUTs as sides of a comparison.
#ifndef SCBPF_CLI_SIDES_H_
#define SCBPF_CLI_SIDES_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/read_input.h"
#include "cli/report.h"
#include "cli/target_options.h"
#include "scbpf/call.h"
#include "scbpf/compile.h"
#include "scbpf/prove.h"
#include "scbpf/return_value.h"

namespace scbpf::cli {

// What every comparing verb takes.
struct Comparison {
  Talk talk;
  TargetOptions target;
  ProofBudget budget;
};
void AddComparisonOptions(CommandLine& line, Comparison& comparison);

// Compiles a profile for its policy alone; findings go to stderr.
absl::StatusOr<Compilation> CompilePolicy(Comparison& comparison,
                                          const Input& input);

// Reads the INPUT at `path`: a profile's policy, or a stack of filters.
// Findings go to stderr.
absl::StatusOr<Side> LoadSide(Comparison& comparison, const std::string& path);

// The same where only a profile, or only filters, will do.
absl::StatusOr<Side> LoadProfile(Comparison& comparison,
                                 const std::string& path);
absl::StatusOr<Side> LoadFilter(Comparison& comparison,
                                const std::string& path);

// What a side answers to a call.
ReturnValue Answer(const Side& side, const Call& call);

// The status of a proof, with what to do when the budget ran out.
absl::Status TellProofFailure(const Comparison& comparison,
                              const absl::Status& status);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_SIDES_H_
