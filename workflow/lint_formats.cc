// Findings as text for people, as GitHub's workflow commands, and as JSON.
#include "workflow/lint_formats.h"

#include <algorithm>
#include <string>

#include "compiler/locate.h"
#include "compiler/severity_name.h"
#include "compiler/utf8.h"
#include "compiler/write_json.h"
#include "workflow/lint_rules.h"

namespace scbpf {
namespace {

bool IsShown(const Diagnostic& told, const LintStyle& style) {
  if (style.quiet) return told.severity == Severity::kError;
  return style.verbose || told.severity != Severity::kNote;
}

std::string_view GithubCommand(Severity severity) {
  return severity == Severity::kNote ? "notice" : SeverityName(severity);
}

// As GitHub's runner reads it back; in a property ':' and ',' are separators.
std::string GithubText(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else if (property && c == ':') {
      out += "%3A";
    } else if (property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

void WriteDiagnostic(const LintedFile& file, const Diagnostic& told,
                     const Location& place, JsonWriter& json) {
  json.Open("", '{');
  json.String("severity", SeverityName(told.severity));
  json.String("id", told.id);
  json.String("file", AsUtf8(file.name));
  json.Number("line", static_cast<uint64_t>(place.line));
  json.Number("column", static_cast<uint64_t>(place.column));
  json.String("pointer", AsUtf8(place.pointer));
  json.String("text", AsUtf8(told.text));
  json.Close('}');
}

void WriteFile(const LintedFile& file, JsonWriter& json) {
  const LintCounts counts = CountFindings(file.report);
  json.Open("", '{');
  json.String("file", AsUtf8(file.name));
  json.Number("status", static_cast<uint64_t>(file.status));
  json.Number("errors", counts.errors);
  json.Number("warnings", counts.warnings);
  json.Number("notes", counts.notes);
  json.Number("suppressed", file.report.suppressed.size());
  if (!file.error.empty()) json.String("error", AsUtf8(file.error));
  json.Close('}');
}

}  // namespace

LintCounts CountFindings(const LintReport& report) {
  LintCounts counts;
  for (const LintFinding& finding : report.findings) {
    switch (finding.diagnostic.severity) {
      case Severity::kError:
        ++counts.errors;
        break;
      case Severity::kWarning:
        ++counts.warnings;
        break;
      case Severity::kNote:
        ++counts.notes;
        break;
    }
  }
  return counts;
}

std::string AsUtf8(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const size_t length = Utf8Length(text, i);
    out += length == 0 ? "\xef\xbf\xbd" : text.substr(i, length);
    i += std::max<size_t>(1, length);
  }
  return out;
}

std::string FormatLintText(const LintedFile& file, const LintStyle& style) {
  Diagnostics shown;
  for (const LintFinding& finding : file.report.findings) {
    if (!IsShown(finding.diagnostic, style)) continue;
    Diagnostic& told = shown.emplace_back(finding.diagnostic);
    told.text += " (" + told.id + ")";
    if (!told.folded.empty()) told.folded += " (" + told.id + ")";
  }
  DiagnosticStyle form;
  form.file = file.name;
  form.verbose = style.verbose;
  form.color = style.color;
  return FormatDiagnostics(file.text, shown, form);
}

std::string FormatLintGithub(const LintedFile& file, const LintStyle& style) {
  Locator locator(file.text);
  std::string out;
  size_t count = 0;
  for (const LintFinding& finding : file.report.findings) {
    const Diagnostic& told = finding.diagnostic;
    const Location place = locator.Seek(told.at.offset);
    if (!IsShown(told, style) || count++ == kMostLintFindings) continue;
    out.append("::").append(GithubCommand(told.severity));
    out.append(" file=").append(GithubText(file.name, true));
    out.append(",line=").append(std::to_string(place.line));
    out.append(",col=").append(std::to_string(place.column));
    out.append(",title=").append(GithubText("scbpf " + told.id, true));
    out.append("::").append(GithubText(told.text, false)).append("\n");
  }
  return out;
}

std::string FormatLintJson(const std::vector<LintedFile>& files) {
  JsonWriter json;
  json.Open("", '{');
  json.Open("files", '[');
  for (const LintedFile& file : files) WriteFile(file, json);
  json.Close(']');
  json.Open("diagnostics", '[');
  for (const LintedFile& file : files) {
    Locator locator(file.text);
    size_t count = 0;
    for (const LintFinding& finding : file.report.findings) {
      if (count++ == kMostLintFindings) break;
      const Diagnostic& told = finding.diagnostic;
      WriteDiagnostic(file, told, locator.Seek(told.at.offset), json);
    }
  }
  json.Close(']');
  json.Close('}');
  return json.Take();
}

}  // namespace scbpf
