// scbpf decompile: a profile that says what a filter does.
#include "cli/compile_input.h"
#include "cli/policy_input.h"
#include "cli/verbs.h"

namespace scbpf::cli {

int RunDecompile(const Arguments& arguments) {
  Comparison comparison;
  Output output;
  CommandLine line;
  line.verb = "decompile";
  line.words_usage = "FILTER [-o PROFILE] [options]";
  line.summary = "write a profile whose policy is proved equal to a filter";
  line.examples =
      "  scbpf decompile filter.bpf -o profile.json\n"
      "  scbpf decompile --unknown-syscalls=enosys container.bpf\n"
      "  scbpf dump --pid 4711 -o - | scbpf decompile -\n";
  line.notes =
      "FILTER is a filter or a stack of them; a profile, too, which is then\n"
      "written as it is decided for the target. What no profile can say is an\n"
      "error that names the call.\n";
  AddProfileOutput(line, output);
  AddBudgetOption(line, comparison.budget);
  AddTargetOptions(line, comparison.target);
  AddTalkOptions(line, comparison.talk);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;

  const Talk& talk = comparison.talk;
  const absl::StatusOr<PolicyInput> input =
      LoadPolicy(comparison, line.words[0]);
  if (!input.ok()) return Fail(talk, input.status());
  return WriteProfile(comparison, *input, output);
}

}  // namespace scbpf::cli
