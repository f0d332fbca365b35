// scbpf verify: the proof that a filter does what a profile says, alone.
#include "cli/call_text.h"
#include "cli/exit_status.h"
#include "cli/json_text.h"
#include "cli/sides.h"
#include "cli/verbs.h"
#include "cli/write_output.h"
#include "syscall-tables/names.h"

namespace scbpf::cli {
namespace {

std::string Describe(const Comparison& comparison, const Side& profile,
                     const Side& filter, const std::optional<Call>& witness) {
  if (comparison.talk.json) {
    std::string text = witness ? "{\"equal\": false" : "{\"equal\": true";
    if (witness) {
      text += ", \"call\": " + JsonCall(*witness) + ", \"profile\": " +
              JsonString(FormatReturnValue(Answer(profile, *witness))) +
              ", \"filter\": " +
              JsonString(FormatReturnValue(Answer(filter, *witness)));
    }
    return text + ", " + JsonFindings(comparison.talk) + "}\n";
  }
  if (!witness) return "equal: the filter does what the profile says\n";
  return "different: " + FormatCall(*witness) + ": the profile says " +
         FormatReturnValue(Answer(profile, *witness)) + ", the filter " +
         FormatReturnValue(Answer(filter, *witness)) + "\n";
}

}  // namespace

int RunVerify(const Arguments& arguments) {
  Comparison comparison;
  CommandLine line;
  line.verb = "verify";
  line.words_usage = "PROFILE FILTER [options]";
  line.summary =
      "prove that a filter, whoever made it, does what a profile says";
  line.examples =
      "  scbpf verify profile.json filter.bpf\n"
      "  scbpf verify --arch x86_64 --kernel 6.1 profile.json - < filter.bpf\n";
  line.notes = "Status: 0 equal, 1 different (a call is shown), 4 undecided.\n";
  line.least_words = line.most_words = 2;
  AddComparisonOptions(line, comparison);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;

  Talk& talk = comparison.talk;
  const absl::StatusOr<Side> profile = LoadProfile(comparison, line.words[0]);
  if (!profile.ok()) return Fail(talk, profile.status());
  const absl::StatusOr<Side> filter = LoadFilter(comparison, line.words[1]);
  if (!filter.ok()) return Fail(talk, filter.status());
  const auto witness = FindDifference(*profile, *filter, comparison.budget);
  if (!witness.ok()) {
    return Fail(talk, TellProofFailure(comparison, witness.status()));
  }
  const absl::Status status =
      WriteText(Describe(comparison, *profile, *filter, *witness));
  if (!status.ok()) return Fail(talk, status);
  return witness->has_value() ? kNo : kDone;
}

}  // namespace scbpf::cli
