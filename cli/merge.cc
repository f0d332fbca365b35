// scbpf merge: one profile that permits what any, or what all, of several do.
#include <optional>
#include <utility>
#include <vector>

#include "cli/compile_input.h"
#include "cli/exit_status.h"
#include "cli/policy_input.h"
#include "cli/verbs.h"
#include "workflow/combine_policies.h"

namespace scbpf::cli {
namespace {

struct MergeCommand {
  Comparison comparison;
  Output output;
  bool union_of = false;
  bool intersect = false;
};

void AddOptions(CommandLine& line, MergeCommand& command) {
  line.options.push_back(
      Switch("--union", "permit what any of them permits", command.union_of));
  line.options.push_back(Switch("--intersect", "permit what all of them permit",
                                command.intersect));
  AddProfileOutput(line, command.output);
  AddBudgetOption(line, command.comparison.budget);
  AddTargetOptions(line, command.comparison.target);
  AddTalkOptions(line, command.comparison.talk);
}

// What the profile holds beside the policies: every flag, the first listener.
ProfileExtras CombineExtras(const std::vector<PolicyInput>& inputs) {
  ProfileExtras extras;
  uint32_t flags = 0;
  for (const PolicyInput& input : inputs) {
    flags |= input.extras.flags.value_or(kFlagSpecAllow);
    if (!extras.listener_path.empty()) continue;
    extras.listener_path = input.extras.listener_path;
    extras.listener_metadata = input.extras.listener_metadata;
  }
  if (flags != kFlagSpecAllow) extras.flags = flags;
  return extras;
}

int Merge(MergeCommand& command, const std::vector<std::string>& paths) {
  Comparison& comparison = command.comparison;
  const Talk& talk = comparison.talk;
  std::vector<PolicyInput> inputs;
  std::vector<Policy> policies;
  for (const std::string& path : paths) {
    absl::StatusOr<PolicyInput> input = LoadPolicy(comparison, path);
    if (!input.ok()) return Fail(talk, input.status());
    policies.push_back(std::move(input->policy));
    inputs.push_back(*std::move(input));
  }
  absl::StatusOr<Policy> policy = CombinePolicies(
      policies, command.union_of ? Combination::kMostPermissive
                                 : Combination::kMostRestrictive);
  if (!policy.ok()) return Fail(talk, policy.status());
  return WriteProfile(comparison,
                      {command.union_of ? "the union" : "the intersection",
                       *std::move(policy), CombineExtras(inputs)},
                      command.output);
}

}  // namespace

int RunMerge(const Arguments& arguments) {
  MergeCommand command;
  CommandLine line;
  line.verb = "merge";
  line.words_usage = "--union|--intersect INPUT INPUT... [-o PROFILE]";
  line.summary = "write one profile that combines several, and prove it";
  line.examples =
      "  scbpf merge --union base.json extra.json -o both.json\n"
      "  scbpf merge --intersect docker.json mine.json -o stricter.json\n"
      "  scbpf merge --intersect profile.json filter.bpf\n";
  line.notes =
      "Every call gets the most permissive (--union) or the most restrictive\n"
      "(--intersect) of the answers of the INPUTs, each decided for the\n"
      "target first; actions rank kill_process > kill_thread > trap > errno >\n"
      "notify > trace > log > allow, and of equal ones the first INPUT's\n"
      "counts. Flags: all of theirs. What no profile can say is an error that\n"
      "names the call.\n";
  line.least_words = 2;
  line.most_words = 1000;
  AddOptions(line, command);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;
  if (command.union_of == command.intersect) {
    return Fail(
        command.comparison.talk,
        absl::InvalidArgumentError("give one of --union and --intersect"));
  }
  return Merge(command, line.words);
}

}  // namespace scbpf::cli
