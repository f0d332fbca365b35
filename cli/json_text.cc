// Escapes strings, and writes calls as JSON.
#include "cli/json_text.h"

#include <cstdio>

#include "bpf/text.h"

namespace scbpf::cli {
namespace {

// How many bytes of a well-formed UTF-8 character `text` starts with; 0: none.
size_t CharacterLength(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const uint8_t second = byte(1);
  if (lead == 0xe0 && second < 0xa0) return 0;
  if (lead == 0xed && second > 0x9f) return 0;
  if (lead == 0xf0 && second < 0x90) return 0;
  if (lead == 0xf4 && second > 0x8f) return 0;
  return length;
}

}  // namespace

std::string JsonString(std::string_view text) {
  std::string result = "\"";
  while (!text.empty()) {
    const size_t length = CharacterLength(text);
    const char c = text.front();
    if (length == 0) {
      result += "\xef\xbf\xbd";
    } else if (c == '"' || c == '\\') {
      result.push_back('\\');
      result.push_back(c);
    } else if (static_cast<uint8_t>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", c);
      result += escape;
    } else {
      result.append(text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result + "\"";
}

std::string JsonStrings(const std::vector<std::string>& strings) {
  std::string result = "[";
  for (const std::string& each : strings) {
    if (result.size() > 1) result += ", ";
    result += JsonString(each);
  }
  return result + "]";
}

std::string JsonCall(const Call& call) {
  std::vector<std::string> args;
  for (const uint64_t arg : call.args) args.push_back(Hex(arg));
  return "{\"arch\": \"" + Hex(call.arch) +
         "\", \"nr\": " + std::to_string(call.nr) +
         ", \"instruction_pointer\": \"" + Hex(call.instruction_pointer) +
         "\", \"args\": " + JsonStrings(args) + "}";
}

}  // namespace scbpf::cli
