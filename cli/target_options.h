// The options that say what a profile is compiled for.
#ifndef SCBPF_CLI_TARGET_OPTIONS_H_
#define SCBPF_CLI_TARGET_OPTIONS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "arch/abi.h"
#include "cli/command_line.h"
#include "scbpf/compile.h"
#include "scbpf/target.h"

namespace scbpf::cli {

struct TargetOptions {
  Target target;
  bool strict = false;
  // What the command line said; empty: the host decides.
  bool kernel_given = false;
  bool caps_given = false;
  std::vector<std::string> cap_add, cap_drop;  // names, or "ALL"
  bool native_given = false;
};

// Adds every target option of docs to `line`; `options` must outlive it.
void AddTargetOptions(CommandLine& line, TargetOptions& options);

// Fills what was not given from the host. InvalidArgument: the host's ABI is
// none that scbpf knows, and --arch was not given.
absl::StatusOr<CompileOptions> MakeCompileOptions(const TargetOptions& options);

// The ABI a user means; the error says what is near.
absl::StatusOr<const Abi*> ParseAbi(const std::string& spelling);
// A return value in any spelling; the error says what is near.
absl::StatusOr<ReturnValue> ParseAction(const std::string& spelling);

// --abi: `chosen` gets the ABI that is asked about alone.
Option AbiOption(std::function<void(const Abi& abi)> chosen);

// "A,B" -> {"A", "B"}; empty parts are left out.
std::vector<std::string> SplitList(const std::string& list);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_TARGET_OPTIONS_H_
