// scbpf lint: what is doubtful in profiles.
#include "workflow/lint.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "bpf/text.h"
#include "cli/exit_status.h"
#include "cli/read_input.h"
#include "cli/report.h"
#include "cli/target_options.h"
#include "cli/verbs.h"
#include "cli/write_output.h"
#include "workflow/lint_formats.h"
#include "workflow/lint_rules.h"

namespace scbpf::cli {
namespace {

struct LintCommand {
  Talk talk;
  LintStyle style;
  TargetOptions target;
  LintOptions options;
  std::string format = "human";
  std::string fail_on = "warning";
  std::string explain;
};

// The worst of several files' statuses: unreadable, wrong, findings.
int Badness(int status) {
  switch (status) {
    case kDone:
      return 0;
    case kNo:
      return 1;
    case kUsage:
      return 2;
    default:
      return 3;
  }
}

bool Fails(const LintCommand& command, const LintCounts& counts) {
  if (command.fail_on == "never") return false;
  if (counts.errors > 0) return true;
  if (command.fail_on == "error") return false;
  if (counts.warnings > 0) return true;
  return command.fail_on == "note" && counts.notes > 0;
}

LintedFile LintOne(const LintCommand& command, const std::string& path) {
  LintedFile file;
  file.name = NameOfInput(path);
  absl::StatusOr<Input> input = ReadProfileInput(path);
  if (!input.ok()) {
    file.error = std::string(input.status().message());
    file.status = ExitStatusOf(input.status());
    return file;
  }
  file.text = std::move(input->text);
  file.report = Lint(file.text, command.options);
  const LintCounts counts = CountFindings(file.report);
  file.status = !file.report.readable    ? kUsage
                : Fails(command, counts) ? kNo
                                         : kDone;
  return file;
}

std::string SummaryOf(const std::vector<LintedFile>& files, bool notes_shown) {
  LintCounts all;
  size_t suppressed = 0;
  for (const LintedFile& file : files) {
    const LintCounts counts = CountFindings(file.report);
    all.errors += counts.errors;
    all.warnings += counts.warnings;
    all.notes += counts.notes;
    suppressed += file.report.suppressed.size();
  }
  std::string text =
      Count(files.size(), "file") + ": " + Count(all.errors, "error") + ", " +
      Count(all.warnings, "warning") + ", " + Count(all.notes, "note");
  if (all.notes > 0 && !notes_shown) text += " (-v shows notes)";
  if (suppressed > 0) {
    text += "; " + std::to_string(suppressed) + " allowed in comments";
  }
  return text;
}

std::string Format(const LintCommand& command,
                   const std::vector<LintedFile>& files) {
  if (command.format == "json") return FormatLintJson(files);
  if (command.format == "sarif") return FormatLintSarif(files, SCBPF_VERSION);
  std::string text;
  for (const LintedFile& file : files) {
    text += command.format == "github" ? FormatLintGithub(file, command.style)
                                       : FormatLintText(file, command.style);
  }
  return text;
}

int Explain(const LintCommand& command) {
  if (command.explain == "all") {
    const absl::Status status = WriteText(FormatLintPages());
    return status.ok() ? kDone : Fail(command.talk, status);
  }
  const LintRule* rule = FindLintRule(command.explain);
  if (rule != nullptr) {
    const absl::Status status = WriteText(FormatLintRule(*rule));
    return status.ok() ? kDone : Fail(command.talk, status);
  }
  std::vector<std::string> ids = {"all"};
  for (const LintRule& each : AllLintRules()) ids.emplace_back(each.id);
  return Fail(command.talk, absl::InvalidArgumentError(WithNearest(
                                "unknown finding \"" + command.explain + "\"",
                                command.explain, ids)));
}

absl::Status AllowIds(const std::string& list, std::vector<std::string>& into) {
  std::vector<std::string> ids;
  for (const LintRule& each : AllLintRules()) ids.emplace_back(each.id);
  for (const std::string& id : SplitList(list)) {
    if (FindLintRule(id) == nullptr) {
      return absl::InvalidArgumentError(
          WithNearest("unknown finding \"" + id + "\"", id, ids));
    }
    into.push_back(id);
  }
  return absl::OkStatus();
}

// Findings are the result, so colours go by what stdout is.
bool ColorOnStdout() { return isatty(STDOUT_FILENO) == 1 && ColorByDefault(); }

void AddLintOptions(CommandLine& line, LintCommand& command) {
  line.options.push_back(
      Choose("--for", {"docker", "podman", "kubernetes", "crun", "runc"},
             "what this reader makes of the profile (kubernetes: containerd)",
             [&](const std::string& word) {
               command.options.reader =
                   ProfileReaderByName(word).value_or(ProfileReader::kAny);
             }));
  line.options.push_back(
      Choose("--format", {"human", "json", "sarif", "github"},
             "how findings are written (sarif: 2.1.0; github: its workflow "
             "commands)",
             [&](const std::string& word) {
               command.format = word;
               command.talk.json = word == "json";
             }));
  line.options.push_back(
      {"--json", "", "as --format json", [&](const std::string&) {
         command.format = "json";
         command.talk.json = true;
         return absl::OkStatus();
       }});
  line.options.push_back(
      Choose("--fail-on", {"error", "warning", "note", "never"},
             "the least severity that makes the status 1 (default: warning)",
             [&](const std::string& word) { command.fail_on = word; }));
  line.options.push_back({"--allow", "ID,ID", "findings that are not told",
                          [&](const std::string& list) {
                            return AllowIds(list, command.options.allowed);
                          }});
  line.options.push_back(Store("--explain", "ID",
                               "the page of a finding (all: every page)",
                               command.explain));
  line.options.push_back(
      Switch("-q,--quiet", "errors only, no summary", command.talk.quiet));
  line.options.push_back(Switch("-v,--verbose",
                                "notes too, and every finding on its own",
                                command.talk.verbose));
  command.style.color = ColorOnStdout();
  line.options.push_back(
      Choose("--color", {"auto", "always", "never"}, "colours in findings",
             [&](const std::string& word) {
               command.style.color =
                   word == "always" || (word == "auto" && ColorOnStdout());
             }));
  AddTargetOptions(line, command.target);
}

}  // namespace

int RunLint(const Arguments& arguments) {
  LintCommand command;
  Talk& talk = command.talk;
  talk.verb = "lint";
  CommandLine line;
  line.verb = "lint";
  line.words_usage = "PROFILE... [options]";
  line.summary = "tell what is doubtful in profiles";
  line.examples =
      "  scbpf lint profile.json\n"
      "  scbpf lint --for kubernetes -v profiles/*.json\n"
      "  scbpf lint --format sarif profile.json > lint.sarif\n"
      "  scbpf lint --explain truncated-argument\n";
  line.notes =
      "Findings have ids, each with a page (--explain). \"scbpf-lint: allow "
      "ID\" in\nthe comment of an entry keeps one silent there.\n"
      "Status: 0 nothing found at the level of --fail-on, 1 something was, 2 "
      "a\nprofile is wrong, 3 one cannot be read; of several the worst.\n";
  line.least_words = 0;
  line.most_words = 1 << 20;
  AddLintOptions(line, command);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;

  if (!command.explain.empty()) return Explain(command);
  if (line.words.empty()) {
    return Fail(talk, absl::InvalidArgumentError("lint wants a PROFILE"));
  }
  absl::StatusOr<CompileOptions> options = MakeCompileOptions(command.target);
  if (!options.ok()) return Fail(talk, options.status());
  if (options->strict && command.fail_on == "error") {
    command.fail_on = "warning";
  }
  command.options.compile = *std::move(options);
  command.style.quiet = talk.quiet;
  command.style.verbose = talk.verbose || command.fail_on == "note";
  std::vector<LintedFile> files;
  int worst = kDone;
  for (const std::string& path : line.words) {
    files.push_back(LintOne(command, path));
    const LintedFile& file = files.back();
    if (!file.error.empty()) {
      std::fprintf(stderr, "scbpf lint: error: %s\n", file.error.c_str());
    }
    worst = std::max(worst, file.status,
                     [](int a, int b) { return Badness(a) < Badness(b); });
  }
  const absl::Status status = WriteText(Format(command, files));
  if (!status.ok()) return Fail(talk, status);
  Say(talk, SummaryOf(files, command.style.verbose));
  return worst;
}

}  // namespace scbpf::cli
