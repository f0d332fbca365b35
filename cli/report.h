// What scbpf says on stderr: errors, diagnostics, the summary line.
#ifndef SCBPF_CLI_REPORT_H_
#define SCBPF_CLI_REPORT_H_

#include <string>

#include "absl/status/status.h"
#include "cli/command_line.h"
#include "scbpf/diagnostic.h"

namespace scbpf::cli {

// How much is said, and how.
struct Talk {
  std::string verb;
  bool quiet = false;    // errors only
  bool verbose = false;  // notes too, and nothing folded
  bool color = false;
};

// Adds -q, -v and --color to `line`; `talk` must outlive it.
void AddTalkOptions(CommandLine& line, Talk& talk);

// An error of the system (a file, the disk): exit status 3.
absl::Status SystemError(const std::string& what, int error);

// Prints the error; returns the exit status that goes with it.
int Fail(const Talk& talk, const absl::Status& status);

// Prints a line of talk, unless quiet.
void Say(const Talk& talk, const std::string& text);

// Prints diagnostics of `text`, called `file`.
void Tell(const Talk& talk, const std::string& file, const std::string& text,
          const Diagnostics& diagnostics, bool strict);

// Whether colour is wanted on stderr: a terminal, and no NO_COLOR.
bool ColorByDefault();

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_REPORT_H_
