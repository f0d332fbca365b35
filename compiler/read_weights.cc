// Reads frequency files: JSON by its tree, tables line by line.
#include "compiler/read_weights.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "arch/abi.h"
#include "compiler/json_tree.h"
#include "compiler/read_json.h"
#include "compiler/read_syntax.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

using Counts = std::map<std::string, double, std::less<>>;

std::string Quoted(std::string_view word) {
  return '"' + std::string(word) + '"';
}

// Takes what is wrong; what tells is false, so that reading ends there.
class Wrongs {
 public:
  Wrongs(std::string_view text, Diagnostics& findings)
      : text_(text), findings_(findings) {}

  bool Tell(SourceSpan at, std::string what) {
    findings_.push_back({Severity::kError, "weights", at, std::move(what)});
    return false;
  }
  // `part` is one of the text's.
  bool Tell(std::string_view part, std::string what) {
    return Tell(SourceSpan{static_cast<uint32_t>(part.data() - text_.data()),
                           static_cast<uint32_t>(part.size())},
                std::move(what));
  }
  bool CheckName(SourceSpan at, std::string_view name) {
    if (IsSyscallName(name)) return true;
    std::string what = Quoted(name) + " is no syscall";
    const std::string_view nearest = NearestName(name, AllSyscallNames());
    if (!nearest.empty()) what += "; did you mean " + Quoted(nearest) + "?";
    return Tell(at, std::move(what));
  }
  bool CheckName(std::string_view name) {
    return CheckName({static_cast<uint32_t>(name.data() - text_.data()),
                      static_cast<uint32_t>(name.size())},
                     name);
  }

 private:
  std::string_view text_;
  Diagnostics& findings_;
};

// What a JSON document says.
class JsonCounts {
 public:
  JsonCounts(std::string_view text, Diagnostics& findings)
      : text_(text), findings_(findings), wrongs_(text, findings) {}

  std::optional<Weights> Read() {
    const JsonEnd end = ReadJson(text_, tree_);
    if (end.how == JsonEnd::How::kSyntaxError) {
      Findings found;
      TellSyntax(text_, end, found);
      for (Diagnostic& finding : found.all()) findings_.push_back(finding);
      return std::nullopt;
    }
    if (end.how == JsonEnd::How::kStoppedByReader) {
      wrongs_.Tell({end.stop, 0}, "more counts than there are syscalls");
      return std::nullopt;
    }
    for (const JsonNode* node : tree_.Children(*tree_.root())) {
      const bool good = node->shape == Shape::kObject
                            ? AddAbi(*node)
                            : Add(*node, weights_.counts);
      if (!good) return std::nullopt;
    }
    return weights_;
  }

 private:
  bool AddAbi(const JsonNode& object) {
    const Abi* abi = FindAbi(object.key);
    if (abi == nullptr) {
      return wrongs_.Tell(object.key_at, Quoted(object.key) +
                                             " is no ABI, and holds an object");
    }
    Counts& counts = weights_.per_abi[std::string(abi->id)];
    const std::vector<const JsonNode*> children = tree_.Children(object);
    return std::all_of(
        children.begin(), children.end(),
        [&](const JsonNode* node) { return Add(*node, counts); });
  }

  bool Add(const JsonNode& node, Counts& counts) {
    const std::string_view word = text_.substr(node.at.offset, node.at.length);
    double count = 0;
    if (node.shape == Shape::kObject || node.shape == Shape::kArray ||
        node.kind == JsonKind::kString ||
        !absl::SimpleAtod(absl::string_view(word.data(), word.size()),
                          &count)) {
      return wrongs_.Tell(node.at,
                          Quoted(node.key) + " has no number for a count");
    }
    if (count < 0) {
      return wrongs_.Tell(node.at, Quoted(node.key) + " is negative");
    }
    if (!wrongs_.CheckName(node.key_at, node.key)) return false;
    counts[node.key] += count;
    return true;
  }

  std::string_view text_;
  Diagnostics& findings_;
  Wrongs wrongs_;
  JsonTree tree_;
  Weights weights_;
};

// Parts that are empty are left out, unless they count.
std::vector<std::string_view> Split(std::string_view text,
                                    std::string_view separators,
                                    bool empty_too = false) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0 || empty_too) parts.push_back(text.substr(0, end));
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
  TableCounts(std::string_view text, Diagnostics& findings)
      : text_(text), wrongs_(text, findings) {}

  std::optional<Weights> Read() {
    for (const std::string_view line : Split(text_, "\n", true)) {
      if (!ReadLine(line)) return std::nullopt;
    }
    return weights_;
  }

 private:
  bool ReadLine(std::string_view text) {
    const std::vector<std::string_view> words = Split(text, " \t\r");
    if (words.empty()) {
      columns_ = std::nullopt;
      return true;
    }
    if (text.find("usage summary for") != std::string_view::npos) {
      abi_ = AbiOfSummary(text);
      columns_ = std::nullopt;
    }
    if (const auto columns = FindColumns(words)) {
      columns_ = columns;
      return true;
    }
    // perf writes a second line of heads: "(msec) (msec) ...".
    if (!columns_ || IsRuler(words.front()) || words.front().front() == '(') {
      return true;
    }
    return ReadRow(words);
  }

  bool ReadRow(const std::vector<std::string_view>& words) {
    const std::string_view name =
        columns_->name_first ? words.front() : words.back();
    // The sum, and calls that strace and perf have no name for.
    if (name == "total" || name.substr(0, 8) == "syscall_") {
      return true;
    }
    uint64_t count = 0;
    const std::string_view word =
        columns_->calls < words.size() ? words[columns_->calls] : name;
    if (!absl::SimpleAtoi(absl::string_view(word.data(), word.size()),
                          &count)) {
      return wrongs_.Tell(word, Quoted(word) + " is not a number of calls");
    }
    if (!wrongs_.CheckName(name)) return false;
    Counts& counts = abi_.empty() ? weights_.counts : weights_.per_abi[abi_];
    counts[std::string(name)] += static_cast<double>(count);
    return true;
  }

  std::string_view text_;
  Wrongs wrongs_;
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

std::optional<Weights> ReadWeights(std::string_view text,
                                   Diagnostics& findings) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  const bool is_json = first != std::string_view::npos && text[first] == '{';
  if (!is_json && !HasTable(text)) {
    Wrongs(text, findings)
        .Tell(SourceSpan{},
              "neither an object in JSON nor a table of strace -c or perf "
              "trace -s");
    return std::nullopt;
  }
  std::optional<Weights> weights = is_json ? JsonCounts(text, findings).Read()
                                           : TableCounts(text, findings).Read();
  if (weights.has_value()) weights->kind = Weights::Kind::kMeasured;
  return weights;
}

}  // namespace scbpf
