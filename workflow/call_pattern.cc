// Reads, writes and judges calls with unknown arguments.
#include "workflow/call_pattern.h"

#include <algorithm>
#include <cctype>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "bpf/text.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

std::optional<uint32_t> ParseCallNumber(const std::string& word) {
  if (word.empty() || std::isdigit(static_cast<uint8_t>(word[0])) == 0) {
    return std::nullopt;
  }
  uint32_t value = 0;
  const bool hex = word.size() > 2 && word.compare(0, 2, "0x") == 0;
  const bool ok =
      hex ? absl::SimpleHexAtoi(word, &value) : absl::SimpleAtoi(word, &value);
  if (!ok) return std::nullopt;
  return value;
}

absl::Status NoSuchCall(const std::string& word) {
  std::string text = absl::StrCat("\"", word, "\" is no syscall");
  const std::string_view nearest = NearestName(word, AllSyscallNames());
  if (!nearest.empty()) {
    absl::StrAppend(&text, "; did you mean \"", std::string(nearest), "\"?");
  } else if (ParseArgument(word).has_value()) {
    absl::StrAppend(&text, "; arguments stand in brackets, as in 'socket(",
                    word, ", *, 0)'");
  }
  return absl::InvalidArgumentError(text);
}

absl::StatusOr<std::optional<uint64_t>> ParseValue(const std::string& word) {
  if (word.empty() || word == "*") return std::optional<uint64_t>();
  int64_t negative = 0;
  if (word[0] == '-' && absl::SimpleAtoi(word, &negative)) {
    return std::optional(static_cast<uint64_t>(negative));
  }
  const std::optional<uint64_t> value = ParseArgument(word);
  if (!value.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "argument \"", word, "\" is no number, no known name and not \"*\""));
  }
  return value;
}

absl::Status ParseArgs(const std::string& inside, CallPattern& pattern) {
  if (absl::StripAsciiWhitespace(inside).empty()) return absl::OkStatus();
  const std::vector<std::string> words = absl::StrSplit(inside, ',');
  if (words.size() > pattern.args.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("a call has at most six arguments, not ", words.size()));
  }
  for (size_t i = 0; i < words.size(); ++i) {
    const auto value =
        ParseValue(std::string(absl::StripAsciiWhitespace(words[i])));
    if (!value.ok()) return value.status();
    pattern.args[i] = *value;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CallPattern> ParseCallPattern(std::string_view text) {
  CallPattern pattern;
  const size_t open = text.find('(');
  pattern.word = std::string(
      absl::StripAsciiWhitespace(std::string(text.substr(0, open))));
  if (!IsSyscallName(pattern.word) &&
      !ParseCallNumber(pattern.word).has_value()) {
    return NoSuchCall(pattern.word);
  }
  if (open == std::string_view::npos) return pattern;
  const std::string rest(
      absl::StripAsciiWhitespace(std::string(text.substr(open + 1))));
  if (rest.empty() || rest.back() != ')') {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", std::string(text), "\" lacks its closing bracket"));
  }
  const absl::Status status =
      ParseArgs(rest.substr(0, rest.size() - 1), pattern);
  if (!status.ok()) return status;
  return pattern;
}

std::string FormatArgument(std::string_view syscall, size_t arg,
                           uint64_t value) {
  const std::string name = ConstantName(syscall, static_cast<int>(arg), value);
  if (!name.empty()) return name;
  return value > 0xffff ? Hex(value) : std::to_string(value);
}

std::string FormatCallPattern(const CallPattern& pattern) {
  size_t shown = pattern.args.size();
  while (shown > 0 && !pattern.args[shown - 1].has_value()) --shown;
  if (shown == 0) return pattern.word;
  shown = std::max(
      shown, std::min(PrototypeOf(pattern.word).size(), pattern.args.size()));
  std::string text = pattern.word + "(";
  for (size_t i = 0; i < shown; ++i) {
    if (i > 0) text += ", ";
    text += pattern.args[i].has_value()
                ? FormatArgument(pattern.word, i, *pattern.args[i])
                : "*";
  }
  return text + ")";
}

std::optional<uint32_t> NumberOfPattern(const Abi& abi,
                                        const CallPattern& pattern) {
  const std::optional<uint32_t> number = ParseCallNumber(pattern.word);
  if (!number.has_value()) return NumberOf(abi, pattern.word);
  return *number | abi.nr_base;
}

Truth Judge(const ArgCondition& condition, const KnownArgs& args) {
  const std::optional<uint64_t>& arg = args[condition.arg];
  if (arg.has_value()) {
    Call call;
    call.args[condition.arg] = *arg;
    return Holds(condition, call) ? Truth::kYes : Truth::kNo;
  }
  const uint64_t most = condition.mask;  // of a comparison: all ones
  switch (condition.op) {
    case CompareOp::kEq:
    case CompareOp::kNe:
      return Truth::kMaybe;
    case CompareOp::kLt:
      return condition.value == 0 ? Truth::kNo : Truth::kMaybe;
    case CompareOp::kLe:
      return condition.value >= most ? Truth::kYes : Truth::kMaybe;
    case CompareOp::kGt:
      return condition.value >= most ? Truth::kNo : Truth::kMaybe;
    case CompareOp::kGe:
      return condition.value == 0 ? Truth::kYes : Truth::kMaybe;
  }
  return Truth::kMaybe;
}

Truth JudgeAll(const std::vector<ArgCondition>& all_of, const KnownArgs& args) {
  Truth together = Truth::kYes;
  for (const ArgCondition& condition : all_of) {
    together = std::min(together, Judge(condition, args));
  }
  return together;
}

}  // namespace scbpf
