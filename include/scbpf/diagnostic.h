// What a reader of profiles has to say, and where.
#ifndef SCBPF_DIAGNOSTIC_H_
#define SCBPF_DIAGNOSTIC_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scbpf {

// A stretch of the source text, in bytes. length 0: the place alone.
struct SourceSpan {
  uint32_t offset = 0;
  uint32_t length = 0;

  bool operator==(const SourceSpan&) const = default;
};

enum class Severity : uint8_t { kError, kWarning, kNote };

struct Diagnostic {
  Severity severity = Severity::kError;
  // Stable, kebab-case: "unknown-operator". docs/semantics.md lists them.
  std::string id;
  SourceSpan at;
  std::string text;
  // Where not empty: all diagnostics with the same id and line are told as this
  // one line with their count, unless the reader asked for all of them (-v).
  std::string folded{};

  bool operator==(const Diagnostic&) const = default;
};

using Diagnostics = std::vector<Diagnostic>;

// Where an offset lies: 1-based line and column (in bytes), and the JSON
// pointer of the value there ("" for the whole document).
struct Location {
  int line = 1;
  int column = 1;
  std::string pointer{};
};
Location Locate(std::string_view text, uint32_t offset);

struct DiagnosticStyle {
  std::string file;      // as given on the command line
  bool verbose = false;  // notes too, and nothing folded
  bool strict = false;   // warnings are told, and count, as errors
  bool color = false;
  bool json = true;  // what the text is: places have JSON pointers
};

// Each diagnostic as FILE:LINE:COL: severity: text [pointer], the source line
// and a caret, in the order of the text. At most 1000 are told.
std::string FormatDiagnostics(std::string_view text,
                              const Diagnostics& diagnostics,
                              const DiagnosticStyle& style);

// How many errors there are (with `strict`, warnings count).
int CountErrors(const Diagnostics& diagnostics, bool strict = false);
int CountWarnings(const Diagnostics& diagnostics);

}  // namespace scbpf

#endif  // SCBPF_DIAGNOSTIC_H_
