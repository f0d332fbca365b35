// Compile: the pipeline of docs/design.md, one line a stage.
#include "scbpf/compile.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bpf/check.h"
#include "compiler/assembly.h"
#include "compiler/decision.h"
#include "compiler/resolved.h"
#include "compiler/room.h"
#include "compiler/split.h"

namespace scbpf {
namespace {

absl::Status Check(std::span<const Program> programs) {
  for (const Program& program : programs) {
    const absl::Status checked = CheckProgram(program);
    if (!checked.ok()) {
      return absl::InternalError(
          absl::StrCat("the kernel would refuse the filter: ",
                       std::string(checked.message())));
    }
  }
  return absl::OkStatus();
}

// One program as it is, several as what they answer together.
absl::Status ProveFilter(const Policy& policy,
                         const std::vector<Program>& programs,
                         const ProofBudget& budget) {
  const absl::StatusOr<std::optional<Call>> proof =
      programs.size() == 1
          ? Prove(policy, programs.front(), budget)
          : FindDifference(Side::Of(policy), Side{programs}, budget);
  if (!proof.ok()) return proof.status();
  if (!proof->has_value()) return absl::OkStatus();
  return absl::InternalError(DescribeMismatch(policy, programs, **proof));
}

// What stays of the first stages. The rules' memory is free before the search
// for a tree wants some.
Compilation TakePolicy(Resolved resolved) {
  Compilation result;
  result.policy = BuildPolicy(resolved.rules, resolved.groups);
  result.filter.flags = resolved.profile.flags.value_or(kFlagSpecAllow);
  for (const AbiRules& abi : resolved.rules.abis) {
    result.abis.emplace_back(abi.abi->id);
  }
  result.kernel_decided = resolved.rules.kernel_decided;
  result.capabilities_decided = resolved.rules.capabilities_decided;
  result.profile = std::move(resolved.profile);
  return result;
}

// The flags of each filter of a stack: the newest one has the listener.
void Fill(Compilation& result, std::vector<Program> programs) {
  const uint32_t flags = result.filter.flags;
  result.filter.program = std::move(programs.back());
  programs.pop_back();
  for (Program& program : programs) {
    result.older.push_back({std::move(program), flags & ~kFlagNewListener});
  }
}

}  // namespace

absl::StatusOr<Compilation> Compile(std::string_view text,
                                    const CompileOptions& options,
                                    Diagnostics& findings) {
  absl::StatusOr<Resolved> resolved = ResolveText(text, options, findings);
  if (!resolved.ok()) return resolved.status();

  Compilation result = TakePolicy(*std::move(resolved));
  if (options.policy_only) return result;
  const Decision decision = BuildDecision(result.policy, options.weights);
  std::vector<Program> programs{Assemble(Lower(decision))};
  if (programs.front().size() > kMaxInstructions) {
    if (!options.split) {
      return absl::OutOfRangeError(
          DescribeRoom(result.policy, programs.front().size()));
    }
    absl::StatusOr<std::vector<Program>> split =
        BuildSplit(result.policy, options.weights);
    if (!split.ok()) {
      return absl::OutOfRangeError(
          absl::StrCat(DescribeRoom(result.policy, programs.front().size()),
                       "; it ", std::string(split.status().message())));
    }
    programs = *std::move(split);
  }
  if (options.before_proof) options.before_proof(programs.back());
  const absl::Status checked = Check(programs);
  if (!checked.ok()) return checked;
  if (options.prove) {
    const absl::Status proved =
        ProveFilter(result.policy, programs, options.budget);
    if (!proved.ok()) return proved;
    result.proved = true;
  }
  Fill(result, std::move(programs));
  return result;
}

}  // namespace scbpf
