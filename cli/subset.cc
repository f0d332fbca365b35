// scbpf subset: is A nowhere more permissive than B?
#include "cli/call_text.h"
#include "cli/exit_status.h"
#include "cli/json_text.h"
#include "cli/sides.h"
#include "cli/verbs.h"
#include "cli/write_output.h"
#include "syscall-tables/names.h"

namespace scbpf::cli {
namespace {

std::string Describe(const Comparison& comparison, const Side& a, const Side& b,
                     const std::optional<Call>& witness) {
  if (comparison.talk.json) {
    std::string text = witness ? "{\"subset\": false" : "{\"subset\": true";
    if (witness) {
      text += ", \"call\": " + JsonCall(*witness) +
              ", \"a\": " + JsonString(FormatReturnValue(Answer(a, *witness))) +
              ", \"b\": " + JsonString(FormatReturnValue(Answer(b, *witness)));
    }
    return text + ", " + JsonFindings(comparison.talk) + "}\n";
  }
  if (!witness) return "yes: A is nowhere more permissive than B\n";
  return "no: " + FormatCall(*witness) +
         ": A: " + FormatReturnValue(Answer(a, *witness)) +
         "  B: " + FormatReturnValue(Answer(b, *witness)) + "\n";
}

}  // namespace

int RunSubset(const Arguments& arguments) {
  Comparison comparison;
  CommandLine line;
  line.verb = "subset";
  line.words_usage = "A B [options]";
  line.summary = "is A nowhere more permissive than B?";
  line.examples =
      "  scbpf subset mine.json runtime-default.json\n"
      "  scbpf subset filter.bpf profile.json\n";
  line.notes =
      "A and B are profiles or filters. Actions rank kill_process >\n"
      "kill_thread > trap > errno > notify > trace > log > allow.\n"
      "Status: 0 yes, 1 no (a call is shown), 4 undecided.\n";
  line.least_words = line.most_words = 2;
  AddComparisonOptions(line, comparison);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;

  Talk& talk = comparison.talk;
  const absl::StatusOr<Side> a = LoadSide(comparison, line.words[0]);
  if (!a.ok()) return Fail(talk, a.status());
  const absl::StatusOr<Side> b = LoadSide(comparison, line.words[1]);
  if (!b.ok()) return Fail(talk, b.status());
  const auto witness = FindMorePermissive(*a, *b, comparison.budget);
  if (!witness.ok()) {
    return Fail(talk, TellProofFailure(comparison, witness.status()));
  }
  const absl::Status status = WriteText(Describe(comparison, *a, *b, *witness));
  if (!status.ok()) return Fail(talk, status);
  return witness->has_value() ? kNo : kDone;
}

}  // namespace scbpf::cli
