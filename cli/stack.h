// A stack of INPUTs as eval and run see it: profiles compiled, filters read.
#ifndef SCBPF_CLI_STACK_H_
#define SCBPF_CLI_STACK_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/read_input.h"
#include "cli/report.h"
#include "cli/target_options.h"
#include "scbpf/call.h"
#include "scbpf/compile.h"
#include "scbpf/program.h"
#include "scbpf/prove.h"

namespace scbpf::cli {

// Where a profile says that somebody answers its USER_NOTIF calls; no path: it
// does not say.
struct AgentAddress {
  std::string path;
  std::string metadata;
};

// The filters, the newest last, each with what it came from. An INPUT of
// several filters stands here once for each, named "FILE[0]", "FILE[1]", ...; a
// profile too large for one filter, once for each that it needs.
struct Stack {
  CompileOptions options;
  std::vector<Input> inputs;
  std::vector<Program> programs;
  std::vector<uint32_t> flags;  // FilterFlags
  std::vector<AgentAddress> agents;
  std::vector<std::string> abis;  // of profiles, and of JSON that says it
};

// Reads, compiles and proves. Findings go to stderr.
absl::StatusOr<Stack> LoadStack(Talk& talk, const TargetOptions& target,
                                const ProofBudget& budget,
                                const std::vector<std::string>& paths);

// What the stack answers to a call of `abi`, and who says so.
struct StackExplanation {
  ReturnValue result;
  size_t winner = 0;             // the filter that decided
  std::string reason;            // "rule", "defaultAction", ...; "filter"
  std::optional<Location> rule;  // where the winner is a profile
};
absl::StatusOr<StackExplanation> Explain(const Stack& stack,
                                         const std::string& abi,
                                         const Call& call);

// "rule p.json:12:9", "defaultAction of p.json", "filter.bpf".
std::string DescribeReason(const Stack& stack,
                           const StackExplanation& explanation);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_STACK_H_
