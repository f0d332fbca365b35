// learn --run: the records of a command that is run for it.
#ifndef SCBPF_CLI_LEARN_RUN_H_
#define SCBPF_CLI_LEARN_RUN_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/record_run.h"
#include "cli/write_output.h"
#include "workflow/learn_findings.h"
#include "workflow/record_reader.h"

namespace scbpf::cli {

// How findings call the records of a run.
inline constexpr char kRunLog[] = "<run>";

// Whether a file can be written there, as far as that is known before: so that
// no recording is lost for want of a folder. Unavailable: it cannot.
absl::Status CheckOutput(const Output& output);

// Runs the command and has `reader` read its records, as one log.
RecordedRun ReadRun(const std::vector<std::string>& words,
                    RecordReader& reader);

// What the run's records may lack.
std::vector<LearnFinding> FindingsOf(const RecordedRun& run);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_LEARN_RUN_H_
