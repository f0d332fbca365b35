// Formats and reads calls.
#include "cli/call_text.h"

#include <cctype>

#include "absl/strings/numbers.h"
#include "bpf/text.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf::cli {
namespace {

// A decimal or 0x number of 32 bits.
std::optional<uint32_t> ParseUint32(const std::string& word) {
  uint32_t value = 0;
  const std::string prefix = word.substr(0, 2);
  if ((prefix == "0x" || prefix == "0X") && word.size() > 2) {
    if (absl::SimpleHexAtoi(word, &value)) return value;
    return std::nullopt;
  }
  if (word.empty() || std::isdigit(static_cast<uint8_t>(word[0])) == 0) {
    return std::nullopt;
  }
  if (absl::SimpleAtoi(word, &value)) return value;
  return std::nullopt;
}

}  // namespace

std::string FormatCall(const Call& call) {
  const Abi* abi = AbiOfCall(call.arch, call.nr);
  std::string text =
      abi == nullptr ? "arch " + Hex(call.arch) : std::string(abi->id);
  const std::string name =
      abi == nullptr ? "" : std::string(NameOf(*abi, call.nr));
  text += " " + (name.empty() ? "syscall " + std::to_string(call.nr) : name);
  size_t shown = 6;
  const size_t known = name.empty() ? 6 : PrototypeOf(name).size();
  while (shown > 0 && shown > known && call.args[shown - 1] == 0) --shown;
  text += "(";
  for (size_t i = 0; i < shown; ++i) {
    if (i > 0) text += ", ";
    const std::string constant =
        name.empty() ? ""
                     : ConstantName(name, static_cast<int>(i), call.args[i]);
    text += constant.empty() ? Hex(call.args[i]) : constant;
  }
  return text + ")";
}

std::string Shout(ReturnValue value) {
  std::string text = FormatReturnValue(value);
  for (char& c : text) {
    c = static_cast<char>(std::toupper(static_cast<uint8_t>(c)));
  }
  return text;
}

absl::StatusOr<std::array<uint64_t, 6>> ParseArguments(
    const std::vector<std::string>& words) {
  if (words.size() > 6) {
    return absl::InvalidArgumentError("a call has at most six arguments, not " +
                                      std::to_string(words.size()));
  }
  std::array<uint64_t, 6> args{};
  for (size_t i = 0; i < words.size(); ++i) {
    int64_t negative = 0;
    const bool is_negative = !words[i].empty() && words[i][0] == '-' &&
                             absl::SimpleAtoi(words[i], &negative);
    const auto value = is_negative
                           ? std::optional(static_cast<uint64_t>(negative))
                           : ParseArgument(words[i]);
    if (!value.has_value()) {
      std::string text =
          "argument \"" + words[i] + "\" is no number and no known name";
      const std::string_view nearest = NearestConstant(words[i]);
      if (!nearest.empty()) {
        text += "; did you mean \"" + std::string(nearest) + "\"?";
      }
      return absl::InvalidArgumentError(text);
    }
    args[i] = *value;
  }
  return args;
}

bool IsCallWord(const std::string& word) {
  return IsSyscallName(word) || ParseUint32(word).has_value();
}

std::optional<uint32_t> ParseNumber(const Abi& abi, const std::string& word) {
  const std::optional<uint32_t> number = ParseUint32(word);
  return number.has_value() ? number : NumberOf(abi, word);
}

absl::Status UnknownSyscall(const std::string& word) {
  std::string text = "\"" + word + "\" is no syscall and no file";
  const std::string_view nearest = NearestName(word, AllSyscallNames());
  if (!nearest.empty()) {
    text += "; did you mean \"" + std::string(nearest) + "\"?";
  }
  return absl::InvalidArgumentError(text);
}

std::vector<std::string> AbisOn(const std::string& native) {
  std::vector<std::string> abis = {native};
  const Abi* native_abi = FindAbiById(native);
  for (const Abi* abi : AllAbis()) {
    if (!abi->has_table || abi->id == native) continue;
    if (CanOccur(*abi, *native_abi)) abis.emplace_back(abi->id);
  }
  return abis;
}

}  // namespace scbpf::cli
