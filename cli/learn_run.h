// learn --run: the records of a command that is run for it.
#ifndef SCBPF_CLI_LEARN_RUN_H_
#define SCBPF_CLI_LEARN_RUN_H_

#include <string>
#include <vector>

#include "cli/record_run.h"
#include "workflow/learn_findings.h"
#include "workflow/record_reader.h"

namespace scbpf::cli {

// How findings call the records of a run.
inline constexpr char kRunLog[] = "<run>";

// Runs the command and has `reader` read its records, as one log.
RecordedRun ReadRun(const std::vector<std::string>& words,
                    RecordReader& reader);

// What the run's records may lack.
std::vector<LearnFinding> FindingsOf(const RecordedRun& run);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_LEARN_RUN_H_
