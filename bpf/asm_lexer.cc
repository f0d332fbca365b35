// The lexer of bpf_asm, as the kernel tree's tools/bpf has it.
#include "bpf/asm_lexer.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace scbpf {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kSigns = ":,#%[]()+*&";

bool IsWordByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
 public:
  Lexer(std::string_view text, Diagnostics& findings)
      : text_(text), findings_(findings) {
    if (text.starts_with(kByteOrderMark)) at_ = begin_ = kByteOrderMark.size();
  }

  std::vector<AsmToken> Read() {
    while (true) {
      PassBlanks();
      if (at_ == text_.size()) break;
      Take();
    }
    tokens_.push_back({AsmTokenKind::kEnd, "", Span(at_, 0), line_start_});
    return std::move(tokens_);
  }

 private:
  static SourceSpan Span(size_t at, size_t length) {
    return {static_cast<uint32_t>(at), static_cast<uint32_t>(length)};
  }
  bool AtLineStart() const { return at_ == begin_ || text_[at_ - 1] == '\n'; }

  // Up to the next token.
  void PassBlanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (kBlanks.find(c) != std::string_view::npos) {
        if (c == '\n') line_start_ = true;
        ++at_;
      } else if (c == ';' || (c == '#' && AtLineStart())) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_, 2) == "/*") {
        PassComment();
      } else {
        return;
      }
    }
  }

  void PassComment() {
    const size_t end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) {
      findings_.push_back({Severity::kError, "open-comment", Span(at_, 2),
                           "this comment is not closed"});
      at_ = text_.size();
      return;
    }
    if (text_.substr(at_, end - at_).find('\n') != std::string_view::npos) {
      line_start_ = true;
    }
    at_ = end + 2;
  }

  void Take() {
    const char c = text_[at_];
    const bool sign = (c == '-' || c == '+') && at_ + 1 < text_.size() &&
                      IsDigit(text_[at_ + 1]);
    AsmTokenKind kind = AsmTokenKind::kWrong;
    size_t end = at_ + 1;
    if (IsDigit(c) || sign || IsWordByte(c)) {
      while (end < text_.size() && IsWordByte(text_[end])) ++end;
      kind = IsDigit(c) || sign ? AsmTokenKind::kNumber : AsmTokenKind::kWord;
    } else if (kSigns.find(c) != std::string_view::npos) {
      kind = AsmTokenKind::kSign;
    } else {
      // A character of several bytes is one.
      while (end < text_.size() && (text_[end] & '\xc0') == '\x80') ++end;
    }
    tokens_.push_back({kind, text_.substr(at_, end - at_), Span(at_, end - at_),
                       line_start_});
    line_start_ = false;
    at_ = end;
  }

  std::string_view text_;
  Diagnostics& findings_;
  std::vector<AsmToken> tokens_;
  size_t begin_ = 0;
  size_t at_ = 0;
  bool line_start_ = true;
};

}  // namespace

std::vector<AsmToken> ReadAsmTokens(std::string_view text,
                                    Diagnostics& findings) {
  return Lexer(text, findings).Read();
}

bool ReadAsmNumber(std::string_view text, uint32_t& value) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  uint32_t base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) base = 16;
  if (text.starts_with("0b") || text.starts_with("0B")) base = 2;
  if (base != 10) {
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
  }
  if (text.empty()) return false;
  uint64_t sum = 0;
  for (const char c : text) {
    const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
    const uint32_t digit = IsDigit(c) ? static_cast<uint32_t>(c - '0')
                           : lower >= 'a' && lower <= 'f'
                               ? static_cast<uint32_t>(lower - 'a') + 10
                               : 99;
    if (digit >= base) return false;
    sum = sum * base + digit;
    if (sum > 0xffffffff) return false;
  }
  if (negative && sum > 0x80000000) return false;
  value = static_cast<uint32_t>(negative ? 0 - sum : sum);
  return true;
}

}  // namespace scbpf
