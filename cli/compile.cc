// scbpf compile: a profile becomes a filter.
#include <utility>

#include "absl/strings/str_join.h"
#include "cli/compile_input.h"
#include "cli/exit_status.h"
#include "cli/json_text.h"
#include "cli/read_input.h"
#include "cli/report.h"
#include "cli/target_options.h"
#include "cli/verbs.h"
#include "cli/weights.h"
#include "cli/write_filters.h"
#include "cli/write_output.h"
#include "compiler/sha256.h"

namespace scbpf::cli {
namespace {

struct CompileCommand {
  Talk talk;
  TargetOptions target;
  Output output;
  FilterFormat format = FilterFormat::kRaw;
  std::string weights = "default";
  std::optional<Stage> stage;
  bool split = false;
  bool no_prove = false;
  ProofBudget budget;
};

constexpr std::pair<const char*, Stage> kStages[] = {
    {"profile", Stage::kProfile}, {"rules", Stage::kRules},
    {"policy", Stage::kPolicy},   {"decision", Stage::kDecision},
    {"dot", Stage::kDot},         {"assembly", Stage::kAssembly},
    {"listing", Stage::kListing},
};

void AddOptions(CommandLine& line, CompileCommand& command) {
  line.options.push_back(Store("-o,--output", "FILE",
                               "where the filter goes (default -: stdout)",
                               command.output.path));
  AddFormatOption(line, command.format);
  AddWeightsOption(line, command.weights);
  std::vector<std::string> stages;
  for (const auto& [name, stage] : kStages) stages.emplace_back(name);
  line.options.push_back(Choose(
      "--emit", stages, "write this stage of the compilation as text instead",
      [&](const std::string& word) {
        for (const auto& [name, stage] : kStages) {
          if (word == name) command.stage = stage;
        }
      }));
  line.options.push_back(
      Switch("--split",
             "where one filter is not enough: several, which together are the "
             "profile; raw, they go to a directory",
             command.split));
  line.options.push_back(
      Switch("--no-prove", "write the filter unproved; the summary says so",
             command.no_prove));
  AddBudgetOption(line, command.budget);
  line.options.push_back(
      Switch("--force", "raw bytes even to a terminal", command.output.force));
  AddJsonOption(line, command.talk);
  AddTargetOptions(line, command.target);
  AddTalkOptions(line, command.talk);
}

int EmitStage(CompileCommand& command, const Input& input,
              const CompileOptions& options) {
  Diagnostics findings;
  const absl::StatusOr<std::string> text =
      Emit(*command.stage, input.text, options, findings);
  Tell(command.talk, input.name, input.text, findings, options.strict);
  if (!text.ok()) {
    return Fail(command.talk, TellFailure(command.talk, input, options,
                                          findings, text.status()));
  }
  const absl::Status status = WriteOutput(command.output, *text, false);
  return status.ok() ? kDone : Fail(command.talk, status);
}

std::string FormatJson(const CompileCommand& command, const Input& input,
                       const Compilation& compilation,
                       const std::string& summary) {
  std::vector<std::string> instructions;
  for (const Filter& older : compilation.older) {
    instructions.push_back(std::to_string(older.program.size()));
  }
  instructions.push_back(std::to_string(compilation.filter.program.size()));
  return "{\"file\": " + JsonString(input.name) +
         ", \"output\": " + JsonString(command.output.path) +
         ", \"abis\": " + JsonStrings(compilation.abis) +
         ", \"instructions\": [" + absl::StrJoin(instructions, ", ") +
         "], \"proved\": " + (compilation.proved ? "true" : "false") +
         ", \"summary\": " + JsonString(summary) + ",\n " +
         JsonFindings(command.talk) + "}\n";
}

int WriteFilter(CompileCommand& command, const Input& input,
                const CompileOptions& options) {
  Diagnostics findings;
  const absl::StatusOr<Compilation> compilation =
      CompileInput(command.talk, input, options, findings);
  if (!compilation.ok()) return Fail(command.talk, compilation.status());
  const FilterTarget target{input.name,
                            FindAbiById(options.target.native)->big_endian};
  const bool json = command.format == FilterFormat::kJson;
  const std::string digest = json ? Sha256(input.text) : std::string();
  std::vector<FilterRecord> filters;
  for (const Filter& older : compilation->older) {
    filters.push_back({older, compilation->abis, digest});
  }
  filters.push_back({compilation->filter, compilation->abis, digest});
  const absl::Status status =
      WriteFilters(command.output, command.format, target, filters);
  if (!status.ok()) return Fail(command.talk, status);
  const std::string summary =
      Summarize(input, *compilation, findings, command.target);
  if (!command.talk.json) {
    Say(command.talk, summary);
    return kDone;
  }
  const absl::Status told =
      WriteText(FormatJson(command, input, *compilation, summary));
  return told.ok() ? kDone : Fail(command.talk, told);
}

}  // namespace

int RunCompile(const Arguments& arguments) {
  CompileCommand command;
  CommandLine line;
  line.verb = "compile";
  line.words_usage = "PROFILE [-o FILE] [options]";
  line.summary = "compile a profile into a filter that is proved equal to it";
  line.examples =
      "  scbpf compile profile.json -o filter.bpf\n"
      "  scbpf compile --archs x86_64,x32 --kernel 6.1 profile.json -o f.bpf\n"
      "  crictl inspect ID | scbpf compile - --format base64\n"
      "  scbpf compile --json profile.json -o filter.bpf  # findings as data\n"
      "  scbpf compile profile.json --emit rules    # what holds here, and "
      "why\n"
      "  scbpf compile profile.json --emit listing  # the filter, to read\n";
  line.notes =
      "Status: 0 the filter is written; nothing is, and 2 the profile is\n"
      "wrong or too large, 3 the system refused, 4 the proof is undecided.\n";
  AddOptions(line, command);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;

  const Talk& talk = command.talk;
  if (talk.json && (command.output.path == "-" || command.stage.has_value())) {
    return Fail(talk, absl::InvalidArgumentError(
                          "--json takes stdout for what it tells: the filter "
                          "needs -o FILE, and --emit goes without"));
  }
  absl::StatusOr<CompileOptions> options = MakeCompileOptions(command.target);
  if (!options.ok()) return Fail(talk, options.status());
  absl::StatusOr<Weights> weights = ReadWeights(command.talk, command.weights);
  if (!weights.ok()) return Fail(talk, weights.status());
  options->weights = *std::move(weights);
  options->prove = !command.no_prove;
  options->split = command.split;
  options->budget = command.budget;
  const absl::StatusOr<Input> input = ReadProfileInput(line.words.front());
  if (!input.ok()) return Fail(talk, input.status());
  return command.stage.has_value() ? EmitStage(command, *input, *options)
                                   : WriteFilter(command, *input, *options);
}

}  // namespace scbpf::cli
