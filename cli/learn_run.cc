// Connects a recorded run with learn's reader.
#include "cli/learn_run.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string_view>

#include "bpf/text.h"
#include "cli/report.h"

namespace scbpf::cli {

absl::Status CheckOutput(const Output& output) {
  const std::string& path = output.path;
  if (path == "-") return absl::OkStatus();
  if (path.empty()) {
    return absl::InvalidArgumentError("the name of the output is empty");
  }
  struct stat about {};
  const bool is_there = stat(path.c_str(), &about) == 0;
  if (is_there && S_ISDIR(about.st_mode)) return SystemError(path, EISDIR);
  if (is_there) {
    return access(path.c_str(), W_OK) == 0 ? absl::OkStatus()
                                           : SystemError(path, errno);
  }
  const size_t slash = path.rfind('/');
  const std::string folder =
      slash == std::string::npos ? "." : path.substr(0, slash + 1);
  return access(folder.c_str(), W_OK | X_OK) == 0 ? absl::OkStatus()
                                                  : SystemError(path, errno);
}

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
