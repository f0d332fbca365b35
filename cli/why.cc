// scbpf why: why a profile answers a call as it does, and what would allow it.
#include "workflow/why.h"

#include <utility>

#include "cli/compile_input.h"
#include "cli/exit_status.h"
#include "cli/json_text.h"
#include "cli/read_input.h"
#include "cli/report.h"
#include "cli/target_options.h"
#include "cli/verbs.h"
#include "cli/why_json.h"
#include "cli/why_log.h"
#include "cli/write_output.h"
#include "workflow/tell_why.h"

namespace scbpf::cli {
namespace {

struct WhyCommand {
  Talk talk;
  TargetOptions target;
  std::string abi;
  std::vector<std::string> logs;
};

void AddOptions(CommandLine& line, WhyCommand& command) {
  line.options.push_back(
      AbiOption([&](const Abi& abi) { command.abi = std::string(abi.id); }));
  line.options.push_back(
      {"--log", "FILE|LINE",
       "ask about the calls that this log (or this one record) tells of",
       [&](const std::string& word) {
         command.logs.push_back(word);
         return absl::OkStatus();
       }});
  AddJsonOption(line, command.talk);
  AddTargetOptions(line, command.target);
  AddTalkOptions(line, command.talk);
}

absl::StatusOr<AskedProfile> ReadProfile(WhyCommand& command,
                                         const std::string& path,
                                         std::string& name) {
  const absl::StatusOr<Input> input = ReadProfileInput(path);
  if (!input.ok()) return input.status();
  name = input->name;
  const absl::StatusOr<CompileOptions> options =
      MakeCompileOptions(command.target);
  if (!options.ok()) return options.status();
  Diagnostics findings;
  absl::StatusOr<AskedProfile> profile =
      ReadAskedProfile(input->text, *options, findings);
  // Warnings would hide what was asked for; -v, and errors, tell them.
  if (!profile.ok() || command.talk.verbose || command.talk.json) {
    Tell(command.talk, name, input->text, findings, options->strict);
  }
  if (!profile.ok()) {
    return TellFailure(command.talk, *input, *options, findings,
                       profile.status());
  }
  return profile;
}

// A number means another call on each ABI.
absl::Status CheckNumber(const WhyCommand& command, const AskedProfile& profile,
                         const CallPattern& call) {
  const bool is_number = call.word[0] >= '0' && call.word[0] <= '9';
  if (!is_number || !command.abi.empty() ||
      profile.resolved.rules.abis.size() == 1) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("the number " + call.word +
                                    " is another call on each ABI; say "
                                    "which one with --abi");
}

absl::StatusOr<std::vector<CallPattern>> ReadCalls(
    const WhyCommand& command, const AskedProfile& profile,
    const std::vector<std::string>& words) {
  std::vector<CallPattern> calls;
  for (size_t i = 1; i < words.size(); ++i) {
    absl::StatusOr<CallPattern> call = ParseCallPattern(words[i]);
    if (!call.ok()) return call.status();
    const absl::Status status = CheckNumber(command, profile, *call);
    if (!status.ok()) return status;
    calls.push_back(*std::move(call));
  }
  return calls;
}

int Answer(const WhyCommand& command, const AskedProfile& profile,
           const std::string& file, const std::vector<CallPattern>& calls) {
  std::vector<std::string> abis;
  if (!command.abi.empty()) abis.push_back(command.abi);
  std::string text = command.talk.json ? "{\"calls\": [" : "";
  for (size_t i = 0; i < calls.size(); ++i) {
    const absl::StatusOr<WhyReport> report = ReportWhy(profile, calls[i], abis);
    if (!report.ok()) return Fail(command.talk, report.status());
    if (command.talk.json) {
      text += i == 0 ? "\n  {" : ",\n  {";
      text += JsonWhyMembers(profile, *report, file) + "}";
    } else {
      if (i > 0) text += "\n";
      text += TellWhy(profile, *report, file);
    }
  }
  if (command.talk.json) text += "\n], " + JsonFindings(command.talk) + "}\n";
  const absl::Status status = WriteText(text);
  return status.ok() ? kDone : Fail(command.talk, status);
}

}  // namespace

int RunWhy(const Arguments& arguments) {
  WhyCommand command;
  CommandLine line;
  line.verb = "why";
  line.words_usage = "PROFILE CALL...|--log FILE [options]";
  line.summary = "say why a call is denied, and what edit would allow it";
  line.examples =
      "  scbpf why profile.json openat2\n"
      "  scbpf why profile.json 'socket(AF_ALG, *, 0)' clone3\n"
      "  scbpf why profile.json 102 --abi x86\n"
      "  scbpf why profile.json --log /var/log/audit/audit.log\n"
      "  journalctl -k | scbpf why profile.json --log -\n";
  line.notes =
      "Arguments that are left out, or \"*\", have any value. The edit is\n"
      "checked: the profile compiled with it allows the call. A log is read\n"
      "as `scbpf learn` does.\n";
  line.least_words = 1;
  line.most_words = 1000;
  AddOptions(line, command);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;

  if (command.logs.empty() == (line.words.size() == 1)) {
    return Fail(command.talk,
                absl::InvalidArgumentError(
                    command.logs.empty()
                        ? "no CALL and no --log; usage: scbpf why PROFILE "
                          "CALL...|--log FILE"
                        : "either CALLs or --log, not both"));
  }
  std::string file;
  const absl::StatusOr<AskedProfile> profile =
      ReadProfile(command, line.words[0], file);
  if (!profile.ok()) return Fail(command.talk, profile.status());
  if (!command.logs.empty()) {
    return AnswerLog(command.talk, *profile, file, {command.logs, command.abi});
  }
  const auto calls = ReadCalls(command, *profile, line.words);
  if (!calls.ok()) return Fail(command.talk, calls.status());
  return Answer(command, *profile, file, *calls);
}

}  // namespace scbpf::cli
