// Puts answers, near rules and edits into words.
#include "workflow/tell_why.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"
#include "workflow/edit_profile.h"
#include "workflow/fall_backs.h"
#include "workflow/runtime_bases.h"

namespace scbpf {
namespace {

std::string ErrnoText(uint16_t error) {
  const std::string_view name = ErrnoName(error);
  if (!name.empty()) return std::string(name);
  return absl::StrCat("errno ", error);
}

// What the program sees of an answer that is no pass.
std::string Seen(ReturnValue value) {
  switch (ActionOf(value)) {
    case Action::kKillProcess:
      return "the process is killed by SIGSYS";
    case Action::kKillThread:
      return "the thread is killed by SIGSYS, other threads go on";
    case Action::kTrap:
      return "SIGSYS, which the program can catch";
    case Action::kErrno:
      if (DataOf(value) == 0) return "success, but the call is not made";
      return ErrnoText(DataOf(value));
    case Action::kUserNotif:
      return "what the listener decides; ENOSYS if it is gone";
    case Action::kTrace:
      return "what the tracer decides; ENOSYS without one";
    case Action::kLog:
    case Action::kAllow:
      return "";
  }
  return "";
}

std::string FallBackText(const FallBack& fall_back, ReturnValue value) {
  const std::string who(fall_back.who);
  const char* go = who.find(' ') == std::string::npos ? " goes on " : " go on ";
  const std::string to = fall_back.to.empty()
                             ? "without it"
                             : absl::StrCat("with ", std::string(fall_back.to));
  const std::string or_else(fall_back.else_);
  if (fall_back.on == FallBackOn::kAnyError) {
    return absl::StrCat("; ", who, go, to, ", whatever the error (", or_else,
                        ")");
  }
  constexpr uint16_t kEnosys = 38;
  if (DataOf(value) == kEnosys) {
    return absl::StrCat(", on which ", who, go, to);
  }
  return absl::StrCat("; ", who, " would go on ", to,
                      " only on ENOSYS: with this error ", or_else);
}

// A sentence for each answer that is no pass, on any ABI.
std::vector<std::string> WhatIsSeen(const CallAnswer& answer) {
  std::vector<std::string> sees;
  const FallBack* fall_back = FindFallBack(answer.name);
  for (const CallWay& way : answer.ways) {
    for (const PossibleAnswer& possible : way.answers) {
      if (IsPermission(possible.result)) continue;
      std::string text = Seen(possible.result);
      const Action action = ActionOf(possible.result);
      if (fall_back != nullptr && action == Action::kErrno &&
          DataOf(possible.result) != 0) {
        text += FallBackText(*fall_back, possible.result);
      }
      if (std::count(sees.begin(), sees.end(), text) == 0) {
        sees.push_back(std::move(text));
      }
    }
  }
  return sees;
}

// Whether the ABI of the recorded runtimes gets a no by the call's own number.
bool IsRefusedToRuntimes(const CallAnswer& answer) {
  for (const CallWay& way : answer.ways) {
    if (way.abi->id != "x86_64" || !way.through.empty()) continue;
    for (const PossibleAnswer& possible : way.answers) {
      if (possible.by != AnswerBy::kBadArch && !IsPermission(possible.result)) {
        return true;
      }
    }
  }
  return false;
}

// "is allowed", "gets errno(EPERM)".
std::string Gets(ReturnValue value) {
  if (ActionOf(value) == Action::kAllow) return "is allowed";
  return "gets " + FormatReturnValue(value);
}

class Teller {
 public:
  Teller(const AskedProfile& profile, std::string_view file)
      : profile_(profile), file_(file) {}

  void Tell(const WhyReport& report);
  std::string Take() { return std::move(out_); }

 private:
  std::string Place(SourceSpan at) const;
  std::string SourceLine(SourceSpan at) const;
  std::string ByWhom(const PossibleAnswer& answer) const;
  std::string Answers(const CallWay& way) const;
  std::string NearRules(const CallWay& way, std::string_view name) const;
  std::string Lines(const CallWay& way, std::string_view name) const;
  void TellWays(const CallAnswer& answer);
  void TellThrough(const CallAnswer& answer, const CallWay& way);
  void TellEdit(const WhyReport& report);

