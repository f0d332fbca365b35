// A head says where its rows have the name and the number of calls.
#include "workflow/count_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "syscall-tables/syscalls.h"
#include "workflow/find_text.h"
#include "workflow/strace_line.h"

namespace scbpf {
namespace {

std::vector<std::string_view> Words(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) return words;
    line.remove_prefix(start);
    const size_t end = std::min(line.find_first_of(" \t"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

// The heads of strace -c with any -U, and of perf trace -s (sources: strace's
// count.c, perf's builtin-trace.c).
bool IsHead(std::string_view word) {
  constexpr std::array<std::string_view, 14> kHeads = {
      "%",       "time",  "seconds", "usecs/call", "shortest",
      "longest", "calls", "errors",  "syscall",    "total",
      "min",     "avg",   "max",     "stddev"};
  return std::find(kHeads.begin(), kHeads.end(), word) != kHeads.end();
}

}  // namespace

// "% time seconds usecs/call calls errors syscall", "syscall calls".
bool CountTables::ReadHead(std::string_view line) {
  if (FindText(line, "calls") == std::string_view::npos) return false;
  std::vector<std::string_view> words = Words(line);
  const auto find = [&words](std::string_view word) {
    return static_cast<size_t>(std::find(words.begin(), words.end(), word) -
                               words.begin());
  };
  // "% time" is one column.
  if (const size_t percent = find("%"); percent < words.size()) {
    words.erase(words.begin() + static_cast<ptrdiff_t>(percent));
  }
  Columns columns{words.size(), find("syscall"), find("calls"), find("errors")};
  const size_t last = words.size() - 1;
  if (columns.name > last || columns.calls > last) return false;
  // Of other columns only the name's place is known to be at an end.
  const bool is_table =
      std::all_of(words.begin(), words.end(), IsHead) ||
      (words.size() > 2 && (columns.name == 0 || columns.name == last));
  if (is_table) columns_ = columns;
  return is_table;
}

// " ls (12345), 362 events, 93.5%"
bool CountTables::ReadProgram(std::string_view line) {
  const size_t events = FindText(line, " events, ");
  if (events == std::string_view::npos) return false;
  const size_t open = line.rfind(" (", events);
  if (open == std::string_view::npos) {
    return false;
  }
  const std::string_view digits = line.substr(open + 2);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), pid_);
  if (error != std::errc() || end == digits.data() + digits.size() ||
      *end != ')') {
    return false;
  }
  line = line.substr(0, open);
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  program_ = std::string(line);
  return true;
}

// A row without errors lacks that column.
std::string_view CountTables::Cell(const std::vector<std::string_view>& words,
                                   size_t column) const {
  const bool is_short = words.size() < columns_->count;
  const size_t at = column - (is_short && column > columns_->errors ? 1 : 0);
  return words[std::min(at, words.size() - 1)];
}

CountTables::Answer CountTables::ReadRow(std::string_view line,
                                         Record& record) {
  const std::vector<std::string_view> words = Words(line);
  const bool is_decoration =
      words.front().front() == '(' ||
      words.front().find_first_not_of('-') == std::string_view::npos;
  if (is_decoration) return Answer::kMine;
  const std::string_view name = Cell(words, columns_->name);
  if (name == "total") {
    columns_.reset();
    return Answer::kMine;
  }
  const std::string_view count = Cell(words, columns_->calls);
  const char* const end = count.data() + count.size();
  const auto [stop, error] = std::from_chars(count.data(), end, record.calls);
  if (error != std::errc() || stop != end) {
    columns_.reset();
    return Answer::kBadRow;
  }
  record.source = Record::Source::kTable;
  if (!program_.empty()) {
    record.comm = program_;
    record.pid = pid_;
  }
  NameCall(name, abi_, record);
  return Answer::kCall;
}

CountTables::Answer CountTables::Read(std::string_view line, Record& record) {
  if (line.find_first_not_of(" \t") == std::string_view::npos) {
    columns_.reset();
    return Answer::kNotMine;
  }
  constexpr std::string_view kSummary = "usage summary for ";
  const size_t summary = FindText(line, kSummary);
  if (summary != std::string_view::npos) {
    const std::string_view mode = line.substr(summary + kSummary.size());
    abi_ = native_;
    if (mode.substr(0, 6) == "32 bit") abi_ = FindAbiById("x86");
    if (mode.substr(0, 3) == "x32") abi_ = FindAbiById("x32");
    columns_.reset();
    return Answer::kMine;
  }
  if (ReadHead(line) || ReadProgram(line)) return Answer::kMine;
  return columns_ ? ReadRow(line, record) : Answer::kNotMine;
}

}  // namespace scbpf
