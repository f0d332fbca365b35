// What a profile or a filter answers, call by call, for a page that a person
// reads.
#ifndef SCBPF_WORKFLOW_EXPLAIN_H_
#define SCBPF_WORKFLOW_EXPLAIN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "arch/abi.h"
#include "scbpf/prove.h"
#include "scbpf/return_value.h"
#include "scbpf/target.h"

namespace scbpf {

// One of the answers a call gets.
struct ConditionedAnswer {
  ReturnValue result;
  std::string when;  // "domain == AF_VSOCK"; empty: whatever its arguments

  bool operator==(const ConditionedAnswer&) const = default;
};

// All answers to one call, the most permissive first.
struct ExplainedCall {
  std::string_view name;
  std::vector<ConditionedAnswer> answers;
};

// Numbers that no call has.
struct ExplainedNumbers {
  uint32_t first = 0;
  uint32_t last = 0;
  std::vector<ConditionedAnswer> answers;
};

struct ExplainedAbi {
  const Abi* abi = nullptr;
  std::vector<ExplainedCall> calls;      // by number
  std::vector<ExplainedNumbers> others;  // ascending, neighbours differ
  // The newest kernel that brought a call that may pass, and those it brought.
  std::optional<KernelVersion> newest;
  std::vector<std::string_view> newest_calls;
};

struct DangerousPass {
  std::string_view name;
  std::string_view reason;
  std::string_view mitigation;
};

struct Explanation {
  // ABIs of whose calls not all get the answer that foreign ones get; the
  // native one first where it is among them.
  std::vector<ExplainedAbi> abis;
  // What calls of ABIs without a table here get; empty: that depends on more
  // than the ABI.
  std::optional<ReturnValue> foreign;
  // Calls that pass whatever their arguments, on any ABI.
  std::vector<DangerousPass> dangerous;
};

// Whether IsPermission is all of its answers, or none.
bool AlwaysPasses(const ExplainedCall& call);
bool NeverPasses(const ExplainedCall& call);

// Errors: as FindRegions'.
absl::StatusOr<Explanation> Explain(const Side& side, const Abi& native,
                                    const ProofBudget& budget);

// The page, in lines of at most 80 bytes where words allow it. `title` is what
// is explained.
std::string TellExplanation(const Explanation& explanation,
                            std::string_view title);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_EXPLAIN_H_
