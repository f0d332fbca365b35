// Runs the compiler on an input, with a clock for the proof.
#include "cli/compile_input.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "absl/strings/numbers.h"
#include "bpf/text.h"
#include "cli/host.h"

namespace scbpf::cli {
namespace {

using Clock = std::chrono::steady_clock;

std::string Milliseconds(int64_t nanoseconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f ms",
                static_cast<double>(nanoseconds) / 1e6);
  return text;
}

std::string DescribeDefaults(const Compilation& compilation,
                             const TargetOptions& options) {
  const bool kernel = compilation.kernel_decided && !options.kernel_given;
  const bool caps = compilation.capabilities_decided && !options.caps_given;
  if (!kernel && !caps) return {};
  std::string text = "; decided for native ABI " + compilation.abis.front();
  const KernelVersion version =
      options.kernel_given ? options.target.kernel : HostKernel();
  text += ", kernel " + FormatKernelVersion(version);
  text += options.kernel_given ? "" : " (this host's)";
  text += options.caps_given ? ", the capabilities given"
                             : ", Docker's default capabilities";
  const std::vector<std::string>& dropped = options.cap_drop;
  const std::string all = "ALL";
  if (std::count(dropped.begin(), dropped.end(), all) > 0) text += " -" + all;
  for (const std::string& name : options.cap_add) text += " +" + name;
  for (const std::string& name : dropped) {
    if (name != all) text += " -" + name;
  }
  return text;
}

// What --split would say of a profile too large for one filter.
absl::Status TrySplit(const Input& input, CompileOptions options) {
  options.split = true;
  options.prove = false;
  options.before_proof = nullptr;
  Diagnostics told_already;
  return Compile(input.text, options, told_already).status();
}

}  // namespace

absl::StatusOr<Compilation> CompileInput(Talk& talk, const Input& input,
                                         CompileOptions options,
                                         Diagnostics& findings) {
  Clock::time_point proof_began;
  options.before_proof = [&](Program&) { proof_began = Clock::now(); };
  Diagnostics found;
  absl::StatusOr<Compilation> compilation = Compile(input.text, options, found);
  const Clock::time_point ended = Clock::now();
  Tell(talk, input.name, input.text, found, options.strict);
  findings.insert(findings.end(), found.begin(), found.end());
  if (!compilation.ok()) {
    return TellFailure(talk, input, options, found, compilation.status());
  }
  if (compilation->proved) {
    compilation->proof_nanoseconds =
        std::chrono::nanoseconds(ended - proof_began).count();
  }
  return compilation;
}

absl::Status TellFailure(const Talk& talk, const Input& input,
                         const CompileOptions& options,
                         const Diagnostics& findings,
                         const absl::Status& status) {
  const int errors = CountErrors(findings, options.strict);
  if (errors > 0) {
    return absl::InvalidArgumentError(input.name + ": " +
                                      Count(errors, "error"));
  }
  std::string text = input.name + ": " + std::string(status.message());
  if (status.code() == absl::StatusCode::kResourceExhausted) {
    text += "; give more than --proof-budget " +
            std::to_string(options.budget.thousands);
    if (talk.verb == "compile") text += ", or --no-prove";
  }
  if (status.code() == absl::StatusCode::kOutOfRange && !options.split) {
    const absl::Status split = TrySplit(input, options);
    text = split.ok() ? text + "; scbpf compile --split writes several filters"
                      : input.name + ": " + std::string(split.message());
  }
  return absl::Status(status.code(), text);
}

std::string Summarize(const Input& input, const Compilation& compilation,
                      const Diagnostics& findings,
                      const TargetOptions& options) {
  std::string text = input.name + ":";
  for (const std::string& abi : compilation.abis) text += " " + abi;
  size_t instructions = compilation.filter.program.size();
  for (const Filter& older : compilation.older) {
    instructions += older.program.size();
  }
  text += "; " + Count(instructions, "instruction");
  if (!compilation.older.empty()) {
    text += " in " + Count(compilation.older.size() + 1, "filter");
  }
  text += compilation.proved
              ? "; proved in " + Milliseconds(compilation.proof_nanoseconds)
              : "; NOT proved (--no-prove)";
  const int warnings = CountWarnings(findings);
  if (warnings > 0) text += "; " + Count(warnings, "warning");
  return text + DescribeDefaults(compilation, options);
}

void AddBudgetOption(CommandLine& line, ProofBudget& budget) {
  line.options.push_back(
      {"--proof-budget", "N",
       "how far a proof may go: thousands of diagram nodes and intervals "
       "(default: " +
           std::to_string(ProofBudget{}.thousands) + ")",
       [&budget](const std::string& text) -> absl::Status {
         if (absl::SimpleAtoi(text, &budget.thousands)) {
           return absl::OkStatus();
         }
         return absl::InvalidArgumentError("--proof-budget \"" + text +
                                           "\" is no number of 32 bits");
       }});
}

}  // namespace scbpf::cli
