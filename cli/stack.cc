// Loads stacks of filters and asks them.
#include "cli/stack.h"

#include <algorithm>
#include <utility>

#include "bpf/simulate.h"
#include "cli/compile_input.h"

namespace scbpf::cli {
namespace {

void AddAbis(const std::vector<std::string>& abis, Stack& stack) {
  for (const std::string& abi : abis) {
    if (std::count(stack.abis.begin(), stack.abis.end(), abi) == 0) {
      stack.abis.push_back(abi);
    }
  }
}

absl::Status AddProfile(Talk& talk, Input input, Stack& stack) {
  Diagnostics findings;
  absl::StatusOr<Compilation> compilation =
      CompileInput(talk, input, stack.options, findings);
  if (!compilation.ok()) return compilation.status();
  for (Filter& older : compilation->older) {
    stack.programs.push_back(std::move(older.program));
    stack.flags.push_back(older.flags);
    stack.agents.emplace_back();
    stack.inputs.push_back(input);
  }
  stack.programs.push_back(std::move(compilation->filter.program));
  stack.flags.push_back(compilation->filter.flags);
  stack.agents.push_back({compilation->profile.listener_path,
                          compilation->profile.listener_metadata});
  AddAbis(compilation->abis, stack);
  stack.inputs.push_back(std::move(input));
  return absl::OkStatus();
}

void AddFilters(const Input& input, Stack& stack) {
  const bool several = input.filters.size() > 1;
  for (size_t i = 0; i < input.filters.size(); ++i) {
    const FilterRecord& record = input.filters[i];
    Input one;
    one.name = input.name;
    if (several) one.name.append("[").append(std::to_string(i)).append("]");
    one.is_profile = false;
    stack.programs.push_back(record.filter.program);
    stack.flags.push_back(record.filter.flags);
    stack.agents.emplace_back();
    AddAbis(record.abis, stack);
    stack.inputs.push_back(std::move(one));
  }
}

}  // namespace

absl::StatusOr<Stack> LoadStack(Talk& talk, const TargetOptions& target,
                                const ProofBudget& budget,
                                const std::vector<std::string>& paths) {
  absl::StatusOr<CompileOptions> options = MakeCompileOptions(target);
  if (!options.ok()) return options.status();
  Stack stack;
  stack.options = *std::move(options);
  stack.options.split = true;
  stack.options.budget = budget;
  for (const std::string& path : paths) {
    absl::StatusOr<Input> input = ReadInput(talk, path);
    if (!input.ok()) return input.status();
    if (!input->is_profile) {
      AddFilters(*input, stack);
      continue;
    }
    const absl::Status status = AddProfile(talk, *std::move(input), stack);
    if (!status.ok()) return status;
  }
  return stack;
}

absl::StatusOr<StackExplanation> Explain(const Stack& stack,
                                         const std::string& abi,
                                         const Call& call) {
  const StackAnswer answer = SimulateStack(stack.programs, call);
  StackExplanation explanation;
  explanation.result = AsKernelReads(answer.result);
  explanation.winner = answer.winner;
  explanation.reason = "filter";
  const Input& input = stack.inputs[answer.winner];
  if (!input.is_profile) return explanation;
  Diagnostics findings;  // told when the stack was loaded
  const auto calls =
      ExplainCalls(input.text, stack.options, std::to_string(call.nr),
                   call.args, {abi}, findings);
  if (!calls.ok()) return calls.status();
  const CallExplanation& why = calls->front();
  explanation.reason = why.reason;
  if (why.rule.has_value()) {
    explanation.rule = Locate(input.text, why.rule->offset);
  }
  return explanation;
}

std::string DescribeReason(const Stack& stack,
                           const StackExplanation& explanation) {
  const std::string& file = stack.inputs[explanation.winner].name;
  if (explanation.rule.has_value()) {
    return explanation.reason + " " + file + ":" +
           std::to_string(explanation.rule->line) + ":" +
           std::to_string(explanation.rule->column);
  }
  if (explanation.reason == "filter") return file;
  return explanation.reason + " of " + file;
}

}  // namespace scbpf::cli
