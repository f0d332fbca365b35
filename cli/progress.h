// A line on a terminal that tells how far reading a log is.
#ifndef SCBPF_CLI_PROGRESS_H_
#define SCBPF_CLI_PROGRESS_H_

#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "workflow/record_reader.h"

namespace scbpf::cli {

class Progress {
 public:
  // Shown if `wanted` and stderr is a terminal.
  explicit Progress(bool wanted);

  // Says how far it is, after some 300 ms and then five times a second.
  void Show(const LogReport& report);
  // Takes the line away.
  void End() const;

 private:
  const bool shown_;
  bool wrote_ = false;
  std::chrono::steady_clock::time_point next_ =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
};

// Reads the log at `path` to its end into `reader`. Errors: ReadLog's.
absl::Status FeedLog(const std::string& path, RecordReader& reader,
                     Progress& progress);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_PROGRESS_H_
