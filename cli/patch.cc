// scbpf patch: allows and denies calls in a profile, and proves the edit.
#include <vector>

#include "bpf/text.h"
#include "cli/compile_input.h"
#include "cli/exit_status.h"
#include "cli/policy_input.h"
#include "cli/read_input.h"
#include "cli/verbs.h"
#include "workflow/patch_profile.h"

namespace scbpf::cli {
namespace {

absl::Status Failure(const Comparison& comparison, const Input& input,
                     const Diagnostics& findings, const CompileOptions& options,
                     const absl::Status& status) {
  const int errors = CountErrors(findings, options.strict);
  if (errors > 0) {
    return absl::InvalidArgumentError(input.name + ": " +
                                      Count(errors, "error"));
  }
  return TellProofFailure(comparison, status);
}

int Patch(Comparison& comparison, const Output& output,
          const std::vector<std::string>& words) {
  Talk& talk = comparison.talk;
  std::vector<PatchStep> steps;
  for (size_t i = 1; i < words.size(); ++i) {
    const absl::StatusOr<PatchStep> step = ParsePatchStep(words[i]);
    if (!step.ok()) return Fail(talk, step.status());
    steps.push_back(*step);
  }
  const absl::StatusOr<CompileOptions> options =
      MakeCompileOptions(comparison.target);
  if (!options.ok()) return Fail(talk, options.status());
  const absl::StatusOr<Input> input = ReadProfileInput(words[0]);
  if (!input.ok()) return Fail(talk, input.status());
  Diagnostics findings;
  const absl::StatusOr<PatchedProfile> patched = PatchProfile(
      input->text, steps, options->target, comparison.budget, findings);
  Tell(talk, input->name, input->text, findings, options->strict);
  if (!patched.ok() || CountErrors(findings, options->strict) > 0) {
    return Fail(talk, Failure(comparison, *input, findings, *options,
                              patched.status()));
  }
  const absl::Status status = WriteOutput(output, patched->text, false);
  if (!status.ok()) return Fail(talk, status);
  for (const std::string& line : patched->said) Say(talk, line);
  Say(talk, patched->text == input->text ? "nothing to change"
                                         : "proved: nothing else changed");
  return kDone;
}

}  // namespace

int RunPatch(const Arguments& arguments) {
  Comparison comparison;
  Output output;
  CommandLine line;
  line.verb = "patch";
  line.words_usage = "PROFILE [-o FILE] [options] -- +CALL|-CALL...";
  line.summary = "allow or deny calls in a profile, and leave the rest of it";
  line.examples =
      "  scbpf patch profile.json -o profile.json -- +openat2 -ptrace\n"
      "  scbpf patch profile.json -- '+socket(AF_INET)' '+ioctl(*, TCGETS)'\n";
  line.notes =
      "+CALL allows a call, or with arguments in brackets (* for any) these\n"
      "alone; -CALL takes it out of every entry that permits it, or denies it\n"
      "where the default action permits. The text keeps its layout. Each edit\n"
      "is proved: it answers what was asked, and no call changes but this one\n"
      "and, where that is said, its form by socketcall or ipc.\n";
  line.least_words = 2;
  line.most_words = 1000;
  AddProfileOutput(line, output);
  AddBudgetOption(line, comparison.budget);
  AddTargetOptions(line, comparison.target);
  AddTalkOptions(line, comparison.talk);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;
  return Patch(comparison, output, line.words);
}

}  // namespace scbpf::cli
