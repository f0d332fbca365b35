// Writes errors, diagnostics and summaries to stderr.
#include "cli/report.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "cli/exit_status.h"
#include "cli/json_text.h"
#include "compiler/locate.h"
#include "compiler/severity_name.h"

namespace scbpf::cli {
namespace {

constexpr size_t kMostFindings = 1000;

void KeepFindings(Talk& talk, const std::string& file, const std::string& text,
                  const Diagnostics& diagnostics, bool strict) {
  const size_t room =
      kMostFindings - std::min(kMostFindings, talk.findings.size());
  const size_t kept = std::min(room, diagnostics.size());
  std::map<uint32_t, Location> places;  // by offset
  for (size_t i = 0; i < kept; ++i) places[diagnostics[i].at.offset];
  LocateAll(text, places);
  for (size_t i = 0; i < kept; ++i) {
    const Diagnostic& finding = diagnostics[i];
    const Location& place = places[finding.at.offset];
    const bool is_error = strict && finding.severity == Severity::kWarning;
    const Severity severity = is_error ? Severity::kError : finding.severity;
    talk.findings.push_back(
        "{\"severity\": " + JsonString(SeverityName(severity)) + ", \"id\": " +
        JsonString(finding.id) + ", \"file\": " + JsonString(file) +
        ", \"line\": " + std::to_string(place.line) +
        ", \"column\": " + std::to_string(place.column) +
        ", \"pointer\": " + JsonString(place.pointer) +
        ", \"text\": " + JsonString(finding.text) + "}");
  }
}

// What a terminal may see: names of files have control characters too.
std::string Shown(std::string text) {
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool blank = c == '\n' || c == '\t';
    if ((byte < 0x20 && !blank) || byte == 0x7f) c = '?';
  }
  return text;
}

}  // namespace

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

int ExitStatusOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kDone;
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

int Fail(const Talk& talk, const absl::Status& status) {
  const std::string message(status.message());
  std::fprintf(stderr, "scbpf %s: error: %s\n", talk.verb.c_str(),
               Shown(message).c_str());
  if (talk.json) {
    std::printf("{\"error\": %s, %s}\n", JsonString(message).c_str(),
                JsonFindings(talk).c_str());
  }
  return ExitStatusOf(status);
}

void Say(const Talk& talk, const std::string& text) {
  if (!talk.quiet) std::fprintf(stderr, "scbpf: %s\n", Shown(text).c_str());
}

void AddJsonOption(CommandLine& line, Talk& talk) {
  line.options.push_back(
      Switch("--json", "the result as JSON, findings included", talk.json));
}

std::string JsonFindings(const Talk& talk) {
  std::string text = "\"diagnostics\": [";
  for (const std::string& finding : talk.findings) {
    if (text.back() != '[') text += ",";
    text += "\n  " + finding;
  }
  return text + (talk.findings.empty() ? "]" : "\n]");
}

void Tell(Talk& talk, const std::string& file, const std::string& text,
          const Diagnostics& diagnostics, bool strict) {
  if (talk.json) {
    KeepFindings(talk, file, text, diagnostics, strict);
    return;
  }
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
