// Writes errors, diagnostics and summaries to stderr.
#include "cli/report.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "cli/exit_status.h"

namespace scbpf::cli {

void AddTalkOptions(CommandLine& line, Talk& talk) {
  talk.verb = line.verb;
  talk.color = ColorByDefault();
  line.options.push_back(Switch("-q,--quiet", "errors only", talk.quiet));
  line.options.push_back(Switch(
      "-v,--verbose", "notes too, and every finding on its own", talk.verbose));
  line.options.push_back(Choose(
      "--color", {"auto", "always", "never"}, "colours in diagnostics",
      [&talk](const std::string& word) {
        talk.color = word == "always" || (word == "auto" && ColorByDefault());
      }));
}

bool ColorByDefault() {
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* term = std::getenv("TERM");
  if (term != nullptr && std::strcmp(term, "dumb") == 0) return false;
  return isatty(STDERR_FILENO) == 1;
}

absl::Status SystemError(const std::string& what, int error) {
  return absl::UnavailableError(what + ": " + std::strerror(error));
}

int Fail(const Talk& talk, const absl::Status& status) {
  const std::string message(status.message());
  std::fprintf(stderr, "scbpf %s: error: %s\n", talk.verb.c_str(),
               message.c_str());
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kUnimplemented:
      return kSystem;
    case absl::StatusCode::kResourceExhausted:
      return kUndecided;
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return kBug;
    default:
      return kUsage;
  }
}

void Say(const Talk& talk, const std::string& text) {
  if (!talk.quiet) std::fprintf(stderr, "scbpf: %s\n", text.c_str());
}

void Tell(const Talk& talk, const std::string& file, const std::string& text,
          const Diagnostics& diagnostics, bool strict) {
  DiagnosticStyle style;
  style.file = file;
  style.verbose = talk.verbose;
  style.strict = strict;
  style.color = talk.color;
  Diagnostics told = diagnostics;
  if (talk.quiet) {
    std::erase_if(told, [strict](const Diagnostic& diagnostic) {
      if (diagnostic.severity == Severity::kError) return false;
      return !(strict && diagnostic.severity == Severity::kWarning);
    });
  }
  const std::string lines = FormatDiagnostics(text, told, style);
  std::fwrite(lines.data(), 1, lines.size(), stderr);
}

}  // namespace scbpf::cli
