// Reads logs, and answers each call once.
#include "cli/why_log.h"

#include <unistd.h>

#include <cstdio>
#include <optional>
#include <utility>

#include "bpf/text.h"
#include "cli/exit_status.h"
#include "cli/json_text.h"
#include "cli/progress.h"
#include "cli/read_input.h"
#include "cli/why_json.h"
#include "cli/write_output.h"
#include "syscall-tables/names.h"
#include "workflow/edit_profile.h"
#include "workflow/learn_findings.h"
#include "workflow/logged_calls.h"
#include "workflow/record_reader.h"
#include "workflow/tell_why.h"

namespace scbpf::cli {
namespace {

// What a record is called that the command line holds.
constexpr char kRecord[] = "the record";

// One call of the log with its answer; no report: it cannot be asked.
struct Row {
  const LoggedCall& logged;
  std::optional<WhyReport> report{};
  std::string foreign{};  // why another profile is loaded
  std::string no_edit{};  // why the edit leaves it denied; "": it does not
};

bool IsRecordText(const std::string& word) {
  return word.find("syscall=") != std::string::npos ||
         word.find("SYSCALL=") != std::string::npos;
}

absl::Status ReadSources(const Talk& talk, const WhyLog& log,
                         std::vector<std::string>& names,
                         RecordReader& reader) {
  Progress progress(!talk.quiet);
  for (const std::string& source : log.sources) {
    const bool is_file = source == "-" || access(source.c_str(), F_OK) == 0;
    if (!is_file && IsRecordText(source)) {
      names.emplace_back(kRecord);
      reader.Feed(source + "\n");
      reader.EndLog();
      continue;
    }
    names.push_back(NameOfInput(source));
    const absl::Status status = FeedLog(source, reader, progress);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

std::string AbiOf(const LoggedCall& logged) {
  return logged.abi != nullptr ? std::string(logged.abi->id)
                               : "arch " + logged.abi_word;
}

// "12 records on x86_64, the first at audit.log:34, of nginx and sh".
std::string Headline(const LoggedCall& logged,
                     const std::vector<std::string>& logs) {
  std::string text = Count(logged.count, "record") + " on " + AbiOf(logged);
  if (logged.answer.has_value()) {
    const std::string action =
        FormatReturnValue(MakeReturnValue(*logged.answer, 0));
    text += ", answered " + action.substr(0, action.find('('));
  }
  if (logs[logged.log] != kRecord) {
    text += logged.count > 1 ? ", the first at " : ", ";
    text += logs[logged.log] + ":" + std::to_string(logged.line);
  }
  if (!logged.programs.empty()) text += ", of " + JoinWords(logged.programs);
  return text;
}

std::vector<Row> AskAll(const AskedProfile& profile, const LoggedCalls& calls,
                        const WhyLog& log) {
  std::vector<Row> rows;
  for (const LoggedCall& logged : calls.calls()) {
    if (!log.abi.empty() &&
        (logged.abi == nullptr || logged.abi->id != log.abi)) {
      continue;
    }
    Row row{logged};
    if (logged.abi != nullptr) {
      auto report =
          ReportAnswer(profile, logged.call, {std::string(logged.abi->id)});
      if (report.ok()) {
        row.foreign = WhyForeign(profile, report->answer, logged);
        row.report = *std::move(report);
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

// Whether some arguments let the call through: a record of another profile
// does not say that they were others.
bool MayPass(const CallAnswer& answer) {
  for (const CallWay& way : answer.ways) {
    if (!way.through.empty()) continue;
    for (const PossibleAnswer& possible : way.answers) {
      if (ActionOf(possible.result) >= Action::kLog) return true;
    }
  }
  return false;
}

// The edit for all rows; those that it leaves denied get their reason.
std::optional<AllowEdit> EditForAll(const AskedProfile& profile,
                                    std::vector<Row>& rows) {
  std::vector<WantedCall> wanted;
  std::vector<Row*> askers;
  for (Row& row : rows) {
    if (!row.report.has_value() || row.report->permitted) continue;
    if (!row.foreign.empty() && MayPass(row.report->answer)) continue;
    wanted.push_back({row.logged.call, {std::string(row.logged.abi->id)}});
    askers.push_back(&row);
  }
  AllowEdits edits = FindAllowEdits(profile, wanted);
  for (size_t i = 0; i < askers.size(); ++i) {
    askers[i]->no_edit = std::move(edits.left[i]);
  }
  return std::move(edits.edit);
}

// Calls about which there is one thing to say, a line each.
std::string Section(const std::string& title, const std::string& lines) {
  return lines.empty() ? "" : title + "\n" + lines + "\n";
}

std::string FormatRows(const AskedProfile& profile, const std::string& file,
                       std::vector<Row>& rows,
                       const std::vector<std::string>& logs) {
  const std::optional<AllowEdit> edit = EditForAll(profile, rows);
  std::string denied;
  std::string passed;
  std::string foreign;
  std::string unknown;
  std::string left;
  for (const Row& row : rows) {
    const std::string line = "  " + FormatCallPattern(row.logged.call) + ": " +
                             Headline(row.logged, logs);
    if (!row.report.has_value()) {
      unknown += line + "\n";
    } else if (!row.foreign.empty()) {
      foreign += line + "; " + row.foreign + "\n";
    } else if (row.report->permitted) {
      passed += line + "\n";
    } else {
      denied += Headline(row.logged, logs) + "\n" +
                TellWhy(profile, *row.report, file) + "\n";
    }
    if (!row.no_edit.empty()) left += line + "; " + row.no_edit + "\n";
  }
  std::string text =
      denied + Section("Passing under this profile:", passed) +
      Section("Not caused by this profile, another one is loaded:", foreign) +
      Section("Calls that no ABI known here has:", unknown) +
      Section("Denied, and no edit allows it:", left);
  if (!edit.has_value()) return text;
  text += left.empty()
              ? "To allow what is in the log and denied by this profile:\n"
              : "To allow the rest of what is denied by this profile:\n";
  for (const std::string& note : edit->notes) text += "  note: " + note + "\n";
  return text + "\n" + UnifiedDiff(profile.text, edit->text, file);
}

std::string FormatJson(const Talk& talk, const AskedProfile& profile,
                       const std::string& file, std::vector<Row>& rows,
                       const std::vector<std::string>& logs) {
  const std::optional<AllowEdit> edit = EditForAll(profile, rows);
  std::string text = "{\"calls\": [";
  for (size_t i = 0; i < rows.size(); ++i) {
    const LoggedCall& logged = rows[i].logged;
    text += i == 0 ? "\n  {" : ",\n  {";
    text += "\"count\": " + std::to_string(logged.count) +
            ", \"log\": " + JsonString(logs[logged.log]) +
            ", \"log_line\": " + std::to_string(logged.line) +
            ", \"programs\": " + JsonStrings(logged.programs) +
            ", \"logged_abi\": " + JsonString(AbiOf(logged)) +
            ", \"foreign\": " + JsonString(rows[i].foreign) +
            ", \"no_edit\": " + JsonString(rows[i].no_edit) + ",\n   ";
    text += rows[i].report.has_value()
                ? JsonWhyMembers(profile, *rows[i].report, file)
                : "\"call\": " + JsonString(logged.call.word);
    text += "}";
  }
  text += "],\n\"diff\": ";
  text += edit.has_value()
              ? JsonString(UnifiedDiff(profile.text, edit->text, file))
              : "null";
  return text + ", " + JsonFindings(talk) + "}\n";
}

int NoRecord(const Talk& talk, const std::vector<std::string>& logs,
             const LogReport& report) {
  const std::string where =
      logs.size() == 1 ? logs[0] : Count(logs.size(), "log");
  std::fprintf(stderr, "scbpf why: no seccomp record in %s (%s)\n%s",
               where.c_str(), Count(report.lines, "line").c_str(),
               WhyNoRecords().c_str());
  if (!talk.json) return kNo;
  const absl::Status status = WriteText("{\"calls\": [], \"diff\": null, " +
                                        JsonFindings(talk) + "}\n");
  return status.ok() ? kNo : Fail(talk, status);
}

}  // namespace

int AnswerLog(const Talk& talk, const AskedProfile& profile,
              const std::string& file, const WhyLog& log) {
  LoggedCalls calls;
  RecordReader reader(
      {profile.resolved.rules.native, 0},
      [&](const Record& record, uint32_t index) { calls.Add(record, index); });
  std::vector<std::string> logs;
  absl::Status status = ReadSources(talk, log, logs, reader);
  if (!status.ok()) return Fail(talk, status);
  if (calls.calls().empty()) return NoRecord(talk, logs, reader.report());
  std::vector<Row> rows = AskAll(profile, calls, log);
  status = WriteText(talk.json ? FormatJson(talk, profile, file, rows, logs)
                               : FormatRows(profile, file, rows, logs));
  return status.ok() ? kDone : Fail(talk, status);
}

}  // namespace scbpf::cli
