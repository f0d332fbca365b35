// Emit: the value of one stage as text.
#include <string>
#include <utility>

#include "bpf/disassemble.h"
#include "compiler/assembly.h"
#include "compiler/decision.h"
#include "compiler/resolved.h"
#include "scbpf/compile.h"

namespace scbpf {

absl::StatusOr<std::string> Emit(Stage stage, std::string_view text,
                                 const CompileOptions& options,
                                 Diagnostics& findings) {
  if (stage == Stage::kListing) {
    absl::StatusOr<Compilation> compilation = Compile(text, options, findings);
    if (!compilation.ok()) return compilation.status();
    return Disassemble(compilation->filter.program);
  }
  absl::StatusOr<Resolved> resolved = ResolveText(text, options, findings);
  if (!resolved.ok()) return resolved.status();
  if (stage == Stage::kProfile) return FormatProfile(resolved->profile);
  if (stage == Stage::kRules) {
    return FormatRules(text, resolved->profile, resolved->rules);
  }
  const Policy policy = BuildPolicy(resolved->rules, resolved->groups);
  if (stage == Stage::kPolicy) return FormatPolicy(policy);
  const Decision decision = BuildDecision(policy, options.weights);
  if (stage == Stage::kDecision) return FormatDecision(decision);
  if (stage == Stage::kDot) return FormatDot(decision);
  return FormatAssembly(Lower(decision));
}

}  // namespace scbpf
