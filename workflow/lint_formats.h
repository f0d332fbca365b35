// What Lint found, as text for people and for machines.
#ifndef SCBPF_WORKFLOW_LINT_FORMATS_H_
#define SCBPF_WORKFLOW_LINT_FORMATS_H_

#include <string>
#include <string_view>
#include <vector>

#include "workflow/lint.h"

namespace scbpf {

// One file that was looked at. At most 1000 findings of it are told.
struct LintedFile {
  std::string name;  // as given on the command line
  std::string text;
  LintReport report;
  int status = 0;     // what the command answers for this file alone
  std::string error;  // why it could not be read; empty: it was read
};

struct LintCounts {
  size_t errors = 0, warnings = 0, notes = 0;
};
LintCounts CountFindings(const LintReport& report);

// FILE:LINE:COL: severity: text (id) [pointer], the source line and a caret.
// Notes, and each of many alike, with `verbose`; with `quiet` errors alone.
struct LintStyle {
  bool verbose = false;
  bool quiet = false;
  bool color = false;
};
std::string FormatLintText(const LintedFile& file, const LintStyle& style);

// Workflow commands of GitHub's actions, a line each: ::warning file=...
std::string FormatLintGithub(const LintedFile& file, const LintStyle& style);

// One document: {"files": [...], "diagnostics": [...]}, docs/json.md.
std::string FormatLintJson(const std::vector<LintedFile>& files);

// One log of SARIF 2.1.0 (OASIS). `version` is scbpf's.
std::string FormatLintSarif(const std::vector<LintedFile>& files,
                            std::string_view version);

// Text as JSON may hold it: bytes that are no UTF-8 become U+FFFD.
std::string AsUtf8(std::string_view text);

inline constexpr size_t kMostLintFindings = 1000;

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_LINT_FORMATS_H_