  const AskedProfile& profile_;
  std::string file_;
  std::string out_;
};

// As Locate, which looks for the JSON pointer too, and takes much longer.
std::pair<int, int> LineAndColumn(std::string_view text, size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const size_t line_break = before.rfind('\n');
  const size_t start =
      line_break == std::string_view::npos ? 0 : line_break + 1;
  return {1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')),
          1 + static_cast<int>(offset - start)};
}

std::string Teller::Place(SourceSpan at) const {
  const auto [line, column] = LineAndColumn(profile_.text, at.offset);
  return absl::StrCat(file_, ":", line, ":", column);
}

// The line at a place, or the part around it where the line is long.
std::string Teller::SourceLine(SourceSpan at) const {
  constexpr size_t kWidest = 68;
  const std::string_view text = profile_.text;
  const size_t offset = at.offset;
  const size_t before =
      offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  size_t first = before == std::string_view::npos ? 0 : before + 1;
  size_t end = std::min(text.find_first_of("\r\n", offset), text.size());
  first = std::min(text.find_first_not_of(" \t", first), offset);
  std::string head;
  std::string tail;
  if (end - first > kWidest && offset - first > kWidest / 2) {
    first = offset - kWidest / 2;
    head = "...";
  }
  if (end - first > kWidest) {
    end = first + kWidest;
    tail = "...";
  }
  std::string line(text.substr(first, end - first));
  std::replace(line.begin(), line.end(), '\t', ' ');
  std::string number = std::to_string(LineAndColumn(text, offset).first);
  if (number.size() < 6) number.insert(0, 6 - number.size(), ' ');
  return absl::StrCat(number, " | ", head, line, tail, "\n");
}

std::string Teller::ByWhom(const PossibleAnswer& answer) const {
  switch (answer.by) {
    case AnswerBy::kRule:
      return absl::StrCat("rule at ", Place(answer.at));
    case AnswerBy::kDefaultAction:
      return absl::StrCat("defaultAction at ", Place(answer.at));
    case AnswerBy::kBadArch:
      return "the ABI is not among the profile's";
    case AnswerBy::kUnknownSyscall:
      return "--unknown-syscalls: newer than what the profile names";
  }
  return "";
}

// "allow where domain == AF_INET (rule at ...); otherwise errno(EPERM) (...)".
std::string Teller::Answers(const CallWay& way) const {
  std::string text;
  for (const PossibleAnswer& answer : way.answers) {
    if (!text.empty()) text += "; ";
    if (answer.when.empty() && !text.empty()) text += "otherwise ";
    text += FormatReturnValue(answer.result);
    if (!answer.when.empty()) text += " where " + answer.when;
    absl::StrAppend(&text, " (", ByWhom(answer), ")");
  }
  return text;
}

std::string Teller::NearRules(const CallWay& way, std::string_view name) const {
  constexpr size_t kMost = 8;
  std::string text;
  for (size_t i = 0; i < way.near.size(); ++i) {
    const NearRule& near = way.near[i];
    if (i == kMost) {
      absl::StrAppend(&text, "    and ", way.near.size() - kMost,
                      " more rules whose conditions do not hold\n");
      break;
    }
    absl::StrAppend(&text, "    ", std::string(name), " ", Gets(near.result),
                    " only where ", near.wants, "; here ", near.has,
                    " (rule at ", Place(near.at), ")\n", SourceLine(near.at));
  }
  return text;
}

std::string Teller::Lines(const CallWay& way, std::string_view name) const {
  std::string text = Answers(way) + "\n";
  uint32_t last = ~0u;
  for (const PossibleAnswer& answer : way.answers) {
    if (answer.at.length == 0 || answer.at.offset == last) continue;
    last = answer.at.offset;
    text += SourceLine(answer.at);
  }
  return text + NearRules(way, name);
}

// The same call by another number.
void Teller::TellThrough(const CallAnswer& answer, const CallWay& way) {
  const auto own = std::find_if(
      answer.ways.begin(), answer.ways.end(), [&](const CallWay& other) {
        return other.abi == way.abi && other.through.empty();
      });
  const auto passes = [](const CallWay& one) {
    return IsPermission(one.answers.back().result);
  };
  const bool opens = own != answer.ways.end() && !passes(*own) && passes(way);
  absl::StrAppend(&out_, "  ", std::string(way.abi->id), ", ",
                  opens ? "but reachable by " : "by ", way.through, ": ",
                  Answers(way), "\n");
  if (own == answer.ways.end()) {
    for (const PossibleAnswer& possible : way.answers) {
      if (possible.at.length > 0) out_ += SourceLine(possible.at);
    }
  }
}

// ABIs with the same to say together; then ways through multiplexers.
void Teller::TellWays(const CallAnswer& answer) {
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
  for (const CallWay& way : answer.ways) {
    if (!way.through.empty()) continue;
    const std::string lines = Lines(way, answer.name);
    const auto same =
        std::find_if(groups.begin(), groups.end(),
                     [&](const auto& group) { return group.first == lines; });
    if (same == groups.end()) {
      groups.push_back({lines, {std::string(way.abi->id)}});
    } else {
      same->second.emplace_back(way.abi->id);
    }
  }
  for (const auto& [lines, abis] : groups) {
    absl::StrAppend(&out_, "  ", absl::StrJoin(abis, ", "), ": ", lines);
  }
  for (const CallWay& way : answer.ways) {
    if (!way.through.empty()) TellThrough(answer, way);
  }
  if (!answer.without.empty()) {
    absl::StrAppend(&out_, "  ", absl::StrJoin(answer.without, ", "),
                    ": no such call\n");
  }
  for (const DroppedEntry& dropped : answer.dropped) {
    const bool is_equal = dropped.why.starts_with("answers");
    absl::StrAppend(
        &out_, "  without effect here: ", FormatReturnValue(dropped.result),
        " at ", Place(dropped.at), is_equal ? ", since it " : ", since ",
        dropped.why, "\n");
  }
}

// Breaks lines of more than 80 bytes at blanks; lines of the source stay.
std::string WrapLines(const std::string& text) {
  constexpr size_t kWidth = 80;
  constexpr std::string_view kMargin = " | ";
  std::string wrapped;
  for (const absl::string_view part : absl::StrSplit(text, '\n')) {
    std::string line(part);
    const size_t indent =
        std::min(line.find_first_not_of(' '), line.size()) + 4;
    const bool is_source =
        line.size() > 9 && line.compare(6, kMargin.size(), kMargin) == 0;
    while (line.size() > kWidth && !is_source) {
      size_t blank = line.rfind(' ', kWidth);
      // A word longer than the line.
      if (blank == std::string::npos || blank < indent) {
        blank = line.find(' ', kWidth);
      }
      if (blank == std::string::npos) break;
      wrapped.append(line, 0, blank).append("\n");
      line.replace(0, blank + 1, indent, ' ');
    }
    wrapped += line + "\n";
  }
  wrapped.pop_back();  // the text ends with a line break
  return wrapped;
}

void Teller::TellEdit(const WhyReport& report) {
  if (!report.edit.has_value()) {
    absl::StrAppend(&out_, "  ", WhyNoEdit(report.answer), "\n");
    return;
  }
  for (size_t i = 0; i < report.edit->steps.size(); ++i) {
    const EditStep& step = report.edit->steps[i];
    absl::StrAppend(&out_, i == 0 ? "  to allow it: " : "    and then ",
                    step.text, " at ", Place(step.at), "\n");
  }
  for (const std::string& note : report.edit->notes) {
    absl::StrAppend(&out_, "    note: ", note, "\n");
  }
}

void Teller::Tell(const WhyReport& report) {
  const CallAnswer& answer = report.answer;
  out_ += FormatCallPattern(answer.call);
  if (!answer.name.empty() && answer.name != answer.call.word) {
    absl::StrAppend(&out_, ", which is ", answer.name);
  }
  out_ += "\n";
  TellWays(answer);
  for (const std::string& seen : report.sees) {
    absl::StrAppend(&out_, "  the program sees: ", seen, "\n");
  }
  if (IsRefusedToRuntimes(answer)) {
    for (const RuntimeUse& use : report.runtimes) {
      absl::StrAppend(&out_, "  ", use.runtime,
                      " makes this call itself after the filter is installed (",
                      use.when,
                      "), and may not start a container without it\n");
    }
  }
  if (report.edit_sought) TellEdit(report);
}

}  // namespace

std::string JoinWords(const std::vector<std::string>& words) {
  if (words.size() < 2) return words.empty() ? "" : words[0];
  const std::vector<std::string> head(words.begin(), words.end() - 1);
  return absl::StrJoin(head, ", ") + " and " + words.back();
}

absl::StatusOr<WhyReport> ReportAnswer(const AskedProfile& profile,
                                       const CallPattern& call,
                                       const std::vector<std::string>& abis) {
  absl::StatusOr<CallAnswer> answer = AskWhy(profile, call, abis);
  if (!answer.ok()) return answer.status();
  WhyReport report;
  report.answer = *std::move(answer);
  report.permitted = IsPermitted(report.answer);
  report.sees = WhatIsSeen(report.answer);
  report.runtimes = FindRuntimeUses(report.answer.name);
  return report;
}

absl::StatusOr<WhyReport> ReportWhy(const AskedProfile& profile,
                                    const CallPattern& call,
                                    const std::vector<std::string>& abis) {
  absl::StatusOr<WhyReport> report = ReportAnswer(profile, call, abis);
  if (!report.ok() || report->permitted) return report;
  report->edit_sought = true;
  report->edit = FindAllowEdit(profile, report->answer, abis);
  return report;
}

std::string TellWhy(const AskedProfile& profile, const WhyReport& report,
                    std::string_view file) {
  Teller teller(profile, file);
  teller.Tell(report);
  std::string text = WrapLines(teller.Take());
  if (report.edit.has_value()) {
    text += "\n" + UnifiedDiff(profile.text, report.edit->text, file);
  }
  return text;
}

}  // namespace scbpf
