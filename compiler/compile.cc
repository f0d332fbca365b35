// Compile: the pipeline of docs/design.md, one line a stage.
#include "scbpf/compile.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bpf/check.h"
#include "compiler/assembly.h"
#include "compiler/decision.h"
#include "compiler/resolved.h"
#include "compiler/room.h"

namespace scbpf {
namespace {

absl::Status ProveFilter(const Policy& policy, const Program& program,
                         const ProofBudget& budget) {
  const absl::StatusOr<std::optional<Call>> proof =
      Prove(policy, program, budget);
  if (!proof.ok()) return proof.status();
  if (!proof->has_value()) return absl::OkStatus();
  return absl::InternalError(DescribeMismatch(policy, program, **proof));
}

}  // namespace

absl::StatusOr<Compilation> Compile(std::string_view text,
                                    const CompileOptions& options,
                                    Diagnostics& findings) {
  absl::StatusOr<Resolved> resolved = ResolveText(text, options, findings);
  if (!resolved.ok()) return resolved.status();

  Compilation result;
  result.policy = BuildPolicy(resolved->rules);
  const Decision decision = BuildDecision(result.policy, options.weights);
  result.filter.program = Assemble(Lower(decision));
  if (result.filter.program.size() > kMaxInstructions) {
    return absl::OutOfRangeError(
        DescribeRoom(result.policy, result.filter.program.size()));
  }
  if (options.before_proof) options.before_proof(result.filter.program);
  const absl::Status checked = CheckProgram(result.filter.program);
  if (!checked.ok()) {
    return absl::InternalError(
        absl::StrCat("the kernel would refuse the filter: ",
                     std::string(checked.message())));
  }
  if (options.prove) {
    const absl::Status proved =
        ProveFilter(result.policy, result.filter.program, options.budget);
    if (!proved.ok()) return proved;
    result.proved = true;
  }
  result.filter.flags = resolved->profile.flags.value_or(kFlagSpecAllow);
  for (const AbiRules& abi : resolved->rules.abis) {
    result.abis.emplace_back(abi.abi->id);
  }
  result.kernel_decided = resolved->rules.kernel_decided;
  result.capabilities_decided = resolved->rules.capabilities_decided;
  result.profile = std::move(resolved->profile);
  return result;
}

}  // namespace scbpf
