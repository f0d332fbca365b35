// Walks over JSON text that a reader has found right.
#include "workflow/json_places.h"

namespace scbpf {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

size_t SkipBlanks(std::string_view text, size_t at) {
  const size_t next = text.find_first_not_of(kBlanks, at);
  return next == std::string_view::npos ? text.size() : next;
}

// Past the string whose opening quote stands at `at`.
size_t SkipString(std::string_view text, size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

bool Opens(char c) { return c == '{' || c == '['; }
bool Closes(char c) { return c == '}' || c == ']'; }

// Past the value that starts at `at`.
size_t SkipValue(std::string_view text, size_t at) {
  if (at >= text.size()) return text.size();
  if (text[at] == '"') return SkipString(text, at);
  if (!Opens(text[at])) {
    const size_t end = text.find_first_of(",]} \t\r\n", at);
    return end == std::string_view::npos ? text.size() : end;
  }
  size_t depth = 0;
  while (at < text.size()) {
    if (text[at] == '"') {
      at = SkipString(text, at);
      continue;
    }
    if (Opens(text[at])) ++depth;
    if (Closes(text[at]) && --depth == 0) return at + 1;
    ++at;
  }
  return text.size();
}

SourceSpan Span(size_t first, size_t end) {
  return {static_cast<uint32_t>(first), static_cast<uint32_t>(end - first)};
}

}  // namespace

JsonContainer ScanContainer(std::string_view text, uint32_t offset) {
  JsonContainer found;
  const bool is_object = text[offset] == '{';
  size_t at = SkipBlanks(text, offset + 1);
  while (at < text.size() && !Closes(text[at])) {
    JsonPlace part;
    if (is_object) {
      const size_t end = SkipString(text, at);
      part.key = Span(at, end);
      at = SkipBlanks(text, SkipBlanks(text, end) + 1);  // past the colon
    }
    const size_t end = SkipValue(text, at);
    part.value = Span(at, end);
    found.parts.push_back(part);
    at = SkipBlanks(text, end);
    if (at < text.size() && text[at] == ',') at = SkipBlanks(text, at + 1);
  }
  found.at = Span(offset, at < text.size() ? at + 1 : at);
  return found;
}

std::optional<uint32_t> FindObjectAround(std::string_view text,
                                         uint32_t offset) {
  std::vector<size_t> open;
  size_t at = 0;
  while (at < offset && at < text.size()) {
    if (text[at] == '"') {
      at = SkipString(text, at);
      continue;
    }
    if (Opens(text[at])) open.push_back(at);
    if (Closes(text[at]) && !open.empty()) open.pop_back();
    ++at;
  }
  while (!open.empty() && text[open.back()] != '{') open.pop_back();
  if (open.empty()) return std::nullopt;
  return static_cast<uint32_t>(open.back());
}

const JsonPlace* FindMember(std::string_view text, const JsonContainer& object,
                            std::string_view key) {
  for (const JsonPlace& part : object.parts) {
    if (part.key.length != key.size() + 2) continue;
    if (text.substr(part.key.offset + 1, key.size()) == key) return &part;
  }
  return nullptr;
}

}  // namespace scbpf
