// One function for each kind of finding.
#include "workflow/learn_findings.h"

#include <algorithm>
#include <map>
#include <utility>

#include "bpf/text.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

constexpr size_t kMostNames = 12;

using Strings = std::vector<std::string>;

std::string Join(const Strings& words, bool verbose) {
  std::string text;
  const size_t shown = verbose ? words.size() : kMostNames;
  for (size_t i = 0; i < std::min(words.size(), shown); ++i) {
    if (i > 0) text += ", ";
    text += words[i];
  }
  if (words.size() > shown) {
    text += " and " + std::to_string(words.size() - shown) + " more (-v)";
  }
  return text;
}

// The other ABIs that have a call of that name.
Strings AbisWith(const std::string& name) {
  Strings abis;
  const auto multiplexed = FindMultiplexed(name);
  for (const Abi* abi : AllAbis()) {
    const bool is_behind =
        multiplexed &&
        (multiplexed->is_ipc ? abi->ipc : abi->socketcall).has_value();
    if (abi->has_table && (is_behind || NumberOf(*abi, name))) {
      abis.emplace_back(abi->id);
    }
  }
  return abis;
}

// A trace that was written to a file does not say whose calls it has.
std::string OtherAbiHint(const UnknownCall& call) {
  if (call.abi_said) return "";
  const Strings abis = AbisWith(call.call);
  if (abis.empty()) return "";
  return "; " + Join(abis, true) + (abis.size() == 1 ? " has" : " have") +
         " it: --arch " + abis.front() +
         " reads a trace that does not say its mode so";
}

void AddUnknown(const Learned& learned, std::vector<LearnFinding>& findings) {
  for (const UnknownCall& call : learned.unknown) {
    const std::string count = " (" + Count(call.count, "record") + ")";
    if (call.abi_known) {
      findings.push_back({Severity::kWarning, "unknown-call", call.first,
                          call.abi + " has no call " + call.call + count +
                              "; the profile leaves it out" +
                              OtherAbiHint(call)});
    } else {
      findings.push_back({Severity::kWarning, "unknown-abi", call.first,
                          "call " + call.call + " of " + call.abi + count +
                              ": no table of this ABI here; the profile "
                              "leaves it out"});
    }
  }
  if (learned.more_unknown == 0) return;
  findings.push_back({Severity::kWarning, "unknown-call", std::nullopt,
                      Count(learned.more_unknown, "record") +
                          " of still other calls that no table has"});
}

const char* MeaningOf(LogNoteKind kind) {
  switch (kind) {
    case LogNoteKind::kHalfRecord:
      return "half a record, not counted";
    case LogNoteKind::kLongLine:
      return "a line of more than 4 MiB; the rest of it was not read";
    case LogNoteKind::kBadRow:
      return "a row that is no row of the table it stands in, not counted";
    case LogNoteKind::kSuppressed:
      return "messages were dropped before this log, so calls may be missing "
             "(for the kernel's log: sysctl kernel.printk_ratelimit=0)";
    case LogNoteKind::kAuditLost:
      return "the kernel lost audit records, so calls may be missing "
             "(auditctl -b raises the backlog, -r 0 lifts the rate limit)";
  }
  return "";
}

const char* IdOf(LogNoteKind kind) {
  switch (kind) {
    case LogNoteKind::kHalfRecord:
      return "half-record";
    case LogNoteKind::kLongLine:
      return "long-line";
    case LogNoteKind::kBadRow:
      return "bad-row";
    case LogNoteKind::kSuppressed:
      return "messages-suppressed";
    case LogNoteKind::kAuditLost:
      return "audit-lost";
  }
  return "";
}

void AddNotes(const LogReport& report, std::vector<LearnFinding>& findings) {
  for (const auto& [kind, note] : report.notes) {
    std::string text = MeaningOf(kind);
    std::string numbers;
    if (note.lines > 1) numbers = Count(note.lines, "line");
    if (note.amount > 0) {
      if (!numbers.empty()) numbers += ", ";
      numbers += std::to_string(note.amount) + " in all";
    }
    if (!numbers.empty()) text += " [" + numbers + "]";
    findings.push_back({Severity::kWarning, IdOf(kind), note.first, text});
  }
  if (report.gaps == 0) return;
  const std::string run = report.gap_from == report.gap_to
                              ? std::to_string(report.gap_from)
                              : std::to_string(report.gap_from) + " to " +
                                    std::to_string(report.gap_to);
  std::string text = "audit serial " + run + " missing before this line";
  if (report.gaps > 1) {
    text += ", " + std::to_string(report.missing) + " in " +
            Count(report.gaps, "gap") + " in all";
  }
  text +=
      ": audit events of other types that this log leaves out, or records "
      "that were lost";
  findings.push_back(
      {Severity::kWarning, "serial-gap", report.first_gap, text});
}

void AddRefused(const Learned& learned, std::vector<LearnFinding>& findings) {
  for (const LearnedCall& call : learned.calls) {
    if (call.refused.empty()) continue;
    std::string text;
    for (const auto& [action, count] : call.refused) {
      if (!text.empty()) text += ", ";
      text += std::string(ProfileName(action)).substr(9) + " " +
              std::to_string(count) + (count == 1 ? " time" : " times");
    }
    findings.push_back({Severity::kNote, "refused-call", call.first_refused,
                        std::string(call.abi->id) + " " + call.name +
                            " was answered " + text +
                            "; the profile allows it"});
  }
}

