// What scbpf says on stderr: errors, diagnostics, the summary line.
#ifndef SCBPF_CLI_REPORT_H_
#define SCBPF_CLI_REPORT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/command_line.h"
#include "scbpf/diagnostic.h"

namespace scbpf::cli {

// How much is said, and how; and with --json, what was found so far.
struct Talk {
  std::string verb;
  bool json = false;
  bool quiet = false;    // errors only
  bool verbose = false;  // notes too, and nothing folded
  bool color = false;
  std::vector<std::string> findings{};  // a JSON object each
};

// Adds -q, -v and --color to `line`; `talk` must outlive it.
void AddTalkOptions(CommandLine& line, Talk& talk);

// Adds --json.
void AddJsonOption(CommandLine& line, Talk& talk);

// An error of the system (a file, the disk): exit status 3.
absl::Status SystemError(const std::string& what, int error);

// The exit status that goes with an error.
int ExitStatusOf(const absl::Status& status);

// Prints the error, with --json as a document too; returns the exit status that
// goes with it.
int Fail(const Talk& talk, const absl::Status& status);

// Prints a line of talk, unless quiet.
void Say(const Talk& talk, const std::string& text);

// Prints diagnostics of `text`, called `file`; with --json, keeps them.
void Tell(Talk& talk, const std::string& file, const std::string& text,
          const Diagnostics& diagnostics, bool strict);

// The member "diagnostics" of every document that --json prints: an array of
// {"severity", "id", "file", "line", "column", "pointer", "text"}.
std::string JsonFindings(const Talk& talk);

// Whether colour is wanted on stderr: a terminal, and no NO_COLOR.
bool ColorByDefault();

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_REPORT_H_
