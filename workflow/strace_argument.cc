// Splits arguments at commas outside of strings and brackets.
#include "workflow/strace_argument.h"

#include <algorithm>
#include <string>

#include "syscall-tables/names.h"
#include "workflow/learn.h"

namespace scbpf {
namespace {

bool StartsWith(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

void Trim(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
}

// Where the comment "/* AF_UNIX */" at `at` ends, past its last character.
size_t EndOfComment(std::string_view text, size_t at) {
  const size_t end = text.find("*/", at + 2);
  return end == std::string_view::npos ? text.size() : end + 2;
}

// "0x8 /* AF_??? */|0x40000": without the comments and the blanks at them.
std::string WithoutComments(std::string_view text) {
  std::string plain;
  while (true) {
    const size_t at = std::min(text.find("/*"), text.size());
    plain += text.substr(0, at);
    if (at == text.size()) return plain;
    while (!plain.empty() && plain.back() == ' ') plain.pop_back();
    text.remove_prefix(EndOfComment(text, at));
  }
}

// Where the argument at the front ends: at its comma, at the bracket that
// closes the call, or at the end.
size_t EndOfArgument(std::string_view text) {
  size_t depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '/' && text.substr(i, 2) == "/*") {
      i = EndOfComment(text, i) - 1;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (c == ')' || c == ']' || c == '}') {
      if (depth == 0) return i;
      --depth;
    } else if (c == ',' && depth == 0) {
      return i;
    }
  }
  return text.size();
}

// Takes the next argument off the front; nullopt: there is none, or the line
// ends within it.
std::optional<std::string_view> TakeArgument(std::string_view& text) {
  const size_t end = EndOfArgument(text);
  std::string_view argument = text.substr(0, end);
  constexpr std::string_view kUnfinished = "<unfinished ...>";
  Trim(argument);
  if (end == text.size()) {
    const size_t cut = argument.find(kUnfinished);
    if (cut == std::string_view::npos) return std::nullopt;
    argument = argument.substr(0, cut);
    Trim(argument);
    text = {};
  } else {
    const bool more = text[end] == ',';
    text.remove_prefix(more ? end + 1 : text.size());
  }
  if (argument.empty()) return std::nullopt;
  return argument;
}

// "_IOC(_IOC_READ|_IOC_WRITE, 0x54, 0x1, 0x4)", as the generic ABIs lay it out
// (source: asm-generic/ioctl.h).
std::optional<uint64_t> ReadIoctlNumber(std::string_view text) {
  text.remove_prefix(5);
  const auto direction = TakeArgument(text);
  if (!direction) return std::nullopt;
  uint64_t value = 0;
  if (direction->find("_IOC_WRITE") != std::string_view::npos) value |= 1;
  if (direction->find("_IOC_READ") != std::string_view::npos) value |= 2;
  value <<= 30;
  for (const unsigned shift : {8u, 0u, 16u}) {
    const auto part = TakeArgument(text);
    const auto number = part ? ParseArgument(*part) : std::nullopt;
    if (!number) return std::nullopt;
    value |= *number << shift;
  }
  return value;
}

std::optional<uint64_t> ReadValue(std::string_view text) {
  if (StartsWith(text, "_IOC(")) return ReadIoctlNumber(text);
  // strace -X verbose has a comment at each part of a value.
  const std::string plain = WithoutComments(text);
  text = plain;
  // "SNDCTL_TMR_TIMEBASE or TCGETS": names of one number, not all known.
  while (true) {
    const size_t end = std::min(text.find(" or "), text.size());
    const auto value = ParseArgument(text.substr(0, end));
    if (value || end == text.size()) return value;
    text.remove_prefix(end + 4);
  }
}

}  // namespace

std::optional<RecordArgument> ReadNarrowedArgument(std::string_view name,
                                                   std::string_view arguments) {
  const auto index = NarrowedArgument(name);
  if (!index) return std::nullopt;
  RecordArgument read{*index, std::nullopt};
  // clone's are told in the order of no ABI, each with its name.
  constexpr std::string_view kFlags = "flags=";
  for (uint8_t i = 0;; ++i) {
    auto argument = TakeArgument(arguments);
    if (!argument) return read;
    if (name == "clone" && StartsWith(*argument, kFlags)) {
      argument->remove_prefix(kFlags.size());
    } else if (name == "clone" || i != *index) {
      continue;
    }
    read.value = ReadValue(*argument);
    return read;
  }
}

}  // namespace scbpf
