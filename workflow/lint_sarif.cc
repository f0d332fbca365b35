// FormatLintSarif: Static Analysis Results Interchange Format, version 2.1.0
// (OASIS standard, section numbers in brackets).
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "compiler/locate.h"
#include "compiler/severity_name.h"
#include "compiler/utf8.h"
#include "compiler/write_json.h"
#include "workflow/lint_formats.h"
#include "workflow/lint_rules.h"

namespace scbpf {
namespace {

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json";

// A file's name as a URI reference (RFC 3986), relative where the name is.
std::string UriOf(std::string_view name) {
  constexpr char kHex[] = "0123456789ABCDEF";
  while (name.substr(0, 2) == "./") name.remove_prefix(2);
  std::string uri = name.substr(0, 1) == "/" ? "file://" : "";
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                       c == '_' || c == '~' || c == '/';
    if (plain) {
      uri += c;
    } else {
      uri += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return uri;
}

// Where the characters of a text stand, counted as SARIF's columns are here:
// code points, from 1 [3.14.17, 3.30.6].
struct Place {
  uint64_t line = 1;
  uint64_t column = 1;
};
class Places {
 public:
  explicit Places(std::string_view text) : text_(text) {
    lines_.push_back(0);
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') lines_.push_back(i + 1);
    }
  }

  Place At(size_t offset) const {
    offset = std::min(offset, text_.size());
    const auto next = std::upper_bound(lines_.begin(), lines_.end(), offset);
    Place place;
    place.line = static_cast<uint64_t>(next - lines_.begin());
    for (size_t i = *(next - 1); i < offset;) {
      i += std::max<size_t>(1, Utf8Length(text_, i));
      ++place.column;
    }
    return place;
  }

 private:
  std::string_view text_;
  std::vector<size_t> lines_;
};

class SarifLog {
 public:
  SarifLog(const std::vector<LintedFile>& files, std::string_view version)
      : files_(files), version_(version) {
    for (const LintedFile& file : files) {
      for (const auto* list :
           {&file.report.findings, &file.report.suppressed}) {
        for (const LintFinding& finding : *list) {
          const LintRule* rule = FindLintRule(finding.diagnostic.id);
          if (rule != nullptr) used_.emplace(rule, 0);
        }
      }
    }
    size_t index = 0;
    for (auto& [rule, place] : used_) place = index++;
  }

  std::string Write() {
    json_.Open("", '{');
    json_.String("$schema", kSchema);
    json_.String("version", "2.1.0");
    json_.Open("runs", '[');
    json_.Open("", '{');
    WriteTool();
    WriteInvocation();
    json_.String("columnKind", "unicodeCodePoints");
    json_.Open("results", '[');
    for (const LintedFile& file : files_) WriteResults(file);
    json_.Close(']');
    json_.Close('}');
    json_.Close(']');
    json_.Close('}');
    return json_.Take();
  }

 private:
  void Text(std::string_view key, std::string_view text) {
    json_.Open(key, '{');
    json_.String("text", AsUtf8(text));
    json_.Close('}');
  }

  // [3.19, 3.49]
  void WriteTool() {
    json_.Open("tool", '{');
    json_.Open("driver", '{');
    json_.String("name", "scbpf");
    json_.String("semanticVersion", version_);
    json_.Open("rules", '[');
    for (const auto& [rule, index] : used_) {
      json_.Open("", '{');
      json_.String("id", rule->id);
      const std::string_view page =
          rule->page.empty() ? rule->summary : rule->page;
      Text("shortDescription", rule->summary);
      Text("fullDescription", page);
      json_.Open("help", '{');
      json_.String("text", page);
      json_.String("markdown", FormatLintRule(*rule));
      json_.Close('}');
      json_.Open("defaultConfiguration", '{');
      json_.String("level", SeverityName(rule->severity));
      json_.Close('}');
      json_.Close('}');
    }
    json_.Close(']');
    json_.Close('}');
    json_.Close('}');
  }

