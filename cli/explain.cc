// scbpf explain: what a profile or a filter answers, as a page to read.
#include "workflow/explain.h"

#include "cli/exit_status.h"
#include "cli/host.h"
#include "cli/json_text.h"
#include "cli/read_input.h"
#include "cli/sides.h"
#include "cli/verbs.h"
#include "cli/write_output.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"
#include "workflow/call_groups.h"

namespace scbpf::cli {
namespace {

std::string JsonAnswers(const std::vector<ConditionedAnswer>& answers) {
  std::string text = "[";
  for (const ConditionedAnswer& one : answers) {
    if (text.size() > 1) text += ", ";
    text += "{\"result\": " + JsonString(FormatReturnValue(one.result)) +
            ", \"when\": " + JsonString(one.when) + "}";
  }
  return text + "]";
}

std::string JsonNewest(const ExplainedAbi& abi) {
  if (!abi.newest.has_value()) return "null";
  return "{\"kernel\": \"" + std::to_string(abi.newest->major) + "." +
         std::to_string(abi.newest->minor) + "\", \"calls\": " +
         JsonStrings({abi.newest_calls.begin(), abi.newest_calls.end()}) + "}";
}

std::string JsonAbi(const ExplainedAbi& abi) {
  std::string text = "{\"abi\": " + JsonString(abi.abi->id) +
                     ",\n   \"newest\": " + JsonNewest(abi) +
                     ",\n   \"calls\": [";
  bool first = true;
  for (const ExplainedCall& call : abi.calls) {
    const auto group = GroupOf(call.name);
    text += first ? "\n    " : ",\n    ";
    first = false;
    text += "{\"name\": " + JsonString(call.name) + ", \"group\": " +
            JsonString(group.has_value() ? TitleOf(*group) : "") +
            ", \"answers\": " + JsonAnswers(call.answers) + "}";
  }
  text += "],\n   \"other_numbers\": [";
  first = true;
  for (const ExplainedNumbers& numbers : abi.others) {
    text += first ? "\n    " : ",\n    ";
    first = false;
    text += "{\"first\": " + std::to_string(numbers.first) +
            ", \"last\": " + std::to_string(numbers.last) +
            ", \"answers\": " + JsonAnswers(numbers.answers) + "}";
  }
  return text + "]}";
}

std::string FormatJson(const Talk& talk, const Explanation& told) {
  std::string text = "{\"abis\": [";
  for (size_t i = 0; i < told.abis.size(); ++i) {
    text += i == 0 ? "\n  " : ",\n  ";
    text += JsonAbi(told.abis[i]);
  }
  text += "],\n\"dangerous\": [";
  for (size_t i = 0; i < told.dangerous.size(); ++i) {
    const DangerousPass& one = told.dangerous[i];
    text += i == 0 ? "\n  " : ",\n  ";
    text += "{\"name\": " + JsonString(one.name) +
            ", \"reason\": " + JsonString(one.reason) +
            ", \"mitigation\": " + JsonString(one.mitigation) + "}";
  }
  const std::string foreign = told.foreign.has_value()
                                  ? JsonString(FormatReturnValue(*told.foreign))
                                  : "null";
  return text + "],\n\"other_abis\": " + foreign + ",\n" + JsonFindings(talk) +
         "}\n";
}

int Run(Comparison& comparison, const std::string& path) {
  const Talk& talk = comparison.talk;
  const absl::StatusOr<Side> side = LoadSide(comparison, path);
  if (!side.ok()) return Fail(talk, side.status());
  const absl::StatusOr<CompileOptions> options =
      MakeCompileOptions(comparison.target);
  if (!options.ok()) return Fail(talk, options.status());
  const Abi* native = FindAbiById(options->target.native);
  const absl::StatusOr<Explanation> told =
      Explain(*side, *native, comparison.budget);
  if (!told.ok())
    return Fail(talk, TellProofFailure(comparison, told.status()));
  const absl::Status status =
      WriteText(talk.json ? FormatJson(talk, *told)
                          : TellExplanation(*told, NameOfInput(path)));
  return status.ok() ? kDone : Fail(talk, status);
}

}  // namespace

int RunExplain(const Arguments& arguments) {
  Comparison comparison;
  CommandLine line;
  line.verb = "explain";
  line.words_usage = "INPUT [options]";
  line.summary = "tell on a page what a profile or a filter allows";
  line.examples =
      "  scbpf explain profile.json | less\n"
      "  scbpf explain filter.bpf\n"
      "  scbpf dump --pid 4242 -o - | scbpf explain -   # of a process\n";
  line.notes =
      "The first ABI is told in full, the others by what differs. For a\n"
      "filter, or a stack of them, --arch says which ABI is the first.\n";
  AddComparisonOptions(line, comparison);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;
  return Run(comparison, line.words[0]);
}

}  // namespace scbpf::cli
