// Loads the sides that verify, diff and subset compare.
#include "cli/sides.h"

#include <utility>

#include "bpf/simulate.h"
#include "cli/compile_input.h"
#include "scbpf/policy.h"

namespace scbpf::cli {
namespace {

absl::StatusOr<Side> PolicyOf(Comparison& comparison, const Input& input) {
  absl::StatusOr<Compilation> compilation = CompilePolicy(comparison, input);
  if (!compilation.ok()) return compilation.status();
  return Side::Of(std::move(compilation->policy));
}

Side StackOf(const Input& input) {
  std::vector<Program> programs;
  for (const FilterRecord& record : input.filters) {
    programs.push_back(record.filter.program);
  }
  return Side{std::move(programs)};
}

}  // namespace

void AddComparisonOptions(CommandLine& line, Comparison& comparison) {
  AddJsonOption(line, comparison.talk);
  AddBudgetOption(line, comparison.budget);
  AddTargetOptions(line, comparison.target);
  AddTalkOptions(line, comparison.talk);
}

absl::StatusOr<Compilation> CompilePolicy(Comparison& comparison,
                                          const Input& input) {
  absl::StatusOr<CompileOptions> options =
      MakeCompileOptions(comparison.target);
  if (!options.ok()) return options.status();
  options->policy_only = true;
  Diagnostics findings;
  return CompileInput(comparison.talk, input, *options, findings);
}

absl::StatusOr<Side> LoadSide(Comparison& comparison, const std::string& path) {
  const absl::StatusOr<Input> input = ReadInput(comparison.talk, path);
  if (!input.ok()) return input.status();
  if (!input->is_profile) return StackOf(*input);
  return PolicyOf(comparison, *input);
}

absl::StatusOr<Side> LoadProfile(Comparison& comparison,
                                 const std::string& path) {
  const absl::StatusOr<Input> input = ReadProfileInput(path);
  if (!input.ok()) return input.status();
  return PolicyOf(comparison, *input);
}

absl::StatusOr<Side> LoadFilter(Comparison& comparison,
                                const std::string& path) {
  const absl::StatusOr<Input> input = ReadFilterInput(comparison.talk, path);
  if (!input.ok()) return input.status();
  return StackOf(*input);
}

ReturnValue Answer(const Side& side, const Call& call) {
  if (const Policy* policy = std::get_if<Policy>(&side.value)) {
    return AsKernelReads(Evaluate(*policy, call));
  }
  const auto& stack = std::get<std::vector<Program>>(side.value);
  return AsKernelReads(SimulateStack(stack, call).result);
}

absl::Status TellProofFailure(const Comparison& comparison,
                              const absl::Status& status) {
  if (status.code() != absl::StatusCode::kResourceExhausted) return status;
  return absl::ResourceExhaustedError(
      std::string(status.message()) + "; give more than --proof-budget " +
      std::to_string(comparison.budget.thousands));
}

}  // namespace scbpf::cli
