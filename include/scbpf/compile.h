// From profile text to a proved filter.
#ifndef SCBPF_COMPILE_H_
#define SCBPF_COMPILE_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "scbpf/diagnostic.h"
#include "scbpf/policy.h"
#include "scbpf/profile.h"
#include "scbpf/program.h"
#include "scbpf/prove.h"
#include "scbpf/target.h"

namespace scbpf {

// How often each syscall is expected: what the filter is made fast for.
struct Weights {
  enum class Kind : uint8_t {
    kDefault,   // half uniform, half the built-in frequency table
    kUniform,   // every syscall of the ABI's table the same
    kBitmap,    // as kDefault, but unconditional ALLOWs weigh nothing
    kMeasured,  // `counts`
  };
  Kind kind = Kind::kDefault;
  // Syscall name -> calls seen; an ABI's own table where per_abi has one.
  std::map<std::string, double, std::less<>> counts;
  std::map<std::string, std::map<std::string, double, std::less<>>> per_abi;
};

struct CompileOptions {
  Target target;
  Weights weights;
  bool strict = false;  // warnings are errors
  bool prove = true;
  // Where one filter is not enough: several (Compilation::older).
  bool split = false;
  // The policy alone: no filter is built, nothing is proved, so that none is
  // too large.
  bool policy_only = false;
  ProofBudget budget;
  // Called with the finished program just before the proof: for tests that
  // plant a bug there.
  std::function<void(Program&)> before_proof;
};

struct Compilation {
  Profile profile;
  Policy policy;
  Filter filter;  // with `older`: the newest, which is installed last
  // With CompileOptions::split, where more than 4096 instructions are needed:
  // what else must be installed, in this order, before `filter`.
  std::vector<Filter> older;
  std::vector<std::string> abis;  // ids, the native one first
  bool proved = false;
  int64_t proof_nanoseconds = 0;  // filled by the caller that has a clock
  // Whether includes/excludes asked for these, so that they took part.
  bool kernel_decided = false;
  bool capabilities_decided = false;
};

// Compiles `text`. Findings are appended. Errors:
//   InvalidArgument     the profile is wrong (findings say how)
//   OutOfRange          more than 4096 instructions are needed; with
//                       options.split, more than the kernel takes in all
//   ResourceExhausted   the proof's budget ran out
//   Internal            the filter is not equal to the profile: a bug
absl::StatusOr<Compilation> Compile(std::string_view text,
                                    const CompileOptions& options,
                                    Diagnostics& findings);

enum class Stage : uint8_t {
  kProfile,
  kRules,
  kPolicy,
  kDecision,
  kDot,
  kAssembly,
  kListing,
};

// The value of one stage as text. Errors as Compile's.
absl::StatusOr<std::string> Emit(Stage stage, std::string_view text,
                                 const CompileOptions& options,
                                 Diagnostics& findings);

// Why a call gets its answer: the rule that decided, for each ABI asked.
struct CallExplanation {
  std::string abi;  // the call's own: a number says more than the ABI asked
  Call call;
  ReturnValue result;
  // The entry that decided, or nullopt: the default action, or bad-arch.
  std::optional<SourceSpan> rule;
  std::string reason;  // "defaultAction", "bad-arch", "rule", ...
};

// Explains what a profile answers to `nr_or_name` with `args` on each of the
// ABIs `abis` (ids; empty: every selected ABI). A name that an ABI does not
// have is left out there. Errors as Compile's; NotFound: no ABI has the name.
absl::StatusOr<std::vector<CallExplanation>> ExplainCalls(
    std::string_view text, const CompileOptions& options,
    std::string_view nr_or_name, const std::array<uint64_t, 6>& args,
    const std::vector<std::string>& abis, Diagnostics& findings);

}  // namespace scbpf

#endif  // SCBPF_COMPILE_H_
