// Why a profile answers a call as it does: the rules that decide, those that
// nearly did, and the smallest edit that would allow it.
#ifndef SCBPF_WORKFLOW_WHY_H_
#define SCBPF_WORKFLOW_WHY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "compiler/resolved.h"
#include "scbpf/compile.h"
#include "scbpf/policy.h"
#include "workflow/call_pattern.h"

namespace scbpf {

// A profile that questions are asked about.
struct AskedProfile {
  std::string text;
  CompileOptions options;
  Resolved resolved;
  Policy policy;
};

// Errors as Compile's; findings are appended.
absl::StatusOr<AskedProfile> ReadAskedProfile(std::string text,
                                              const CompileOptions& options,
                                              Diagnostics& findings);

// Who gives an answer.
enum class AnswerBy : uint8_t {
  kRule,
  kDefaultAction,
  kBadArch,         // the ABI is not among the profile's
  kUnknownSyscall,  // --unknown-syscalls
};

// One of the answers a call can get.
struct PossibleAnswer {
  ReturnValue result;
  AnswerBy by = AnswerBy::kDefaultAction;
  std::string when;  // "domain == AF_INET"; empty: in every other case
  SourceSpan at;     // the name in the rule, or the default action; else {}
};

// A rule on the call that does not apply to it.
struct NearRule {
  ReturnValue result;
  SourceSpan at;
  // What it asks for, and what the call has instead: "domain == AF_INET",
  // "AF_ALG".
  std::string wants;
  std::string has;
};

// A way into the kernel: the call's own number, or a multiplexer's.
struct CallWay {
  const Abi* abi = nullptr;
  uint32_t nr = 0;
  std::string through;  // "socketcall(1)"; empty: the call's own number
  // Answers that depend on arguments not known, the last one in every other
  // case. One alone: certain.
  std::vector<PossibleAnswer> answers;
  std::vector<NearRule> near;
};

// An entry that names the call and was dropped for this target.
struct DroppedEntry {
  ReturnValue result;
  SourceSpan at;
  std::string why;  // "includes.caps: CAP_SYS_ADMIN is not held"
};

struct CallAnswer {
  CallPattern call;
  std::string name;  // of the call on the first ABI; empty: it has none
  std::vector<CallWay> ways;
  std::vector<std::string> without;  // ABIs asked for that lack the call
  std::vector<DroppedEntry> dropped;
};

// What the profile answers to `call` on `abis` (ids; empty: its own ABIs).
// NotFound: none of them has the call.
absl::StatusOr<CallAnswer> AskWhy(const AskedProfile& profile,
                                  const CallPattern& call,
                                  const std::vector<std::string>& abis);

// Whether every way answers ALLOW or LOG, for all arguments; ways through a
// multiplexer count where the ABI has no number of the call's own.
bool IsPermitted(const CallAnswer& answer);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_WHY_H_
