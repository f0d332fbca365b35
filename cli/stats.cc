// scbpf stats: what a filter costs, and what it leaves to the kernel's bitmap.
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "bpf/cost.h"
#include "cli/call_text.h"
#include "cli/columns.h"
#include "cli/compile_input.h"
#include "cli/exit_status.h"
#include "cli/filter_stats.h"
#include "cli/json_text.h"
#include "cli/report.h"
#include "cli/stack.h"
#include "cli/verbs.h"
#include "cli/weights.h"
#include "cli/write_output.h"
#include "syscall-tables/names.h"

namespace scbpf::cli {
namespace {

constexpr uint32_t kKernelLimit = 32768;

struct StatsCommand {
  Talk talk;
  TargetOptions target;
  std::string weights;
  ProofBudget budget;
};

// One filter of the stack, or all of them.
struct SizeRow {
  std::string name;
  size_t instructions = 0;
  uint32_t kernel_length = 0;
  uint32_t longest_path = 0;
  double install = 0;  // microseconds
};

struct AbiRow {
  const Abi* abi = nullptr;
  Coverage coverage;
  ExecutedStats executed;
};

// What a choice of --weights gives.
struct WeightsRow {
  std::string choice;
  SizeRow size;
  ExecutedStats executed;  // on the native ABI
};

struct Report {
  std::vector<SizeRow> filters;
  SizeRow total;
  std::vector<AbiRow> abis;
  std::vector<ReturnValue> reachable;
  std::vector<WeightsRow> weights;  // of a profile
};

SizeRow Measure(std::string name, std::span<const Program> stack,
                std::span<const Abi* const> kernel_abis) {
  const Program& program = stack.back();
  return {std::move(name), program.size(), KernelLength(program),
          LongestPath(program), EstimateInstall(stack, kernel_abis)};
}

std::vector<const Abi*> ToAbis(const std::vector<std::string>& ids) {
  std::vector<const Abi*> abis;
  for (const std::string& id : ids) abis.push_back(FindAbiById(id));
  return abis;
}

// Compiles the profile for every choice of weights.
absl::StatusOr<std::vector<WeightsRow>> Compare(
    const StatsCommand& command, const Stack& stack, const Weights& measured,
    std::span<const Abi* const> kernel_abis) {
  std::vector<std::pair<std::string, Weights>> choices(3);
  choices[0] = {"default", {}};
  choices[1] = {"uniform", {Weights::Kind::kUniform, {}, {}}};
  choices[2] = {"bitmap", {Weights::Kind::kBitmap, {}, {}}};
  if (measured.kind == Weights::Kind::kMeasured) {
    choices.emplace_back(NameOfInput(command.weights), measured);
  }
  std::vector<WeightsRow> rows;
  for (auto& [name, weights] : choices) {
    CompileOptions options = stack.options;
    options.weights = std::move(weights);
    options.prove = false;  // measured, not used
    Diagnostics findings;   // told when the stack was loaded
    const auto compiled = Compile(stack.inputs.front().text, options, findings);
    if (!compiled.ok()) return compiled.status();
    const std::vector<Program> alone = {compiled->filter.program};
    rows.push_back(
        {name, Measure(name, alone, kernel_abis),
         MeasureExecutedStats(alone, *FindAbiById(compiled->abis.front()),
                              measured)});
  }
  return rows;
}

absl::StatusOr<Report> MakeReport(const StatsCommand& command,
                                  const Stack& stack, const Weights& weights) {
  const std::vector<std::string> host = AbisOn(stack.options.target.native);
  const std::vector<const Abi*> kernel_abis = ToAbis(host);
  const std::vector<const Abi*> abis =
      ToAbis(stack.abis.empty() ? host : stack.abis);
  auto answers = FindAnswers(stack.programs, abis, command.budget);
  if (!answers.ok()) return answers.status();
  Report report;
  report.total.name = "together";
  for (size_t i = 0; i < stack.programs.size(); ++i) {
    const std::span<const Program> below(stack.programs.data(), i + 1);
    SizeRow row = Measure(stack.inputs[i].name, below, kernel_abis);
    report.total.instructions += row.instructions;
    report.total.kernel_length += row.kernel_length;
    report.total.longest_path += row.longest_path;
    report.total.install += row.install;
    report.filters.push_back(std::move(row));
  }
  for (size_t i = 0; i < abis.size(); ++i) {
    report.abis.push_back(
        {abis[i], answers->coverage[i],
         MeasureExecutedStats(stack.programs, *abis[i], weights)});
  }
  report.reachable = std::move(answers->reachable);
  if (stack.programs.size() > 1 || !stack.inputs.front().is_profile) {
    return report;
  }
  auto rows = Compare(command, stack, weights, kernel_abis);
  if (!rows.ok()) return rows.status();
  report.weights = *std::move(rows);
  return report;
}

std::string Decimal(double value, int digits = 2) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

// "0.00" where there is nothing to be weighed is told as "-".
std::string Weighed(double value) { return value > 0 ? Decimal(value) : "-"; }

std::vector<std::string> FormatSize(const SizeRow& row, bool of_one) {
  std::string size = std::to_string(row.instructions);
  if (of_one) {
    size += " (" + std::to_string(kMaxInstructions - row.instructions) +
            " left of " + std::to_string(kMaxInstructions) + ")";
  }
  return {row.name, size, std::to_string(row.longest_path),
          std::to_string(row.kernel_length), Decimal(row.install, 0) + " us"};
}

std::string FormatSizes(const Report& report) {
  std::vector<std::vector<std::string>> rows = {
      {"FILTER", "INSTRUCTIONS", "LONGEST PATH", "KERNEL LENGTH", "INSTALL"}};
  for (const SizeRow& row : report.filters) {
    rows.push_back(FormatSize(row, true));
  }
  if (report.filters.size() > 1) {
    rows.push_back(FormatSize(report.total, false));
  }
  return Columns(rows) + "\nThe kernel takes a length of " +
         std::to_string(kKernelLimit) + " for all filters of a process: " +
         std::to_string(static_cast<int64_t>(kKernelLimit) -
                        report.total.kernel_length) +
         " left\n";
}

std::string FormatAnswers(const std::vector<ReturnValue>& reachable) {
  std::vector<std::string> told;
  for (const ReturnValue value : reachable) {
    told.push_back(FormatReturnValue(value));
  }
  return "Answers that occur: " + absl::StrJoin(told, ", ") + "\n";
}

std::string FormatAbis(const std::vector<AbiRow>& abis) {
  std::vector<std::vector<std::string>> rows = {
      {"ABI", "CALLS", "ALLOWED", "IN BITMAP", "BY ARGUMENTS", "MEAN",
       "WEIGHTED", "PAST BITMAP", "MAX"}};
  for (const AbiRow& row : abis) {
    rows.push_back(
        {std::string(row.abi->id), std::to_string(row.coverage.numbers),
         std::to_string(row.coverage.allowed),
         HasActionBitmap(*row.abi) ? std::to_string(row.coverage.in_bitmap)
                                   : "never",
         std::to_string(row.coverage.by_arguments), Decimal(row.executed.mean),
         Weighed(row.executed.weighted),
         Weighed(row.executed.weighted_past_bitmap),
         std::to_string(row.executed.max)});
  }
  return Columns(rows);
}

std::string FormatWeights(const Report& report) {
  std::vector<std::vector<std::string>> rows = {
      {"--weights", "INSTRUCTIONS", "LONGEST PATH", "INSTALL", "MEAN",
       "WEIGHTED", "PAST BITMAP", "MAX"}};
  for (const WeightsRow& row : report.weights) {
    rows.push_back({row.choice, std::to_string(row.size.instructions),
                    std::to_string(row.size.longest_path),
                    Decimal(row.size.install, 0) + " us",
                    Decimal(row.executed.mean), Weighed(row.executed.weighted),
                    Weighed(row.executed.weighted_past_bitmap),
                    std::to_string(row.executed.max)});
  }
  return "\nWhat each choice of --weights gives on " +
         std::string(report.abis.front().abi->id) + ":\n" + Columns(rows);
}

std::string JsonSize(const SizeRow& row) {
  return "\"instructions\": " + std::to_string(row.instructions) +
         ", \"longest_path\": " + std::to_string(row.longest_path) +
         ", \"kernel_length\": " + std::to_string(row.kernel_length) +
         ", \"install_us\": " + Decimal(row.install, 1);
}

std::string JsonExecuted(const ExecutedStats& stats) {
  const auto weighed = [](double value) {
    return value > 0 ? Decimal(value) : "null";
  };
  return "\"executed\": {\"mean\": " + Decimal(stats.mean) +
         ", \"weighted\": " + weighed(stats.weighted) +
         ", \"weighted_past_bitmap\": " + weighed(stats.weighted_past_bitmap) +
         ", \"max\": " + std::to_string(stats.max) + "}";
}

std::string JsonAbi(const AbiRow& row) {
  return "{\"abi\": " + JsonString(row.abi->id) +
         ", \"calls\": " + std::to_string(row.coverage.numbers) +
         ", \"allowed\": " + std::to_string(row.coverage.allowed) +
         ", \"in_bitmap\": " +
         (HasActionBitmap(*row.abi) ? std::to_string(row.coverage.in_bitmap)
                                    : "null") +
         ", \"by_arguments\": " + std::to_string(row.coverage.by_arguments) +
         ", " + JsonExecuted(row.executed) + "}";
}

std::string FormatJson(const Talk& talk, const Report& report) {
  std::vector<std::string> filters;
  for (const SizeRow& row : report.filters) {
    filters.push_back("{\"file\": " + JsonString(row.name) +
                      ", \"instructions_left\": " +
                      std::to_string(kMaxInstructions - row.instructions) +
                      ", " + JsonSize(row) + "}");
  }
  std::vector<std::string> answers;
  for (const ReturnValue value : report.reachable) {
    answers.push_back(FormatReturnValue(value));
  }
  std::vector<std::string> abis;
  for (const AbiRow& row : report.abis) abis.push_back(JsonAbi(row));
  std::vector<std::string> weights;
  for (const WeightsRow& row : report.weights) {
    weights.push_back("{\"weights\": " + JsonString(row.choice) + ", " +
                      JsonSize(row.size) + ", " + JsonExecuted(row.executed) +
                      "}");
  }
  const auto list = [](const std::vector<std::string>& rows) {
    if (rows.empty()) return std::string("[]");
    return "[\n  " + absl::StrJoin(rows, ",\n  ") + "\n]";
  };
  return "{\"filters\": " + list(filters) + ", \"together\": {" +
         JsonSize(report.total) + ", \"kernel_length_left\": " +
         std::to_string(static_cast<int64_t>(kKernelLimit) -
                        report.total.kernel_length) +
         "}, \"answers\": " + JsonStrings(answers) +
         ", \"abis\": " + list(abis) + ", \"weights\": " + list(weights) +
         ", " + JsonFindings(talk) + "}\n";
}

std::string Format(const Talk& talk, const Report& report) {
  if (talk.json) return FormatJson(talk, report);
  std::string text = FormatSizes(report) + FormatAnswers(report.reachable) +
                     "\n" + FormatAbis(report.abis);
  if (!report.weights.empty()) text += FormatWeights(report);
  return text;
}

}  // namespace

int RunStats(const Arguments& arguments) {
  StatsCommand command;
  CommandLine line;
  line.verb = "stats";
  line.words_usage = "INPUT... [--weights FILE] [options]";
  line.summary = "tell what a profile's filter, or any filter, costs";
  line.examples =
      "  scbpf stats profile.json\n"
      "  scbpf stats --weights frequencies.json profile.json\n"
      "  scbpf stats --json filter.bpf\n"
      "  scbpf stats older.bpf newer.bpf   # a stack\n";
  line.notes =
      "MEAN, WEIGHTED, MAX: instructions executed per call with arguments 0,\n"
      "over the calls of the ABI, and weighted by how often programs make "
      "them\n"
      "(--weights, or built in). IN BITMAP: of the calls that are allowed\n"
      "whatever the arguments, those that a kernel >= 5.11 answers without\n"
      "running the filter; PAST BITMAP: WEIGHTED over all others. KERNEL\n"
      "LENGTH: the filter as the kernel counts it. INSTALL is an estimate.\n";
  line.most_words = 64;
  line.options.push_back(Store("--weights", "FILE",
                               "how often each call is made: JSON, "
                               "{\"read\": 120034}, or what strace -c or "
                               "perf trace -s wrote",
                               command.weights));
  AddBudgetOption(line, command.budget);
  AddJsonOption(line, command.talk);
  AddTargetOptions(line, command.target);
  AddTalkOptions(line, command.talk);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;

  Talk& talk = command.talk;
  Weights weights;
  if (!command.weights.empty()) {
    absl::StatusOr<Weights> read = ReadWeightsFile(talk, command.weights);
    if (!read.ok()) return Fail(talk, read.status());
    weights = *std::move(read);
  }
  const absl::StatusOr<Stack> stack =
      LoadStack(talk, command.target, command.budget, line.words);
  if (!stack.ok()) return Fail(talk, stack.status());
  const absl::StatusOr<Report> report = MakeReport(command, *stack, weights);
  if (report.status().code() == absl::StatusCode::kResourceExhausted) {
    return Fail(talk, absl::ResourceExhaustedError(
                          std::string(report.status().message()) +
                          "; give more than --proof-budget " +
                          std::to_string(command.budget.thousands)));
  }
  if (!report.ok()) return Fail(talk, report.status());
  const absl::Status status = WriteText(Format(talk, *report));
  return status.ok() ? kDone : Fail(talk, status);
}

}  // namespace scbpf::cli
