// Finds the record's head, then reads key=value fields front to back: names
// are the program's to choose, so nothing is searched for inside them.
#include "workflow/audit_text.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "scbpf/return_value.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"
#include "workflow/find_text.h"
#include "workflow/log_time.h"

namespace scbpf {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordCharacter(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         c == '_';
}
bool IsBlank(char c) { return static_cast<uint8_t>(c) <= ' '; }

bool StartsWith(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

template <typename Number>
bool TakeNumber(std::string_view& text, Number& number, int base = 10) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

// Whether `text` ends with what sets a terminal's colour: ESC "[0;33m".
bool EndsWithColor(std::string_view text) {
  if (text.empty() || text.back() != 'm') return false;
  const size_t bracket = text.find_last_not_of("0123456789;", text.size() - 2);
  return bracket != std::string_view::npos && bracket > 0 &&
         text[bracket] == '[' && text[bracket - 1] == '\x1b';
}

// Whether a word may begin at `at`.
bool BeginsWord(std::string_view line, size_t at) {
  return at == 0 || !IsWordCharacter(line[at - 1]) ||
         EndsWithColor(line.substr(0, at));
}

// Where the first "type=" stands that begins a word.
size_t FindType(std::string_view line) {
  size_t at = FindText(line, "type=");
  while (at != std::string_view::npos && !BeginsWord(line, at)) {
    at = line.find("type=", at + 1);
  }
  return at;
}

// "audit(T:N):" at the front of `text`: time and serial. What is no such head
// is left alone.
void TakeStamp(std::string_view& text, int64_t zone, Record& record) {
  if (!StartsWith(text, "audit(")) return;
  const size_t end = text.find(')');
  if (end == std::string_view::npos) {
    text = {};
    return;
  }
  const std::string_view stamp = text.substr(6, end - 6);
  text.remove_prefix(end + 1);
  if (!text.empty() && text.front() == ':') text.remove_prefix(1);
  const size_t colon = stamp.rfind(':');
  if (colon == std::string_view::npos) return;
  std::string_view digits = stamp.substr(colon + 1);
  uint64_t serial = 0;
  if (TakeNumber(digits, serial)) record.serial = serial;
  record.time_ms = ParseLogTime(stamp.substr(0, colon), zone);
}

int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// Bare upper-case hex is how the kernel writes a name with a blank, a quote
// or a control byte in it; anything else is the name itself.
std::string_view DecodeName(std::string_view value, std::string& into) {
  if (value.empty() || value.size() % 2 != 0) return value;
  into.clear();
  for (size_t i = 0; i < value.size(); i += 2) {
    const int high = HexDigit(value[i]);
    const int low = HexDigit(value[i + 1]);
    if (high < 0 || low < 0) return value;
    into.push_back(static_cast<char>(high * 16 + low));
  }
  return into;
}

// The words of `ausearch -i` for code=.
std::optional<uint32_t> ReadCode(std::string_view value) {
  if (StartsWith(value, "0x")) {
    // Where byte 0x1d was lost, "AUID=" may follow at once.
    value = value.substr(2, value.find_first_not_of("0123456789abcdef", 2) - 2);
    uint32_t code = 0;
    if (!TakeNumber(value, code, 16)) return std::nullopt;
    return code & 0xffff0000u;
  }
  if (value == "kill") return KillThread().raw;
  std::string word(value);
  std::replace(word.begin(), word.end(), '-', '_');
  const auto known = ParseReturnValue(word);
  if (!known) return std::nullopt;
  return known->raw & 0xffff0000u;
}

// The fields behind a record's head.
class Fields {
 public:
  Fields(std::string_view text, bool interpreted, DecodedNames& names,
         Record& record)
      : text_(text),
        interpreted_(interpreted),
        names_(names),
        record_(record),
        hashed_end_(text.data() + text.size()) {}

  AuditText Read() {
    while (!text_.empty() && IsBlank(text_.front())) text_.remove_prefix(1);
    const std::string_view start = text_;
    while (!done_ && TakeField()) {
    }
    if (!has_arch_ || !has_syscall_) return AuditText::kTruncated;
    record_.text_hash = std::hash<std::string_view>()(
        start.substr(0, static_cast<size_t>(hashed_end_ - start.data())));
    if (record_.token) {
      // A tracer's skip, -1, has x32's bit and is a call of neither ABI; nor is
      // what is no number.
      const uint32_t nr = record_.nr.value_or(0);
      record_.abi = AbiOfCall(*record_.token, nr == 0xffffffff ? 0 : nr);
      if (record_.abi != nullptr && !record_.nr) {
        record_.nr = NumberOf(*record_.abi, record_.name);
      }
    }
    return AuditText::kSeccomp;
  }

  // What stands behind the record.
  std::string_view rest() const { return text_; }

 private:
  // False at the end of the text.
  bool TakeField() {
    while (!text_.empty() && IsBlank(text_.front())) {
      // What auditd adds says nothing new.
      if (text_.front() == '\x1d') return false;
      text_.remove_prefix(1);
    }
    size_t length = 0;
    while (length < text_.size() && text_[length] != '=' &&
           !IsBlank(text_[length])) {
      ++length;
    }
    if (length == text_.size()) return false;
    const std::string_view key = text_.substr(0, length);
    const bool has_value = text_[length] == '=';
    if (has_value && key == "type") return false;  // the next record
    text_.remove_prefix(length + (has_value ? 1 : 0));
    if (has_value) Take(key);
    return true;
  }

  void Take(std::string_view key) {
    const std::string_view value = TakeValue(key);
    if (key == "arch") {
      TakeArch(value);
    } else if (key == "syscall") {
      // A number that ends the line may go on where the line was cut.
      if (!text_.empty()) TakeSyscall(value);
    } else if (key == "code") {
      hashed_end_ = value.data();
      record_.code = ReadCode(value);
      done_ = true;  // the last field
    } else if (key == "pid") {
      std::string_view digits = value;
      int64_t pid = 0;
      if (TakeNumber(digits, pid)) record_.pid = pid;
    } else if (key == "comm") {
      record_.comm = Name(value, names_.comm);
    } else if (key == "exe" && value != "(null)") {
      record_.exe = Name(value, names_.exe);
    }
  }

  std::string_view Name(std::string_view value, std::string& into) const {
    return interpreted_ || quoted_ ? value : DecodeName(value, into);
  }

  // \"webd\": a value within JSON.
  std::string_view TakeEscaped() {
    constexpr std::string_view kQuote = "\\\"";
    quoted_ = StartsWith(text_, kQuote);
    text_.remove_prefix(quoted_ ? kQuote.size() : 0);
    const std::string_view value =
        text_.substr(0, text_.find(quoted_ ? kQuote : " "));
    text_.remove_prefix(
        std::min(text_.size(), value.size() + (quoted_ ? kQuote.size() : 0)));
    return value;
  }

  // Interpreted names are bare: they go on to the next key.
  std::string_view TakeValue(std::string_view key) {
    quoted_ = !text_.empty() && text_.front() == '"';
    size_t end = 0;
    if (!text_.empty() && text_.front() == '\\') return TakeEscaped();
    if (quoted_) {
      text_.remove_prefix(1);
      end = text_.find('"');
    } else if (interpreted_ && key == "comm") {
      end = text_.find(" exe=");
    } else if (interpreted_ && key == "exe") {
      end = text_.find(" sig=");
    } else {
      while (end < text_.size() && !IsBlank(text_[end])) ++end;
    }
    end = std::min(end, text_.size());
    const std::string_view value = text_.substr(0, end);
    text_.remove_prefix(std::min(text_.size(), end + (quoted_ ? 1 : 0)));
    return value;
  }

  void TakeArch(std::string_view value) {
    has_arch_ = !value.empty();
    record_.abi_word = value;
    std::string_view digits = value;
    uint32_t token = 0;
    if (value.size() == 8 && TakeNumber(digits, token, 16) && digits.empty()) {
      record_.token = token;
    } else if (const Abi* abi = FindAbi(value)) {
      record_.token = abi->audit_value;
      record_.abi = abi;
    }
  }

  void TakeSyscall(std::string_view value) {
    has_syscall_ = !value.empty();
    constexpr std::string_view kUnknown = "unknown-syscall(";
    std::string_view digits = value;
    if (StartsWith(digits, kUnknown)) digits.remove_prefix(kUnknown.size());
    int64_t number = 0;
    if (TakeNumber(digits, number) && number >= INT32_MIN &&
        number <= UINT32_MAX) {
      record_.nr = static_cast<uint32_t>(number);
      return;
    }
    record_.name = value;
    if (record_.abi != nullptr) record_.nr = NumberOf(*record_.abi, value);
  }

  std::string_view text_;
  const bool interpreted_;
  DecodedNames& names_;
  Record& record_;
  // Up to code='s value the kernel's log and a journal have the same text.
  const char* hashed_end_;
  bool quoted_ = false;
  bool has_arch_ = false;
  bool has_syscall_ = false;
  bool done_ = false;
};

// "SECCOMP auid=": how a journal begins the record's text.
std::string_view FindJournalText(std::string_view line) {
  constexpr std::string_view kHead = "SECCOMP auid=";
  const size_t at = FindText(line, kHead);
  if (at == std::string_view::npos || !BeginsWord(line, at)) return {};
  return line.substr(at + 8);
}

}  // namespace

AuditText ReadAuditText(std::string_view line, int64_t zone_seconds,
                        DecodedNames& names, Record& record,
                        std::string_view& rest) {
  rest = {};
  const size_t type = FindType(line);
  std::string_view text;
  if (type == std::string_view::npos) {
    text = FindJournalText(line);
    if (text.empty()) return AuditText::kNone;
    Fields fields(text, false, names, record);
    const AuditText read = fields.Read();
    rest = fields.rest();
    return read;
  }
  text = line.substr(type + 5);
  const size_t word = std::min(text.find(' '), text.size());
  const std::string_view kind = text.substr(0, word);
  text.remove_prefix(std::min(word + 1, text.size()));
  if (StartsWith(text, "msg=")) text.remove_prefix(4);
  const bool is_seccomp = kind == "1326" || kind == "SECCOMP";
  if (!is_seccomp && !StartsWith(text, "audit(")) return AuditText::kNone;
  // Only `ausearch -i` writes a date there, and then names as they are.
  constexpr size_t kLongestStamp = 64;
  const std::string_view stamp = text.substr(0, kLongestStamp);
  const bool interpreted =
      stamp.substr(0, stamp.find(')')).find('/') != std::string_view::npos;
  TakeStamp(text, zone_seconds, record);
  if (!is_seccomp) {
    rest = text;
    return record.serial ? AuditText::kOther : AuditText::kNone;
  }
  Fields fields(text, interpreted, names, record);
  const AuditText read = fields.Read();
  rest = fields.rest();
  return read;
}

}  // namespace scbpf
