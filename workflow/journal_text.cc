// Reads only what records need; all else is passed over.
#include "workflow/journal_text.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

namespace scbpf {
namespace {

// More than any audit record; what is longer is cut.
constexpr size_t kLongestMessage = size_t{64} << 10;

template <typename Number>
std::optional<Number> NumberIn(std::string_view text) {
  Number value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

void AppendUtf8(uint32_t code, std::string& into) {
  if (code < 0x80) {
    into.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    into.push_back(static_cast<char>(0xc0 | code >> 6));
    into.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  } else {
    into.push_back(static_cast<char>(0xe0 | code >> 12));
    into.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3f)));
    into.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  }
}

void SetField(std::string_view key, std::string_view value, JournalText& text) {
  if (key == "MESSAGE" || key == "log" || key == "message" || key == "msg") {
    text.message = std::string(value.substr(0, kLongestMessage));
  } else if (key == "_AUDIT_ID") {
    text.serial = NumberIn<uint64_t>(value);
  } else if (key == "_SOURCE_REALTIME_TIMESTAMP" ||
             (key == "__REALTIME_TIMESTAMP" && !text.time_ms)) {
    const auto microseconds = NumberIn<int64_t>(value);
    if (microseconds) text.time_ms = *microseconds / 1000;
  }
}

// The highest bit of each byte that is zero, and maybe of ones that lie above
// the first of these.
constexpr uint64_t MarkZeros(uint64_t bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  return (bytes - kOnes) & ~bytes & (kOnes << 7);
}

// The length of `text` up to the first quote or backslash. Most of a journal's
// bytes are in strings, so that eight are looked at together.
size_t PlainLength(std::string_view text) {
  constexpr uint64_t kQuotes = 0x2222222222222222;
  constexpr uint64_t kBackslashes = 0x5c5c5c5c5c5c5c5c;
  size_t at = 0;
  for (uint64_t bytes; at + sizeof bytes <= text.size(); at += sizeof bytes) {
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    const uint64_t ends =
        MarkZeros(bytes ^ kQuotes) | MarkZeros(bytes ^ kBackslashes);
    if (ends == 0) continue;
    if (std::endian::native != std::endian::little) break;
    return at + static_cast<size_t>(std::countr_zero(ends)) / 8;
  }
  while (at < text.size() && text[at] != '"' && text[at] != '\\') ++at;
  return at;
}

// A line of JSON, read front to back; nested values are passed over.
class JsonLine {
 public:
  explicit JsonLine(std::string_view text) : text_(text) {}

  bool ReadObject(JournalText& into) {
    if (!Take('{')) return false;
    do {
      if (!ReadMember(into)) break;
    } while (Take(','));
    // A line that ends early has told what it has.
    return !into.message.empty();
  }

  // "key" : value
  bool ReadMember(JournalText& into) {
    std::string_view key;
    if (!ReadString(key, key_room_) || !Take(':')) return false;
    SkipBlanks();
    if (text_.empty()) return false;
    std::string_view value;
    bool is_whole = true;
    if (text_.front() == '"') {
      is_whole = ReadString(value, value_room_);
    } else if (text_.front() == '[') {
      value_room_.clear();
      is_whole = ReadBytes(value_room_);
      value = value_room_;
    } else {
      value = ReadPlain();
    }
    SetField(key, value, into);
    return is_whole;
  }

 private:
  void SkipBlanks() {
    while (!text_.empty() && static_cast<uint8_t>(text_.front()) <= ' ') {
      text_.remove_prefix(1);
    }
  }

  bool Take(char wanted) {
    SkipBlanks();
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }

  // What a string says: a part of the line or, with escapes, written to `room`.
  bool ReadString(std::string_view& says, std::string& room) {
    if (!Take('"')) return false;
    size_t plain = PlainLength(text_);
    says = text_.substr(0, plain);
    text_.remove_prefix(plain);
    if (!text_.empty() && text_.front() == '\\') {
      room = says;
      while (!text_.empty() && text_.front() == '\\') {
        text_.remove_prefix(1);
        ReadEscape(room);
        plain = PlainLength(text_);
        room.append(text_.substr(0, plain));
        text_.remove_prefix(plain);
      }
      says = room;
    }
    return Take('"');
  }

  void ReadEscape(std::string& into) {
    if (text_.empty()) return;
    const char c = text_.front();
    text_.remove_prefix(1);
    constexpr std::string_view kFrom = "bfnrt";
    constexpr std::string_view kTo = "\b\f\n\r\t";
    const size_t at = kFrom.find(c);
    if (at != std::string_view::npos) {
      into.push_back(kTo[at]);
    } else if (c == 'u') {
      uint32_t code = 0;
      const std::string_view digits = text_.substr(0, 4);
      std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
      text_.remove_prefix(digits.size());
      AppendUtf8(code, into);
    } else {
      into.push_back(c);
    }
  }

  // A journal writes bytes that are no text as an array of numbers.
  bool ReadBytes(std::string& into) {
    Take('[');
    while (true) {
      SkipBlanks();
      const size_t digits =
          std::min(text_.find_first_not_of("0123456789"), text_.size());
      const auto byte = NumberIn<uint8_t>(text_.substr(0, digits));
      if (!byte) break;
      into.push_back(static_cast<char>(*byte));
      text_.remove_prefix(digits);
      if (!Take(',')) return Take(']');
    }
    return SkipNested(1);
  }

