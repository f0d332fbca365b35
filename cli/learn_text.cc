// Rows and JSON of what was learned.
#include "cli/learn_text.h"

#include <cstdio>

#include "bpf/text.h"
#include "cli/columns.h"
#include "cli/json_text.h"
#include "compiler/severity_name.h"
#include "syscall-tables/names.h"

namespace scbpf::cli {
namespace {

// Names in logs are the programs' to choose: no control byte reaches a
// terminal.
std::string Printable(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      out.push_back(c);
      continue;
    }
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\x%02x", byte);
    out += escape;
  }
  return out;
}

std::string JsonPlace(const LogPlace& place,
                      const std::vector<std::string>& logs) {
  return "{\"file\": " + JsonString(logs[place.log]) +
         ", \"line\": " + std::to_string(place.line) + "}";
}

std::string JsonCall(const LearnedCall& call,
                     const std::vector<std::string>& logs) {
  std::string text =
      "{\"abi\": " + JsonString(call.abi->id) +
      ", \"name\": " + JsonString(call.name) +
      ", \"number\": " + (call.nr ? std::to_string(*call.nr) : "null") +
      ", \"count\": " + std::to_string(call.count) +
      ", \"first\": " + JsonPlace(call.first, logs) + ", \"program\": " +
      (call.program.empty() ? "null" : JsonString(call.program)) +
      ", \"programs\": " + std::to_string(call.programs) + ", \"refused\": {";
  for (const auto& [action, count] : call.refused) {
    if (text.back() != '{') text += ", ";
    text += JsonString(ProfileName(action)) + ": " + std::to_string(count);
  }
  return text + "}}";
}

}  // namespace

std::string FormatPlace(const LogPlace& place,
                        const std::vector<std::string>& logs) {
  if (place.line == 0 || place.log >= logs.size()) return {};
  return logs[place.log] + ":" + std::to_string(place.line);
}

void TellFindings(Talk& talk, const std::vector<LearnFinding>& findings,
                  const std::vector<std::string>& logs) {
  for (const LearnFinding& finding : findings) {
    if (talk.json) {
      std::string text =
          "{\"severity\": " + JsonString(SeverityName(finding.severity)) +
          ", \"id\": " + JsonString(finding.id) + ", \"file\": " +
          (finding.place ? JsonString(logs[finding.place->log]) : "null") +
          ", \"line\": " +
          std::to_string(finding.place ? finding.place->line : 0) +
          ", \"column\": 0, \"pointer\": \"\", \"text\": " +
          JsonString(finding.text) + "}";
      talk.findings.push_back(std::move(text));
      continue;
    }
    if (talk.quiet && finding.severity != Severity::kError) continue;
    const std::string place =
        finding.place ? FormatPlace(*finding.place, logs) : "scbpf";
    std::fprintf(stderr, "%s: %s: %s\n", place.c_str(),
                 std::string(SeverityName(finding.severity)).c_str(),
                 Printable(finding.text).c_str());
  }
}

std::string FormatSummary(const Learned& learned) {
  std::string text = Count(learned.counted, "record") + " of " +
                     Count(learned.calls.size(), "call");
  std::string abis;
  for (const At<std::string>& id : learned.profile.architectures) {
    abis += (abis.empty() ? " on " : ", ") + id.value;
  }
  text += abis;
  if (learned.copies > 0) {
    text += "; " + std::to_string(learned.copies) +
            (learned.copies == 1 ? " that came twice was counted once"
                                 : " that came twice were counted once");
  }
  if (learned.filtered > 0) {
    text += "; " + std::to_string(learned.filtered) + " left out as asked";
  }
  return text;
}

std::string FormatEvidence(const Learned& learned,
                           const std::vector<std::string>& logs) {
  std::vector<std::vector<std::string>> rows;
  for (const LearnedCall& call : learned.calls) {
    std::string program = Printable(call.program);
    if (call.programs > 1) {
      program += " and " + std::to_string(call.programs - 1) + " more";
    }
    rows.push_back({std::string(call.abi->id), call.name,
                    std::to_string(call.count), FormatPlace(call.first, logs),
                    program});
  }
  return Columns(rows);
}

std::string FormatLearnedJson(const Talk& talk, const Learned& learned,
                              const std::vector<std::string>& logs,
                              const std::string& profile) {
  std::string text = "{\"records\": " + std::to_string(learned.counted) +
                     ", \"copies\": " + std::to_string(learned.copies) +
                     ", \"filtered\": " + std::to_string(learned.filtered) +
                     ", \"calls\": [";
  for (const LearnedCall& call : learned.calls) {
    text += text.back() == '[' ? "\n  " : ",\n  ";
    text += JsonCall(call, logs);
  }
  text += "\n], \"unknown\": [";
  for (const UnknownCall& call : learned.unknown) {
    text += text.back() == '[' ? "\n  " : ",\n  ";
    text += "{\"abi\": " + JsonString(call.abi) +
            ", \"call\": " + JsonString(call.call) +
            ", \"count\": " + std::to_string(call.count) +
            ", \"first\": " + JsonPlace(call.first, logs) + "}";
  }
  text += "], \"beyond\": [";
  for (const BeyondCall& call : learned.beyond) {
    text += text.back() == '[' ? "\n  " : ",\n  ";
    text += "{\"abi\": " + JsonString(call.abi) +
            ", \"name\": " + JsonString(call.name) + ", \"through\": " +
            (call.through.empty() ? "null" : JsonString(call.through)) +
            ", \"base\": " + (call.of_base ? "true" : "false") + "}";
  }
  text += "], \"added\": " + JsonStrings(learned.added);
  text += ", \"profile\": " + (profile.empty() ? "null" : profile);
  while (text.back() == '\n') text.pop_back();
  return text + ", " + JsonFindings(talk) + "}\n";
}

}  // namespace scbpf::cli
