// scbpf check: compiles many profiles, proof included, and writes nothing.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cli/compile_input.h"
#include "cli/exit_status.h"
#include "cli/json_text.h"
#include "cli/report.h"
#include "cli/target_options.h"
#include "cli/verbs.h"
#include "cli/weights.h"
#include "cli/write_output.h"

namespace scbpf::cli {
namespace {

struct CheckCommand {
  Talk talk;
  TargetOptions target;
  std::string weights = "default";
  ProofBudget budget;
};

// What became of one profile.
struct Outcome {
  std::string file;
  int status = kDone;
  std::string summary;  // one line
  int errors = 0;
  int warnings = 0;
  // Where it compiled.
  std::vector<std::string> abis;
  size_t instructions = 0;
};

Outcome CheckOne(CheckCommand& command, const CompileOptions& options,
                 const std::string& path) {
  Outcome outcome;
  outcome.file = NameOfInput(path);
  const auto fail = [&](const absl::Status& status) {
    outcome.status = ExitStatusOf(status);
    outcome.summary = std::string(status.message());
  };
  const absl::StatusOr<Input> input = ReadProfileInput(path);
  if (!input.ok()) {
    fail(input.status());
    return outcome;
  }
  Diagnostics findings;
  absl::StatusOr<Compilation> compilation =
      CompileInput(command.talk, *input, options, findings);
  outcome.errors = CountErrors(findings, options.strict);
  outcome.warnings = options.strict ? 0 : CountWarnings(findings);
  if (!compilation.ok()) {
    fail(compilation.status());
    return outcome;
  }
  outcome.summary = Summarize(*input, *compilation, findings, command.target);
  outcome.abis = std::move(compilation->abis);
  outcome.instructions = compilation->filter.program.size();
  return outcome;
}

std::string FormatJson(const Talk& talk, const std::vector<Outcome>& outcomes) {
  std::string text = "{\"files\": [";
  for (const Outcome& each : outcomes) {
    text += text.back() == '[' ? "\n" : ",\n";
    text += "  {\"file\": " + JsonString(each.file) +
            ", \"status\": " + std::to_string(each.status) +
            ", \"errors\": " + std::to_string(each.errors) +
            ", \"warnings\": " + std::to_string(each.warnings);
    if (each.status == kDone) {
      text += ", \"abis\": " + JsonStrings(each.abis) +
              ", \"instructions\": " + std::to_string(each.instructions) +
              ", \"proved\": true";
    } else {
      text += ", \"error\": " + JsonString(each.summary);
    }
    text += "}";
  }
  return text + "\n], " + JsonFindings(talk) + "}\n";
}

const char* WordFor(int status) {
  switch (status) {
    case kDone:
      return "ok";
    case kUndecided:
      return "undecided";
    case kUsage:
      return "wrong";
    case kSystem:
      return "not read";
    default:
      return "bug";
  }
}

// How bad a status is; the worst of several files is that of the command.
int Badness(int status) {
  switch (status) {
    case kDone:
      return 0;
    case kUndecided:
      return 1;
    case kUsage:
      return 2;
    case kSystem:
      return 3;
    default:
      return 4;
  }
}

}  // namespace

int RunCheck(const Arguments& arguments) {
  CheckCommand command;
  CommandLine line;
  line.verb = "check";
  line.words_usage = "PROFILE... [options]";
  line.summary = "do all that compile does, the proof included, write nothing";
  line.examples =
      "  scbpf check profiles/*.json\n"
      "  scbpf check --strict --kernel 6.1 --arch x86_64 profile.json\n"
      "  scbpf check --json profiles/*.json > report.json\n";
  line.notes =
      "A line for each file: ok, wrong, undecided or not read, and a summary.\n"
      "Status: 0 all are ok, 2 one is wrong (with --strict a warning will "
      "do),\n"
      "3 one cannot be read, 4 the proof of one is undecided; of several the\n"
      "worst: 3, then 2, then 4.\n";
  line.most_words = 1 << 20;
  AddWeightsOption(line, command.weights);
  AddBudgetOption(line, command.budget);
  AddJsonOption(line, command.talk);
  AddTargetOptions(line, command.target);
  AddTalkOptions(line, command.talk);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;

  Talk& talk = command.talk;
  absl::StatusOr<CompileOptions> options = MakeCompileOptions(command.target);
  if (!options.ok()) return Fail(talk, options.status());
  absl::StatusOr<Weights> weights = ReadWeights(talk, command.weights);
  if (!weights.ok()) return Fail(talk, weights.status());
  options->weights = *std::move(weights);
  options->budget = command.budget;
  std::vector<Outcome> outcomes;
  int worst = kDone;
  for (const std::string& path : line.words) {
    outcomes.push_back(CheckOne(command, *options, path));
    worst = std::max(worst, outcomes.back().status,
                     [](int a, int b) { return Badness(a) < Badness(b); });
    if (talk.json) continue;
    const absl::Status status =
        WriteText(WordFor(outcomes.back().status) + std::string(": ") +
                  outcomes.back().summary + "\n");
    if (!status.ok()) return Fail(talk, status);
    outcomes.clear();
  }
  if (!talk.json) return worst;
  const absl::Status status = WriteText(FormatJson(talk, outcomes));
  return status.ok() ? worst : Fail(talk, status);
}

}  // namespace scbpf::cli