  std::string_view ReadPlain() {
    if (text_.front() == '{') {
      text_.remove_prefix(1);
      SkipNested(1);
      return {};
    }
    const size_t length = std::min(text_.find_first_of(",}"), text_.size());
    std::string_view value = text_.substr(0, length);
    while (!value.empty() && static_cast<uint8_t>(value.back()) <= ' ') {
      value.remove_suffix(1);
    }
    text_.remove_prefix(length);
    return value;
  }

  bool SkipNested(size_t depth) {
    std::string_view ignored;
    std::string room;
    while (depth > 0) {
      const size_t at = text_.find_first_of("\"[]{}");
      if (at == std::string_view::npos) {
        text_ = {};
        return false;
      }
      text_.remove_prefix(at);
      const char c = text_.front();
      if (c == '"') {
        if (!ReadString(ignored, room)) return false;
        continue;
      }
      text_.remove_prefix(1);
      depth = c == '[' || c == '{' ? depth + 1 : depth - 1;
    }
    return true;
  }

  std::string_view text_;
  std::string key_room_;
  std::string value_room_;
};

bool IsFieldName(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
             std::string_view::npos;
}

}  // namespace

bool ReadJsonLine(std::string_view line, JournalText& text) {
  text = {};
  constexpr std::string_view kServerSent = "data: ";
  if (line.substr(0, kServerSent.size()) == kServerSent) {
    line.remove_prefix(kServerSent.size());
  }
  while (!line.empty() && static_cast<uint8_t>(line.front()) <= ' ') {
    line.remove_prefix(1);  // json-seq begins with a record separator
  }
  if (line.empty()) return false;
  if (line.front() == '{') return JsonLine(line).ReadObject(text);
  if (line.substr(0, 9) != "\"MESSAGE\"") return false;
  JsonLine(line).ReadMember(text);
  return !text.message.empty();
}

bool PrettyJson::Take(std::string_view line, uint64_t number,
                      std::optional<JournalText>& ended) {
  ended.reset();
  const size_t start = line.find_first_not_of(" \t\x1e");
  const bool has_text = start != std::string_view::npos;
  const std::string_view text = has_text ? line.substr(start) : "";
  const auto end_entry = [&] {
    if (!entry_.message.empty()) ended = std::move(entry_);
    entry_ = {};
  };
  if (!in_object_) {
    in_object_ = MayTake(line) && text == "{";
    return in_object_;
  }
  if (start == 0 || !has_text) {
    in_object_ = false;
    end_entry();
    return has_text && text.front() == '}';
  }
  if (text.front() == '}' || text.front() == '{') {
    end_entry();
  } else if (text.front() == '"') {
    JournalText before = entry_;
    entry_.message.clear();
    JsonLine(text).ReadMember(entry_);
    if (entry_.message.empty()) {
      entry_.message = std::move(before.message);
    } else {
      entry_.line = number;
      if (!before.message.empty()) ended = std::move(before);
    }
  }
  return true;
}

JournalExport::Answer JournalExport::Take(std::string_view line) {
  // An entry begins with these.
  constexpr std::string_view kCursor = "__CURSOR=";
  constexpr std::string_view kTime = "__REALTIME_TIMESTAMP=";
  if (in_binary_) {
    TakeBinary(line);
    return Answer::kMine;
  }
  if (!in_entry_) {
    const bool has_time = line.substr(0, kTime.size()) == kTime;
    if (!has_time && line.substr(0, kCursor.size()) != kCursor) {
      return Answer::kNotMine;
    }
    in_entry_ = true;
    entry_ = {};
  }
  if (line.empty()) {
    in_entry_ = false;
    return Answer::kEntryEnds;
  }
  const size_t equals = line.find('=');
  if (equals != std::string_view::npos && IsFieldName(line.substr(0, equals))) {
    TakeField(line.substr(0, equals), line.substr(equals + 1));
    return Answer::kMine;
  }
  if (IsFieldName(line)) {
    in_binary_ = true;
    key_ = std::string(line);
    binary_.clear();
    return Answer::kMine;
  }
  // No entry goes on like this.
  in_entry_ = false;
  return Answer::kNotMine;
}

void JournalExport::TakeField(std::string_view key, std::string_view value) {
  SetField(key, value, entry_);
}

// Eight bytes of length, least first, the data, and a newline, which is the
// one that ends a line here.
void JournalExport::TakeBinary(std::string_view line) {
  constexpr size_t kHead = 8;
  binary_.append(line);
  uint64_t length = 0;
  if (binary_.size() >= kHead) {
    for (size_t i = kHead; i-- > 0;) {
      length = length << 8 | static_cast<uint8_t>(binary_[i]);
    }
    if (binary_.size() >= kHead + length || length > kLongestMessage ||
        binary_.size() > kLongestMessage) {
      in_binary_ = false;
      TakeField(key_, std::string_view(binary_).substr(kHead, length));
      return;
    }
  }
  binary_.push_back('\n');
}

}  // namespace scbpf
