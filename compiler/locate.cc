// Locate: a scan for brackets, keys and line breaks.
#include "compiler/locate.h"

#include <algorithm>
#include <array>

namespace scbpf {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The code unit of "\uXXXX" at `at`, or -1.
int32_t CodeUnit(std::string_view raw, size_t at) {
  if (raw.substr(at, 2) != "\\u" || at + 6 > raw.size()) return -1;
  int32_t unit = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    const int digit = HexDigit(raw[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

void AppendUtf8(uint32_t code, std::string& out) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80 | ((code >> shift) & 0x3f));
  };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | code >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

// The string that a JSON string's inside stands for.
std::string Unescape(std::string_view raw) {
  constexpr std::string_view kLetters = "bfnrt";
  constexpr std::string_view kMeant = "\b\f\n\r\t";
  std::string out;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\' || i + 1 == raw.size()) {
      out += raw[i];
      continue;
    }
    int32_t code = CodeUnit(raw, i);
    if (code >= 0) {
      const int32_t low = CodeUnit(raw, i + 6);
      i += 5;
      if (code >= 0xd800 && code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        i += 6;
      }
      AppendUtf8(static_cast<uint32_t>(code), out);
      continue;
    }
    const size_t letter = kLetters.find(raw[++i]);
    out += letter == std::string_view::npos ? raw[i] : kMeant[letter];
  }
  return out;
}

}  // namespace

Location Locator::Seek(uint32_t offset) {
  const size_t end = std::min<size_t>(offset, text_.size());
  while (next_ < end) Step();
  // A string that starts here belongs to the place.
  if (json_ && next_ == end && end < text_.size() && text_[end] == '"') {
    String();
  }
  const auto column = static_cast<int>(end - line_start_) + 1;
  return {line_, column, Pointer()};
}

void Locator::Step() {
  const char c = text_[next_];
  if (json_ && c == '"') return String();
  ++next_;
  if (c == '\n') {
    ++line_;
    line_start_ = next_;
  } else if (!json_) {
    return;
  } else if (c == '{' || c == '[') {
    if (levels_.size() == kDeepest) {
      ++beyond_;
    } else {
      levels_.emplace_back();
      levels_.back().array = c == '[';
    }
  } else if (c == '}' || c == ']') {
    if (beyond_ > 0) {
      --beyond_;
    } else if (!levels_.empty()) {
      levels_.pop_back();
    }
  } else if (c == ',' && !levels_.empty() && beyond_ == 0) {
    Level& level = levels_.back();
    ++level.index;
    level.wants_key = true;
    level.has_key = false;
  }
}

// Passes a string; where an object wants a key, it is the key.
void Locator::String() {
  const size_t first = next_ + 1;
  size_t end = first;
  while (end < text_.size() && text_[end] != '"' && text_[end] != '\n') {
    end += text_[end] == '\\' ? 2 : 1;
  }
  end = std::min(end, text_.size());
  if (!levels_.empty() && beyond_ == 0) {
    Level& level = levels_.back();
    if (!level.array && level.wants_key) {
      level.key = text_.substr(first, end - first);
      level.has_key = true;
      level.wants_key = false;
    }
  }
  const bool closed = end < text_.size() && text_[end] == '"';
  next_ = closed ? end + 1 : end;
}

std::string Locator::Pointer() const {
  std::string out;
  for (const Level& level : levels_) {
    if (level.array) {
      out += '/' + std::to_string(level.index);
    } else if (level.has_key) {
      out += '/';
      for (const char c : Unescape(level.key)) {
        if (c == '~') {
          out += "~0";
        } else if (c == '/') {
          out += "~1";
        } else {
          out += c;
        }
      }
    }
  }
  return out;
}

Location Locate(std::string_view text, uint32_t offset) {
  return Locator(text).Seek(offset);
}

void LocateAll(std::string_view text, std::map<uint32_t, Location>& places) {
  Locator locator(text);
  for (auto& [offset, place] : places) place = locator.Seek(offset);
}

}  // namespace scbpf
