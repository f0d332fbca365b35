// Each row is read by the reader of frequency files, below its head.
#include "workflow/count_table.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "compiler/read_weights.h"
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

}  // namespace

// "% time seconds usecs/call calls errors syscall", "syscall calls errors ...".
bool CountTables::ReadHead(std::string_view line) {
  if (FindText(line, " calls ") == std::string_view::npos) return false;
  const std::vector<std::string_view> words = Words(line);
  if (words.size() < 3 ||
      std::find(words.begin(), words.end(), "calls") == words.end()) {
    return false;
  }
  name_first_ = words.front() == "syscall";
  if (!name_first_ && words.back() != "syscall") return false;
  head_ = std::string(line) + "\n";
  return true;
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

CountTables::Answer CountTables::ReadRow(std::string_view line,
                                         Record& record) {
  const std::vector<std::string_view> words = Words(line);
  const std::string_view name = name_first_ ? words.front() : words.back();
  const bool is_total = name == "total";
  const bool is_decoration =
      words.front().front() == '(' ||
      words.front().find_first_not_of('-') == std::string_view::npos;
  if (is_decoration) return Answer::kMine;
  if (is_total) {
    head_.clear();
    return Answer::kMine;
  }
  // The row's count does not depend on its name, which may be unknown.
  std::string row(line);
  const auto at = static_cast<size_t>(name.data() - line.data());
  row.replace(at, name.size(), "read");
  const absl::StatusOr<Weights> weights = ReadWeights(head_ + row);
  if (!weights.ok() || weights->counts.size() != 1) {
    head_.clear();
    return Answer::kBadRow;
  }
  record.source = Record::Source::kTable;
  record.calls = static_cast<uint64_t>(weights->counts.begin()->second);
  if (!program_.empty()) {
    record.comm = program_;
    record.pid = pid_;
  }
  NameCall(name, abi_, record);
  return Answer::kCall;
}

CountTables::Answer CountTables::Read(std::string_view line, Record& record) {
  if (line.find_first_not_of(" \t") == std::string_view::npos) {
    head_.clear();
    return Answer::kNotMine;
  }
  constexpr std::string_view kSummary = "usage summary for ";
  const size_t summary = FindText(line, kSummary);
  if (summary != std::string_view::npos) {
    const std::string_view mode = line.substr(summary + kSummary.size());
    abi_ = native_;
    if (mode.substr(0, 6) == "32 bit") abi_ = FindAbiById("x86");
    if (mode.substr(0, 3) == "x32") abi_ = FindAbiById("x32");
    head_.clear();
    return Answer::kMine;
  }
  if (ReadHead(line) || ReadProgram(line)) return Answer::kMine;
  return head_.empty() ? Answer::kNotMine : ReadRow(line, record);
}

}  // namespace scbpf
