// Reads frequency files: JSON by its tree, tables line by line.
#include "compiler/read_weights.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "arch/abi.h"
#include "compiler/json_tree.h"
#include "compiler/read_json.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

using Counts = std::map<std::string, double, std::less<>>;

absl::Status Wrong(size_t line, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat(line, ": ", what));
}

std::string Quoted(std::string_view word) {
  return '"' + std::string(word) + '"';
}

absl::Status CheckName(size_t line, std::string_view name) {
  if (IsSyscallName(name)) return absl::OkStatus();
  std::string what = Quoted(name) + " is no syscall";
  const std::string_view nearest = NearestName(name, AllSyscallNames());
  if (!nearest.empty()) what += "; did you mean " + Quoted(nearest) + "?";
  return Wrong(line, what);
}

// What a JSON document says.
class JsonCounts {
 public:
  explicit JsonCounts(std::string_view text) : text_(text) {}

  absl::StatusOr<Weights> Read() {
    const JsonEnd end = ReadJson(text_, tree_);
    if (end.how == JsonEnd::How::kSyntaxError) {
      return Wrong(LineOf(end.token),
                   "neither JSON nor a table of strace -c or perf trace -s");
    }
    if (end.how == JsonEnd::How::kStoppedByReader) {
      return Wrong(LineOf(end.stop), "more counts than there are syscalls");
    }
    const JsonNode& root = *tree_.root();
    if (root.shape != Shape::kObject) {
      return Wrong(LineOf(root.at.offset), "not an object of counts");
    }
    for (const JsonNode* node : tree_.Children(root)) {
      const absl::Status status = node->shape == Shape::kObject
                                      ? AddAbi(*node)
                                      : Add(*node, weights_.counts);
      if (!status.ok()) return status;
    }
    return weights_;
  }

 private:
  size_t LineOf(uint32_t offset) const {
    const std::string_view before = text_.substr(0, offset);
    return 1 +
           static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
  }

  absl::Status AddAbi(const JsonNode& object) {
    const Abi* abi = FindAbi(object.key);
    if (abi == nullptr) {
      return Wrong(LineOf(object.key_at.offset),
                   Quoted(object.key) + " is no ABI, and holds an object");
    }
    Counts& counts = weights_.per_abi[std::string(abi->id)];
    for (const JsonNode* node : tree_.Children(object)) {
      const absl::Status status = Add(*node, counts);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status Add(const JsonNode& node, Counts& counts) const {
    const size_t line = LineOf(node.key_at.offset);
    const std::string_view word = text_.substr(node.at.offset, node.at.length);
    double count = 0;
    if (node.shape == Shape::kObject || node.shape == Shape::kArray ||
        node.kind == JsonKind::kString ||
        !absl::SimpleAtod(absl::string_view(word.data(), word.size()),
                          &count)) {
      return Wrong(line, Quoted(node.key) + " has no number for a count");
    }
    if (count < 0) return Wrong(line, Quoted(node.key) + " is negative");
    const absl::Status status = CheckName(line, node.key);
    if (status.ok()) counts[node.key] += count;
    return status;
  }

  std::string_view text_;
  JsonTree tree_;
  Weights weights_;
};

std::vector<std::string_view> Split(std::string_view text,
                                    std::string_view separators) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

// Where a table has what is wanted; the name is its first word or its last.
struct Columns {
  size_t calls = 0;
  bool name_first = false;
};

// "% time seconds usecs/call calls errors syscall", "syscall calls errors ...".
// The words between the two ends are all there in every row but for the
// errors, which follow the calls.
std::optional<Columns> FindColumns(const std::vector<std::string_view>& words) {
  const auto calls = std::find(words.begin(), words.end(), "calls");
  if (calls == words.end()) return std::nullopt;
  const size_t percent = words.front() == "%" ? 1 : 0;
  const auto at = static_cast<size_t>(calls - words.begin()) - percent;
  if (words.front() == "syscall") return Columns{at, true};
  if (words.back() == "syscall") return Columns{at, false};
  return std::nullopt;
}

bool IsRuler(std::string_view word) {
  return word.find_first_not_of('-') == std::string_view::npos;
}

// The ABI of "System call usage summary for 32 bit mode:" (source: strace's
// call_summary); empty: the native one.
std::string AbiOfSummary(std::string_view line) {
  if (line.find("for 32 bit mode") != std::string_view::npos) return "x86";
  if (line.find("for x32 mode") != std::string_view::npos) return "x32";
  return {};
}

// What tables say; lines that are in none are passed over.
class TableCounts {
 public:
  absl::StatusOr<Weights> Read(std::string_view text) {
    for (size_t line = 1; !text.empty(); ++line) {
      const size_t end = std::min(text.find('\n'), text.size());
      const absl::Status status = ReadLine(line, text.substr(0, end));
      if (!status.ok()) return status;
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return weights_;
  }

 private:
  absl::Status ReadLine(size_t line, std::string_view text) {
    const std::vector<std::string_view> words = Split(text, " \t\r");
    if (words.empty()) {
      columns_ = std::nullopt;
      return absl::OkStatus();
    }
    if (text.find("usage summary for") != std::string_view::npos) {
      abi_ = AbiOfSummary(text);
      columns_ = std::nullopt;
    }
    if (const auto columns = FindColumns(words)) {
      columns_ = columns;
      return absl::OkStatus();
    }
    // perf writes a second line of heads: "(msec) (msec) ...".
    if (!columns_ || IsRuler(words.front()) || words.front().front() == '(') {
      return absl::OkStatus();
    }
    return ReadRow(line, words);
  }

  absl::Status ReadRow(size_t line,
                       const std::vector<std::string_view>& words) {
    const std::string_view name =
        columns_->name_first ? words.front() : words.back();
    // The sum, and calls that strace and perf have no name for.
    if (name == "total" || name.substr(0, 8) == "syscall_") {
      return absl::OkStatus();
    }
    uint64_t count = 0;
    const std::string_view word =
        columns_->calls < words.size() ? words[columns_->calls] : name;
    if (!absl::SimpleAtoi(absl::string_view(word.data(), word.size()),
                          &count)) {
      return Wrong(line, Quoted(word) + " is not a number of calls");
    }
    const absl::Status status = CheckName(line, name);
    if (!status.ok()) return status;
    Counts& counts = abi_.empty() ? weights_.counts : weights_.per_abi[abi_];
    counts[std::string(name)] += static_cast<double>(count);
    return status;
  }

  Weights weights_;
  std::optional<Columns> columns_;
  std::string abi_;
};

bool HasTable(std::string_view text) {
  const std::vector<std::string_view> lines = Split(text, "\n");
  return std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
    const std::vector<std::string_view> words = Split(line, " \t\r");
    return !words.empty() && FindColumns(words).has_value();
  });
}

}  // namespace

absl::StatusOr<Weights> ReadWeights(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  const bool is_json = first != std::string_view::npos && text[first] == '{';
  absl::StatusOr<Weights> weights = !is_json && HasTable(text)
                                        ? TableCounts().Read(text)
                                        : JsonCounts(text).Read();
  if (weights.ok()) weights->kind = Weights::Kind::kMeasured;
  return weights;
}

}  // namespace scbpf
