// scbpf learn: a profile out of logs.
#include "workflow/learn.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bpf/text.h"
#include "cli/exit_status.h"
#include "cli/host.h"
#include "cli/learn_base.h"
#include "cli/learn_profile.h"
#include "cli/learn_run.h"
#include "cli/learn_text.h"
#include "cli/progress.h"
#include "cli/read_input.h"
#include "cli/report.h"
#include "cli/target_options.h"
#include "cli/verbs.h"
#include "cli/write_output.h"
#include "workflow/log_time.h"
#include "workflow/merge_learned.h"
#include "workflow/record_reader.h"

namespace scbpf::cli {
namespace {

struct LearnCommand {
  Talk talk;
  Output output;
  LearnOptions options;
  LearnedForm form;
  bool default_given = false;
  bool evidence = false;
  bool run = false;
  int64_t zone_seconds = 0;
  std::vector<std::string> logs;  // names
};

// How far local time is ahead of UTC.
int64_t LocalZone() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  return local.tm_gmtoff;
}

absl::Status SetCodes(const std::string& list, std::set<Action>& codes) {
  const std::vector<std::string> words = SplitList(list);
  if (words.empty()) {
    return absl::InvalidArgumentError("--code needs an action, as errno");
  }
  for (const std::string& word : words) {
    if (const size_t data = word.find('('); data != std::string::npos) {
      return absl::InvalidArgumentError(
          "--code " + word + ": records do not tell the data of an answer; " +
          "--code " + word.substr(0, data) + " is every one");
    }
    const absl::StatusOr<ReturnValue> value = ParseAction(word);
    if (!value.ok()) return value.status();
    codes.insert(ActionOf(*value));
    // Older kernels and people know one KILL.
    if (word == "kill") codes.insert(Action::kKillProcess);
  }
  return absl::OkStatus();
}

absl::Status SetDefault(const std::string& word, LearnOptions& options) {
  const absl::StatusOr<ReturnValue> value = ParseAction(word);
  if (!value.ok()) return value.status();
  const Action action = ActionOf(*value);
  if (action == Action::kAllow || action == Action::kUserNotif) {
    return absl::InvalidArgumentError(
        "--default " + word +
        ": a learned profile allows calls, so that the "
        "default must refuse, log or trace the others");
  }
  options.default_value = *value;
  return absl::OkStatus();
}

// An option that adds its value to a list.
Option Adds(const std::string& name, const std::string& value_name,
            const std::string& help, std::vector<std::string>& values) {
  return {name, value_name, help,
          [&values, name](const std::string& word) -> absl::Status {
            if (word.empty()) {
              return absl::InvalidArgumentError(name + " \"\" is no name");
            }
            values.push_back(word);
            return absl::OkStatus();
          }};
}

void AddFilterOptions(CommandLine& line, LearnCommand& command) {
  RecordFilter& filter = command.options.filter;
  line.options.push_back(Adds("--comm", "NAME",
                              "records of this program name alone (comm=); "
                              "again for another",
                              filter.comms));
  line.options.push_back(Adds(
      "--exe", "PATH", "of this executable (exe=); without '/': of any folder",
      filter.exes));
  line.options.push_back({"--pid", "N", "of this process",
                          [&](const std::string& word) -> absl::Status {
                            if (word.empty() || word.size() > 10 ||
                                word.find_first_not_of("0123456789") !=
                                    std::string::npos) {
                              return absl::InvalidArgumentError(
                                  "--pid \"" + word + "\" is not a number");
                            }
                            filter.pids.push_back(std::stoll(word));
                            return absl::OkStatus();
                          }});
  line.options.push_back(
      {"--since", "TIME",
       "of this time and later: seconds since the epoch, or 2026-11-25 and "
       "2026-11-25T18:00 in local time or with a zone",
       [&](const std::string& word) -> absl::Status {
         filter.since_ms = ParseLogTime(word, command.zone_seconds);
         if (filter.since_ms) return absl::OkStatus();
         return absl::InvalidArgumentError(
             "--since \"" + word +
             "\" is neither seconds since the epoch nor a date as 2026-11-25 "
             "or 2026-11-25T18:00");
       }});
  line.options.push_back(
      {"--code", "ACTION,...",
       "of calls that the filter answered so (code=): log, "
       "errno, kill, ...",
       [&](const std::string& list) { return SetCodes(list, filter.codes); }});
}

void AddProfileOptions(CommandLine& line, LearnCommand& command) {
  LearnOptions& options = command.options;
  line.options.push_back({"--default", "ACTION",
                          "what the profile answers to all other calls "
                          "(default: errno)",
                          [&](const std::string& word) {
                            command.default_given = true;
                            return SetDefault(word, options);
                          }});
  line.options.push_back(
      {"--arch", "ABI",
       "the native ABI of the profile, and of lines that name no ABI "
       "(default: this host's)",
       [&](const std::string& word) -> absl::Status {
         const absl::StatusOr<const Abi*> abi = ParseAbi(word);
         if (!abi.ok()) return abi.status();
         options.target.native = std::string((*abi)->id);
         return absl::OkStatus();
       }});
  line.options.push_back(
      {"--kernel", "X.Y",
       "answer ENOSYS to calls that came after this kernel, so that a C "
       "library falls back on older ones",
       [&](const std::string& word) -> absl::Status {
         const auto version = ParseKernelVersion(word);
         if (!version) {
           return absl::InvalidArgumentError("--kernel \"" + word +
                                             "\" is not a version X.Y, as 6.1");
         }
         options.target.kernel = *version;
         options.newer_is_enosys = true;
         return absl::OkStatus();
       }});
  line.options.push_back(BaseOption(options));
  line.options.push_back(
      Switch("--args",
             "narrow socket's family, clone's flags, personality, prctl's "
             "option and ioctl's command to the values seen (strace lines)",
             options.narrow_arguments));
  AddFormOptions(line, command.form);
}

// The logs' records, counted.
absl::Status ReadLogs(const Arguments& paths, LearnCommand& command,
                      RecordReader& reader) {
  Progress progress(!command.talk.quiet);
  for (const std::string& path : paths) {
    command.logs.push_back(NameOfInput(path));
    const absl::Status status = FeedLog(path, reader, progress);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

int NothingLearned(const LearnCommand& command, const Learned& learned,
                   const LogReport& report) {
  std::string where = command.logs.front();
  if (command.logs.size() > 1) {
    where = Count(command.logs.size(), "log");
  }
  std::string what = "no seccomp record in " + where + " (" +
                     Count(report.lines, "line") + ")";
  if (report.records > 0) {
    what = Count(report.records, "record") + " in " + where +
           ", but none of a call that a profile can name";
    if (learned.filtered > 0) {
      what = Count(report.records, "record") + " in " + where +
             ", but none is what --comm, --exe, --pid, --since and --code "
             "ask for";
      if (learned.untimed > 0) {
        what += "; " + std::to_string(learned.untimed) +
                (learned.untimed == 1 ? " has" : " have") +
                " no time for --since (`journalctl -o json` has it, the short "
                "form and strace without -ttt do not)";
      }
    }
  }
  std::fprintf(stderr, "scbpf learn: %s\n", what.c_str());
  if (report.records == 0) std::fputs(WhyNoRecords().c_str(), stderr);
  if (!command.talk.json) return kNo;
  const absl::Status status =
      WriteText(FormatLearnedJson(command.talk, learned, command.logs, ""));
  return status.ok() ? kNo : Fail(command.talk, status);
}

int WriteLearned(const LearnCommand& command, const Learned& learned) {
  const Talk& talk = command.talk;
  const absl::StatusOr<std::string> text =
      FormatLearned(command.form, command.options.target.native,
                    command.output.path, learned.profile);
  if (!text.ok()) return Fail(talk, text.status());
  absl::Status status = absl::OkStatus();
  const bool to_file = command.output.path != "-";
  if (to_file || !talk.json) {
    status = WriteOutput(command.output, *text, /*raw=*/false);
  }
  if (!status.ok()) return Fail(talk, status);
  if (talk.json) {
    status = WriteText(FormatLearnedJson(talk, learned, command.logs, *text));
    return status.ok() ? kDone : Fail(talk, status);
  }
  if (!command.evidence) return kDone;
  const std::string rows = FormatEvidence(learned, command.logs);
  if (to_file) {
    status = WriteText(rows);
  } else {
    std::fputs(rows.c_str(), stderr);
  }
  return status.ok() ? kDone : Fail(talk, status);
}

CommandLine MakeLine(LearnCommand& command) {
  CommandLine line;
  line.verb = "learn";
  line.words_usage = "[LOG...|--run] [options] [-- CMD ARG...]";
  line.summary = "make a profile of the calls that logs recorded";
  line.examples =
      "  scbpf learn /var/log/audit/audit.log -o profile.json\n"
      "  journalctl -k -o json | scbpf learn --comm nginx -o profile.json\n"
      "  strace -f -o trace.log CMD; scbpf learn --args trace.log\n"
      "  scbpf learn audit.log.1.gz audit.log --evidence -o profile.json\n"
      "  scbpf learn --run -o profile.json -- CMD   # run it and record it\n";
  line.notes =
      "A LOG (none: stdin) is text in any form that seccomp records have "
      "(kernel\nlog, syslog, auditd, ausearch -i, journalctl, netlink), "
      "strace's lines or\ntables, perf trace -s; packed with gzip or not. "
      "docs/learn.md tells more.\n"
      "--evidence goes to stdout where -o names a file, else to stderr.\n"
      "Status: 0, or 1 if no record was found; with --run the command's, or "
      "125 scbpf\nfailed, 126 the command cannot be executed, 127 it was not "
      "found.\n";
  line.least_words = 0;
  line.most_words = 1 << 20;
  line.options.push_back(Store("-o,--output", "FILE",
                               "where the profile goes (default: stdout)",
                               command.output.path));
  line.options.push_back(
      Switch("--run",
             "run CMD, have the kernel record all that it and its children "
             "call, and learn from that",
             command.run));
  AddProfileOptions(line, command);
  AddFilterOptions(line, command);
  line.options.push_back(
      Switch("--evidence",
             "for each call: ABI, name, records, the first record's line, "
             "the program",
             command.evidence));
  AddJsonOption(line, command.talk);
  AddTalkOptions(line, command.talk);
  return line;
}

// The profile of what `reader` has read, after `more` was told of it.
int Conclude(LearnCommand& command, const Learner& learner,
             const LogReport& report,
             const std::vector<LearnFinding>& more = {}) {
  Learned learned = learner.Finish();
  learned.copies += report.copies;
  if (command.form.into && !learned.calls.empty()) {
    const LearnedForm& form = command.form;
    Diagnostics refusals;
    absl::Status status =
        MergeLearned(command.options, *form.into, learned, refusals);
    Tell(command.talk, form.merge_name, form.merge_text, refusals,
         /*strict=*/false);
    if (!refusals.empty()) {
      status = absl::InvalidArgumentError(
          form.merge_name + ": " + Count(CountErrors(refusals), "error"));
    }
    if (!status.ok()) return Fail(command.talk, status);
  }
  TellFindings(command.talk, more, command.logs);
  TellFindings(
      command.talk,
      FindingsOf(command.options, learned, report, command.talk.verbose),
      command.logs);
  if (learned.calls.empty()) return NothingLearned(command, learned, report);
  Say(command.talk, FormatSummary(learned));
  return WriteLearned(command, learned);
}

// What `words` recorded; none: they are no command.
int LearnFromRun(LearnCommand& command, const std::vector<std::string>& words,
                 const Learner& learner, RecordReader& reader) {
  if (words.empty()) {
    Fail(command.talk, absl::InvalidArgumentError(
                           "no command; usage: scbpf learn --run [options] -- "
                           "CMD ARG..."));
    return kRunFailed;
  }
  if (const auto status = CheckOutput(command.output); !status.ok()) {
    Fail(command.talk, status);
    return kRunFailed;
  }
  command.logs.emplace_back(kRunLog);
  const RecordedRun run = ReadRun(words, reader);
  if (!run.error.ok()) {
    Fail(command.talk, run.error);
    return run.status;
  }
  const int status =
      Conclude(command, learner, reader.report(), FindingsOf(run));
  return status == kDone ? run.status : kRunFailed;
}

}  // namespace

int RunLearn(const Arguments& arguments) {
  LearnCommand command;
  command.zone_seconds = LocalZone();
  LearnOptions& options = command.options;
  options.target.capabilities = DockerCapabilities();
  options.target.native.clear();
  CommandLine line = MakeLine(command);
  // With --run, what follows "--" is the command's.
  auto end = std::find(arguments.begin(), arguments.end(), "--");
  const bool runs = std::find(arguments.begin(), end, "--run") != end;
  if (!runs) end = arguments.end();
  if (const auto status = ReadCommandLine({arguments.begin(), end}, line)) {
    return *status == kDone || !runs ? *status : kRunFailed;
  }
  Talk& talk = command.talk;
  if (options.target.native.empty()) {
    const Abi* const host = HostAbi();
    options.target.native = std::string(host == nullptr ? "x86_64" : host->id);
  }
  if (!options.newer_is_enosys) options.target.kernel = HostKernel();
  absl::Status status = ReadMerge(talk, command.form);
  if (status.ok() && command.form.into && command.default_given) {
    status = absl::InvalidArgumentError(
        "--default: the profile of --merge has its own default");
  }
  if (!status.ok()) {
    const int exit_status = Fail(talk, status);
    return runs ? kRunFailed : exit_status;
  }

  Learner learner(options);
  RecordReader reader(
      {FindAbiById(options.target.native), command.zone_seconds},
      [&](const Record& record, uint32_t log) { learner.Add(record, log); });
  if (runs) {
    if (!line.words.empty()) {
      Fail(talk, absl::InvalidArgumentError(
                     "--run learns from CMD alone, which follows \"--\""));
      return kRunFailed;
    }
    const auto first = end == arguments.end() ? end : end + 1;
    return LearnFromRun(command, {first, arguments.end()}, learner, reader);
  }
  if (line.words.empty()) line.words.emplace_back("-");
  status = ReadLogs(line.words, command, reader);
  if (!status.ok()) return Fail(talk, status);
  return Conclude(command, learner, reader.report());
}

}  // namespace scbpf::cli
