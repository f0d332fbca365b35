// Takes prefixes off a line, then looks at the call's name and its end.
#include "workflow/strace_line.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "syscall-tables/syscalls.h"
#include "workflow/log_time.h"
#include "workflow/strace_argument.h"

namespace scbpf {
namespace {

// More processes than a trace has at once.
constexpr size_t kMostProcesses = size_t{1} << 16;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || IsDigit(c) || c == '_';
}

bool StartsWith(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() &&
         text.substr(text.size() - end.size()) == end;
}

void SkipBlanks(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
}

std::optional<int64_t> TakeNumber(std::string_view& text, int base = 10) {
  int64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

// "[pid 12]", "[pid 12<name>]", "[00007f12]", "[ 257]": true, and off.
bool TakeBracket(std::string_view& text, Record& record) {
  if (text.empty() || text.front() != '[') return false;
  const size_t end = text.find(']');
  if (end > 80) return false;  // or there is none
  std::string_view inside = text.substr(1, end - 1);
  if (StartsWith(inside, "pid")) {
    inside.remove_prefix(3);
    SkipBlanks(inside);
    record.pid = TakeNumber(inside);
    if (!record.pid) return false;
  } else if (inside.find_first_not_of(" 0123456789abcdef?") !=
             std::string_view::npos) {
    return false;
  }
  text.remove_prefix(end + 1);
  return true;
}

// "1234 ", "1234<name> ", "18:00:00.5 ", "1795478537.5 ", "0.0001 ".
bool TakeNumbers(std::string_view& text, Record& record) {
  const size_t end = text.find(' ');
  if (end == std::string_view::npos || !IsDigit(text.front())) return false;
  std::string_view word = text.substr(0, end);
  const bool is_pid =
      word.back() == '>' ||
      word.find_first_not_of("0123456789") == std::string_view::npos;
  if (is_pid) {
    record.pid = TakeNumber(word);
  } else if (word.find_first_not_of("0123456789.:") == std::string_view::npos) {
    // -r tells a difference, which is no time since the epoch.
    const auto time = ParseLogTime(word, 0);
    if (time && *time > 100'000'000'000) record.time_ms = time;
  } else {
    return false;
  }
  text.remove_prefix(end);
  return true;
}

void TakePrefixes(std::string_view& text, Record& record) {
  if (StartsWith(text, "strace: ")) text.remove_prefix(8);
  do {
    SkipBlanks(text);
  } while (!text.empty() &&
           (TakeBracket(text, record) || TakeNumbers(text, record)));
}

// Whether the call has returned: ") = " with any blanks.
bool HasResult(std::string_view text) {
  size_t at = text.rfind(" = ");
  while (at != std::string_view::npos) {
    size_t end = at;
    while (end > 0 && text[end - 1] == ' ') --end;
    if (end > 0 && text[end - 1] == ')') return true;
    if (at == 0) break;
    at = text.rfind(" = ", at - 1);
  }
  return false;
}

bool HasMultiplexer(const Abi& abi, std::string_view name) {
  const auto call = FindMultiplexed(name);
  return call && (call->is_ipc ? abi.ipc : abi.socketcall).has_value();
}

}  // namespace

StraceLines::Answer StraceLines::Read(std::string_view line, bool is_whole,
                                      Record& record) {
  std::string_view text = line;
  TakePrefixes(text, record);
  if (text.empty()) return Answer::kNotMine;
  if (StartsWith(text, "[ Process PID=")) {
    ReadMode(text);
    return Answer::kMine;
  }
  if (StartsWith(text, "<... ")) return ReadResumed(text, record);
  const bool is_event =
      StartsWith(text, "+++ ") || StartsWith(text, "--- ") ||
      (StartsWith(text, "Process ") && StartsWith(line, "strace: "));
  if (is_event) return Answer::kMine;
  return ReadCall(text, is_whole, record);
}

StraceLines::Answer StraceLines::ReadCall(std::string_view text, bool is_whole,
                                          Record& record) {
  size_t length = 0;
  while (length < text.size() && IsNameCharacter(text[length])) ++length;
  if (length == 0 || length == text.size() || text[length] != '(') {
    return Answer::kNotMine;
  }
  const std::string_view name = text.substr(0, length);
  const bool is_name = StartsWith(name, "syscall_") || IsSyscallName(name);
  const bool is_unfinished =
      EndsWith(text, "<unfinished ...>") || EndsWith(text, "<detached ...>");
  // A trace that is still written ends within a call.
  const bool is_last = !is_whole && seen_ && is_name;
  if (!HasResult(text) && !is_unfinished && !is_last) return Answer::kNotMine;
  // Other text has words before brackets too.
  if (!is_name && !seen_) return Answer::kNotMine;
  seen_ = true;
  if (is_unfinished && unfinished_.size() < kMostProcesses) {
    unfinished_.insert(record.pid.value_or(0));
  }
  Identify(name, record);
  record.argument = ReadNarrowedArgument(name, text.substr(length + 1));
  return Answer::kCall;
}

// "<... read resumed>": its beginning was counted, unless the trace lacks it.
StraceLines::Answer StraceLines::ReadResumed(std::string_view text,
                                             Record& record) {
  text.remove_prefix(5);
  const std::string_view name = text.substr(0, text.find(' '));
  if (!StartsWith(text.substr(name.size()), " resumed")) {
    return Answer::kNotMine;
  }
  if (unfinished_.erase(record.pid.value_or(0)) > 0) return Answer::kMine;
  if (!IsSyscallName(name) && !StartsWith(name, "syscall_")) {
    return Answer::kNotMine;
  }
  seen_ = true;
  Identify(name, record);
  return Answer::kCall;
}

// "[ Process PID=12 runs in 32 bit mode. ]"
void StraceLines::ReadMode(std::string_view text) {
  text.remove_prefix(14);
  const auto pid = TakeNumber(text);
  constexpr std::string_view kRuns = " runs in ";
  if (!pid || !StartsWith(text, kRuns)) return;
  text.remove_prefix(kRuns.size());
  const char* id = "x86_64";
  if (StartsWith(text, "32 bit")) id = "x86";
  if (StartsWith(text, "x32")) id = "x32";
  last_mode_ = FindAbiById(id);
  if (modes_.size() < kMostProcesses) modes_[*pid] = last_mode_;
}

const Abi* StraceLines::AbiOf(const Record& record) const {
  if (!record.pid) return last_mode_ == nullptr ? native_ : last_mode_;
  const auto it = modes_.find(*record.pid);
  return it == modes_.end() ? native_ : it->second;
}

void StraceLines::Identify(std::string_view name, Record& record) const {
  record.source = Record::Source::kStrace;
  NameCall(name, AbiOf(record), record);
}

void NameCall(std::string_view name, const Abi* abi, Record& record) {
  record.abi = abi;
  record.name = name;
  if (abi == nullptr) return;
  record.abi_word = abi->id;
  constexpr std::string_view kNameless = "syscall_";
  if (StartsWith(name, kNameless)) {
    std::string_view digits = name.substr(kNameless.size());
    const bool is_hex = StartsWith(digits, "0x");
    if (is_hex) digits.remove_prefix(2);
    const auto number = TakeNumber(digits, is_hex ? 16 : 10);
    if (number) record.nr = static_cast<uint32_t>(*number) | abi->nr_base;
  } else if (!HasMultiplexer(*abi, name)) {
    record.nr = NumberOf(*abi, name);
  }
}

}  // namespace scbpf
