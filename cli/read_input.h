// Reading what a verb works on: a profile or a filter, from a file or stdin.
#ifndef SCBPF_CLI_READ_INPUT_H_
#define SCBPF_CLI_READ_INPUT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/report.h"
#include "compiler/filter_document.h"

namespace scbpf::cli {

struct Input {
  std::string name;  // as diagnostics call it: the path, or "<stdin>"
  std::string text;  // the bytes of the file
  bool is_profile = true;
  std::vector<FilterRecord> filters{};  // where it is none: the newest last
};

// To be asked before stdin is read. InvalidArgument: it has been already.
absl::Status TakeStdin();

// The whole of the file at `path` ("-": stdin). Errors: Unavailable (the
// system), InvalidArgument (more than 8 MiB, stdin for the second time).
absl::StatusOr<std::string> ReadWhole(const std::string& path);

// How diagnostics call the file at `path`.
std::string NameOfInput(const std::string& path);

// A profile, whatever it looks like: its reader says what is wrong with it.
// InvalidArgument: it is filters in JSON.
absl::StatusOr<Input> ReadProfileInput(const std::string& path);

// A filter, or a stack of them; InvalidArgument says what else it is, and
// findings in JSON go to stderr.
absl::StatusOr<Input> ReadFilterInput(Talk& talk, const std::string& path);

// Either: its content says which. A directory is the stack that
// `compile --split` wrote there.
absl::StatusOr<Input> ReadInput(Talk& talk, const std::string& path);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_READ_INPUT_H_