const char* MeaningOf(WideCall::Why why) {
  switch (why) {
    case WideCall::Why::kUntold:
      return "this record does not tell the one that --args narrows";
    case WideCall::Why::kMany:
      return "it came with more than 256 values";
    case WideCall::Why::kDefault:
      return "no entry refuses it any longer, and the default allows it";
  }
  return "";
}

void AddWide(const Learned& learned, std::vector<LearnFinding>& findings) {
  for (const WideCall& call : learned.wide) {
    findings.push_back(
        {Severity::kNote, "wide-call", call.first,
         call.name + " stays open to every argument: " + MeaningOf(call.why)});
  }
}

bool AllowsAny(const Profile& profile, std::string_view name) {
  if (IsPermission(profile.default_action.value)) return true;
  return std::any_of(profile.syscalls.begin(), profile.syscalls.end(),
                     [&](const ProfileEntry& entry) {
                       return IsPermission(entry.action.value) &&
                              std::any_of(entry.names.begin(),
                                          entry.names.end(),
                                          [&](const At<std::string>& each) {
                                            return each.value == name;
                                          });
                     });
}

// Tables count calls that have returned, and perf's begin after the execve.
void AddTables(const Learned& learned, std::vector<LearnFinding>& findings) {
  if (!learned.table || learned.calls.empty()) return;
  Strings lacking;
  for (const std::string_view name : {"execve", "exit_group"}) {
    if (!AllowsAny(learned.profile, name)) lacking.emplace_back(name);
  }
  if (lacking.empty()) return;
  // Threads end with this one.
  if (!AllowsAny(learned.profile, "exit")) lacking.emplace_back("exit");
  findings.push_back(
      {Severity::kWarning, "table-lacks", learned.table,
       "a table leaves out calls that do not return, and perf's the execve "
       "that starts the program: the profile does not allow " +
           Join(lacking, true) + "; --base FILE adds those that a file names"});
}

void AddMerged(const Learned& learned, bool verbose,
               std::vector<LearnFinding>& findings) {
  for (const WideCall& call : learned.conditional) {
    findings.push_back({Severity::kNote, "conditional-call", call.first,
                        call.name +
                            " is allowed under conditions, which stay: this "
                            "record does not tell all its arguments"});
  }
  if (!learned.added_abis.empty()) {
    findings.push_back(
        {Severity::kNote, "added-abi", std::nullopt,
         "new in the profile, where what it allows elsewhere holds "
         "too: the ABIs " +
             Join(learned.added_abis, true)});
  }
  if (learned.added.empty()) return;
  findings.push_back({Severity::kNote, "added-call", std::nullopt,
                      "new in the profile: " + Join(learned.added, verbose)});
}

void AddBeyond(const LearnOptions& options, const Learned& learned,
               bool verbose, std::vector<LearnFinding>& findings) {
  std::map<std::string, Strings> names, multiplexed;
  Strings base;
  for (const BeyondCall& call : learned.beyond) {
    if (!call.through.empty()) {
      multiplexed[call.abi].push_back(call.name + " by " + call.through);
    } else if (call.of_base) {
      base.push_back(call.name);
    } else {
      names[call.abi].push_back(call.name);
    }
  }
  for (const auto& [abi, each] : names) {
    findings.push_back({Severity::kNote, "other-abi", std::nullopt,
                        "beyond the records, the same names on " + abi + ": " +
                            Join(each, verbose)});
  }
  for (const auto& [abi, each] : multiplexed) {
    findings.push_back(
        {Severity::kNote, "multiplexed", std::nullopt,
         "beyond the records, on " + abi + " " + Join(each, verbose)});
  }
  if (base.empty()) return;
  std::sort(base.begin(), base.end());
  base.erase(std::unique(base.begin(), base.end()), base.end());
  findings.push_back({Severity::kNote, "base-call", std::nullopt,
                      "beyond the records, for " + options.base_name + ": " +
                          Join(base, verbose)});
}

}  // namespace

std::vector<LearnFinding> FindingsOf(const LearnOptions& options,
                                     const Learned& learned,
                                     const LogReport& report, bool verbose) {
  std::vector<LearnFinding> findings;
  AddUnknown(learned, findings);
  AddNotes(report, findings);
  AddTables(learned, findings);
  AddRefused(learned, findings);
  AddWide(learned, findings);
  AddMerged(learned, verbose, findings);
  AddBeyond(options, learned, verbose, findings);
  return findings;
}

std::string WhyNoRecords() {
  return
      R"(Looked for: audit records of type 1326 (SECCOMP) as the kernel's log, syslog,
auditd, ausearch -i, journalctl and netlink have them; strace's lines; the tables
of strace -c and perf trace -s.
Usual reasons for none:
  * The filter does not log. LOG and KILL are always recorded; ERRNO, TRAP, TRACE
    and NOTIFY only where the filter was installed with SECCOMP_FILTER_FLAG_LOG
    ("flags" of the profile). To record everything, run the program under
    {"defaultAction": "SCMP_ACT_LOG"}.
  * It is another log. Records are of the node, not of the container: with auditd
    running they go to /var/log/audit/audit.log, otherwise to the kernel's log
    (dmesg, journalctl -k, /var/log/kern.log), and never to `kubectl logs`.
  * They were dropped. printk passes 10 lines in 5 seconds (sysctl
    kernel.printk_ratelimit=0 lifts that), sysctl kernel.seccomp.actions_logged
    may lack the action, the kernel may have been started with audit=0, or a rule
    excludes records of type SECCOMP (auditctl -l).
)";
}

}  // namespace scbpf
