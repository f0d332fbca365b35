// How the reader's findings quote what they found.
#include "compiler/read_findings.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "compiler/utf8.h"
#include "syscall-tables/names.h"

namespace scbpf {

std::string Cat(std::initializer_list<std::string_view> pieces) {
  size_t size = 0;
  for (const std::string_view piece : pieces) size += piece.size();
  std::string out;
  out.reserve(size);
  for (const std::string_view piece : pieces) out += piece;
  return out;
}

std::string Quote(std::string_view text) {
  constexpr size_t kLongest = 60;
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  size_t i = 0;
  while (i < text.size() && i < kLongest) {
    const size_t length = Utf8Length(text, i);
    const auto byte = static_cast<unsigned char>(text[i]);
    if (length == 0 || byte < 0x20 || byte == 0x7f) {
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
      ++i;
    } else {
      if (byte == '"' || byte == '\\') out += '\\';
      out += text.substr(i, length);
      i += length;
    }
  }
  return out + (i < text.size() ? "...\"" : "\"");
}

std::string DidYouMean(std::string_view word,
                       std::span<const std::string_view> candidates) {
  // Nothing as long as this is a slip of the keyboard.
  if (word.size() > 64) return "";
  const std::string_view nearest = NearestName(word, candidates);
  if (nearest.empty()) return "";
  return Cat({"; did you mean \"", nearest, "\"?"});
}

void TellTwice(std::string_view key, SourceSpan at, Findings& findings) {
  findings.Error("duplicate-key", at,
                 Cat({"key ", Quote(key), " is there twice in this object"}));
}

void Findings::Append(Findings&& other) {
  errors_ += other.errors_;
  warnings_ += other.warnings_;
  std::move(other.all_.begin(), other.all_.end(), std::back_inserter(all_));
}

bool Findings::Has(std::string_view id) const {
  return std::any_of(all_.begin(), all_.end(),
                     [&](const Diagnostic& each) { return each.id == id; });
}

void Findings::Demote(std::string_view id) {
  for (Diagnostic& each : all_) {
    if (each.id == id) each.severity = Severity::kNote;
  }
}

}  // namespace scbpf
