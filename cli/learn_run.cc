// Connects a recorded run with learn's reader.
#include "cli/learn_run.h"

#include <optional>
#include <string_view>

#include "bpf/text.h"

namespace scbpf::cli {

RecordedRun ReadRun(const std::vector<std::string>& words,
                    RecordReader& reader) {
  RecordedRun run =
      RecordRun(words, [&](std::string_view line) { reader.Feed(line); });
  reader.EndLog();
  return run;
}

std::vector<LearnFinding> FindingsOf(const RecordedRun& run) {
  std::vector<LearnFinding> findings;
  const auto warn = [&](const char* id, const std::string& text) {
    findings.push_back({Severity::kWarning, id, std::nullopt, text});
  };
  if (run.lost > 0) {
    warn("lost-records",
         Count(run.lost, "record") +
             " of the kernel came faster than they could be read and are "
             "lost; the profile may lack calls");
  }
  if (!run.complete) {
    warn("incomplete-run",
         "the kernel did not send all records in time; the profile may lack "
         "calls");
  }
  if (run.outlived) {
    warn("outlived-run",
         "something that the command started still runs; what it calls from "
         "here on is not in the profile");
  }
  if (run.shared_session) {
    warn("shared-session",
         "no audit session could be begun for the command: records of other "
         "programs of this login may be among its records");
  }
  return findings;
}

}  // namespace scbpf::cli