  // What could not be read [3.20, 3.58].
  void WriteInvocation() {
    const bool all_read =
        std::all_of(files_.begin(), files_.end(),
                    [](const LintedFile& file) { return file.error.empty(); });
    json_.Open("invocations", '[');
    json_.Open("", '{');
    json_.Bool("executionSuccessful", all_read);
    if (!all_read) {
      json_.Open("toolExecutionNotifications", '[');
      for (const LintedFile& file : files_) {
        if (file.error.empty()) continue;
        json_.Open("", '{');
        json_.String("level", "error");
        Text("message", file.error);
        json_.Open("locations", '[');
        json_.Open("", '{');
        json_.Open("physicalLocation", '{');
        WriteArtifact(file);
        json_.Close('}');
        json_.Close('}');
        json_.Close(']');
        json_.Close('}');
      }
      json_.Close(']');
    }
    json_.Close('}');
    json_.Close(']');
  }

  void WriteArtifact(const LintedFile& file) {
    json_.Open("artifactLocation", '{');
    json_.String("uri", UriOf(file.name));
    json_.Close('}');
  }

  // [3.29, 3.30]; the end is behind the last character.
  void WritePlace(const LintedFile& file, const Places& places, SourceSpan at) {
    const Place start = places.At(at.offset);
    const Place end =
        places.At(size_t{at.offset} + std::max(at.length, uint32_t{1}));
    json_.Open("physicalLocation", '{');
    WriteArtifact(file);
    json_.Open("region", '{');
    json_.Number("startLine", start.line);
    json_.Number("startColumn", start.column);
    json_.Number("endLine", end.line);
    json_.Number("endColumn", end.column);
    json_.Close('}');
    json_.Close('}');
  }

  void WriteResults(const LintedFile& file) {
    const Places places(file.text);
    for (const auto* list : {&file.report.findings, &file.report.suppressed}) {
      Locator locator(file.text);
      const size_t count = std::min(list->size(), kMostLintFindings);
      for (size_t i = 0; i < count; ++i) {
        const Location where = locator.Seek((*list)[i].diagnostic.at.offset);
        WriteResult(file, places, (*list)[i], where.pointer,
                    list == &file.report.suppressed);
      }
    }
  }

  // [3.27]
  void WriteResult(const LintedFile& file, const Places& places,
                   const LintFinding& finding, const std::string& pointer,
                   bool suppressed) {
    const Diagnostic& told = finding.diagnostic;
    json_.Open("", '{');
    json_.String("ruleId", told.id);
    const auto rule = used_.find(FindLintRule(told.id));
    if (rule != used_.end()) json_.Number("ruleIndex", rule->second);
    json_.String("level", SeverityName(told.severity));
    Text("message", told.text);
    json_.Open("locations", '[');
    json_.Open("", '{');
    WritePlace(file, places, told.at);
    if (!pointer.empty()) WriteLogical(pointer);
    json_.Close('}');
    json_.Close(']');
    if (!finding.related.empty()) {
      json_.Open("relatedLocations", '[');
      for (const RelatedPlace& related : finding.related) {
        json_.Open("", '{');
        WritePlace(file, places, related.at);
        Text("message", related.text);
        json_.Close('}');
      }
      json_.Close(']');
    }
    if (suppressed) {
      json_.Open("suppressions", '[');
      json_.Open("", '{');
      json_.String("kind", "inSource");
      json_.Close('}');
      json_.Close(']');
    }
    json_.Close('}');
  }

  // The JSON pointer [3.33].
  void WriteLogical(const std::string& pointer) {
    json_.Open("logicalLocations", '[');
    json_.Open("", '{');
    json_.String("fullyQualifiedName", AsUtf8(pointer));
    json_.Close('}');
    json_.Close(']');
  }

  const std::vector<LintedFile>& files_;
  const std::string version_;
  JsonWriter json_;
  // In the order of the table: they lie in one array.
  std::map<const LintRule*, size_t> used_;
};

}  // namespace

std::string FormatLintSarif(const std::vector<LintedFile>& files,
                            std::string_view version) {
  return SarifLog(files, version).Write();
}

}  // namespace scbpf
