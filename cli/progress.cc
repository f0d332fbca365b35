// Writes the line and takes it away.
#include "cli/progress.h"

#include <unistd.h>

#include <cstdio>
#include <string_view>

#include "cli/read_log.h"

namespace scbpf::cli {

Progress::Progress(bool wanted)
    : shown_(wanted && isatty(STDERR_FILENO) == 1) {}

void Progress::Show(const LogReport& report) {
  const auto now = std::chrono::steady_clock::now();
  if (!shown_ || now < next_) return;
  next_ = now + std::chrono::milliseconds(200);
  wrote_ = true;
  std::fprintf(stderr, "\r%llu records in %llu MiB\033[K",
               static_cast<unsigned long long>(report.records),
               static_cast<unsigned long long>(report.bytes >> 20));
}

void Progress::End() const {
  if (wrote_) std::fputs("\r\033[K", stderr);
}

absl::Status FeedLog(const std::string& path, RecordReader& reader,
                     Progress& progress) {
  const absl::Status status = ReadLog(path, [&](std::string_view bytes) {
    reader.Feed(bytes);
    progress.Show(reader.report());
  });
  progress.End();
  if (status.ok()) reader.EndLog();
  return status;
}

}  // namespace scbpf::cli
