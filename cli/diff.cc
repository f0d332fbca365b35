// scbpf diff: where two profiles or filters differ, in a profile's words.
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "bpf/text.h"
#include "cli/columns.h"
#include "cli/exit_status.h"
#include "cli/json_text.h"
#include "cli/sides.h"
#include "cli/verbs.h"
#include "cli/write_output.h"
#include "syscall-tables/names.h"

namespace scbpf::cli {
namespace {

struct DiffCommand {
  Comparison comparison;
  size_t limit = 0;  // 0: every row
};

// The words in lines of at most 78 bytes, each indented by four blanks.
std::string Wrap(const std::vector<std::string>& words) {
  std::string text;
  std::string line = "   ";
  for (const std::string& word : words) {
    if (line.size() > 3 && line.size() + 1 + word.size() > 78) {
      text += line + "\n";
      line = "   ";
    }
    line += " " + word;
  }
  return text + line + "\n";
}

// A row is a line; the syscalls of a long one stand below it.
std::string FormatRows(const std::vector<DifferenceRow>& rows) {
  constexpr size_t kLongest = 40;
  std::vector<std::vector<std::string>> lines;
  for (const DifferenceRow& row : rows) {
    const std::string syscalls = absl::StrJoin(row.syscalls, " ");
    lines.push_back({syscalls.size() <= kLongest
                         ? syscalls
                         : Count(row.syscalls.size(), "name") + " below",
                     absl::StrJoin(row.abis, " "), row.when,
                     "A: " + FormatReturnValue(row.a),
                     "B: " + FormatReturnValue(row.b)});
  }
  const std::vector<std::string> aligned =
      absl::StrSplit(Columns(lines), '\n', absl::SkipEmpty());
  std::string text;
  for (size_t i = 0; i < rows.size(); ++i) {
    text += aligned[i] + "\n";
    const bool below = absl::EndsWith(lines[i][0], " below");
    if (below) text += Wrap(rows[i].syscalls);
  }
  return text;
}

std::string FormatJson(const Talk& talk, const std::vector<DifferenceRow>& rows,
                       size_t total) {
  std::string text = "{\"equal\": ";
  text += total == 0 ? "true" : "false";
  text += ", \"total\": " + std::to_string(total) + ", \"differences\": [";
  for (size_t i = 0; i < rows.size(); ++i) {
    const DifferenceRow& row = rows[i];
    text += i == 0 ? "\n" : ",\n";
    text += "  {\"syscalls\": " + JsonStrings(row.syscalls) +
            ", \"abis\": " + JsonStrings(row.abis) +
            ", \"when\": " + JsonString(row.when) +
            ", \"a\": " + JsonString(FormatReturnValue(row.a)) +
            ", \"b\": " + JsonString(FormatReturnValue(row.b)) +
            ", \"call\": " + JsonCall(row.witness) + "}";
  }
  return text + (rows.empty() ? "], " : "\n], ") + JsonFindings(talk) + "}\n";
}

// How many of the rows let more through on either side.
std::string Summarize(const std::vector<DifferenceRow>& rows, size_t shown) {
  if (rows.empty()) return "equal: they answer every call alike";
  size_t a_permits = 0;
  size_t b_permits = 0;
  for (const DifferenceRow& row : rows) {
    if (MoreRestrictive(row.a, row.b)) ++b_permits;
    if (MoreRestrictive(row.b, row.a)) ++a_permits;
  }
  std::string text = Count(rows.size(), "difference") +
                     ": A is more permissive in " + std::to_string(a_permits) +
                     ", B in " + std::to_string(b_permits);
  if (shown < rows.size()) {
    text += "; " + std::to_string(shown) + " shown (--limit)";
  }
  return text;
}

int Compare(const DiffCommand& command, const Side& a, const Side& b) {
  const Comparison& comparison = command.comparison;
  const auto regions = FindRegions(a, b, comparison.budget);
  if (!regions.ok()) {
    return Fail(comparison.talk,
                TellProofFailure(comparison, regions.status()));
  }
  const std::vector<DifferenceRow> rows = TellDifference(*regions);
  std::vector<DifferenceRow> shown = rows;
  if (command.limit > 0 && shown.size() > command.limit) {
    shown.resize(command.limit);
  }
  const absl::Status status = WriteText(
      comparison.talk.json ? FormatJson(comparison.talk, shown, rows.size())
                           : FormatRows(shown));
  if (!status.ok()) return Fail(comparison.talk, status);
  Say(comparison.talk, Summarize(rows, shown.size()));
  return rows.empty() ? kDone : kNo;
}

}  // namespace

int RunDiff(const Arguments& arguments) {
  DiffCommand command;
  CommandLine line;
  line.verb = "diff";
  line.words_usage = "A B [--limit N] [options]";
  line.summary = "tell where two profiles or filters answer differently";
  line.examples =
      "  scbpf diff old.json new.json\n"
      "  scbpf diff --json profile.json filter.bpf\n";
  line.notes =
      "A row: syscalls, ABIs, the condition on their arguments, both answers.\n"
      "Status: 0 equal, 1 different, 4 undecided.\n";
  line.least_words = line.most_words = 2;
  line.options.push_back(
      {"--limit", "N", "show the first N differences only",
       [&](const std::string& text) -> absl::Status {
         if (absl::SimpleAtoi(text, &command.limit) && command.limit > 0) {
           return absl::OkStatus();
         }
         return absl::InvalidArgumentError("--limit \"" + text +
                                           "\" is not a number above 0");
       }});
  AddComparisonOptions(line, command.comparison);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;

  Talk& talk = command.comparison.talk;
  const absl::StatusOr<Side> a = LoadSide(command.comparison, line.words[0]);
  if (!a.ok()) return Fail(talk, a.status());
  const absl::StatusOr<Side> b = LoadSide(command.comparison, line.words[1]);
  if (!b.ok()) return Fail(talk, b.status());
  return Compare(command, *a, *b);
}

}  // namespace scbpf::cli
