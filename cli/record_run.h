// Runs a command and reads the kernel's records of all it calls.
#ifndef SCBPF_CLI_RECORD_RUN_H_
#define SCBPF_CLI_RECORD_RUN_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace scbpf::cli {

struct RecordedRun {
  // Not Ok: the command did not run, and `status` says as `run` does why.
  absl::Status error;
  int status = 0;         // the command's exit status, or 128 + signal
  uint64_t records = 0;   // of the command and all it started
  uint64_t lost = 0;      // records, whoever's, that could not be kept
  bool complete = true;   // the kernel has sent all of them
  bool outlived = false;  // something that the command started still runs
  // Records of other programs of this login may be among the command's.
  bool shared_session = false;
};

// Installs a filter that answers LOG to every call on `words`' command, runs
// it to its end, and hands `take` each of its records as a line of text with
// its end. Of every other record `take` gets the time and serial alone, so that
// gaps between serials mean losses. Signals that ask to end are passed on.
RecordedRun RecordRun(const std::vector<std::string>& words,
                      const std::function<void(std::string_view line)>& take);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_RECORD_RUN_H_
