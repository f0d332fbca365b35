// What a syntax error in JSON most likely is, told from the text around it.
#include "compiler/read_syntax.h"

#include <algorithm>

#include "compiler/utf8.h"

namespace scbpf {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || c == '$';
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The last byte before `at` that is no blank; '\0': none.
char Before(std::string_view text, size_t at) {
  const size_t found = text.substr(0, at).find_last_not_of(kBlanks);
  return found == std::string_view::npos ? '\0' : text[found];
}

std::string_view WordAt(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && IsWordByte(text[end])) ++end;
  return text.substr(at, end - at);
}

// Where the first byte before `end` stands that is no UTF-8.
size_t FindInvalidUtf8(std::string_view text, size_t end) {
  size_t i = 0;
  while (i < end) {
    const size_t length = Utf8Length(text, i);
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

// The innermost bracket that is open at the end of `text`, npos: none.
size_t FindOpen(std::string_view text) {
  std::vector<size_t> open;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      open.push_back(i);
    } else if ((c == '}' || c == ']') && !open.empty()) {
      open.pop_back();
    }
  }
  return open.empty() ? std::string_view::npos : open.back();
}

std::string LineOf(std::string_view text, size_t place) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(place);
  return std::to_string(1 + std::count(text.begin(), end, '\n'));
}

std::string ExplainEnd(std::string_view text) {
  const size_t open = FindOpen(text);
  if (open == std::string_view::npos) return "the document ends too early";
  return Cat({"the document ends too early: the ",
              text[open] == '{' ? "object" : "array", " opened in line ",
              LineOf(text, open), " is not closed"});
}

// Whether a text that ends behind the comma, the colon or the opening quote at
// `token` was cut off there; else one of these stands in a wrong place.
bool IsCutBehind(std::string_view text, size_t token, bool after_key) {
  if (text.find_first_not_of(kBlanks, token + 1) != std::string_view::npos ||
      FindOpen(text) == std::string_view::npos) {
    return false;
  }
  const char before = Before(text, token);
  const bool after_value =
      before == '"' || before == '}' || before == ']' || IsWordByte(before);
  const char c = text[token];
  return c == '"' || (c == ':' && after_key) ||
         (c == ',' && after_value && !after_key);
}

// A string that cannot be read: `wrong` is the byte that stopped it.
std::string ExplainString(std::string_view text, size_t wrong) {
  const auto byte = static_cast<unsigned char>(text[wrong]);
  if (byte == '\n' || byte == '\r') {
    return "this string is not closed in its line";
  }
  if (byte < 0x20) return "a control character inside a string";
  return "wrong escape in a string; JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t "
         "\\uXXXX";
}

std::string ExplainWord(std::string_view text, size_t token, char before) {
  const std::string_view word = WordAt(text, token);
  const size_t next = text.find_first_not_of(kBlanks, token + word.size());
  const bool colon = next != std::string_view::npos && text[next] == ':' &&
                     text.substr(next).substr(0, 3) != "://";
  if (colon && (before == '{' || before == ',')) {
    return Cat({"keys stand in double quotes: \"", word, "\""});
  }
  constexpr std::string_view kLiterals[] = {"true", "false", "null"};
  if (before == '\0') {
    return Cat({"expected \"{\", found ", Quote(word)});
  }
  std::string advice = DidYouMean(word, kLiterals);
  if (advice.empty()) advice = "; strings stand in double quotes";
  return Cat({"unexpected word ", Quote(word), advice});
}

std::string ExplainNumber(std::string_view text, size_t token) {
  const std::string_view rest = text.substr(token);
  if (rest[0] == '+') return "a number has no plus sign in JSON";
  if (rest[0] == '.') return "a number starts with a digit in JSON";
  if (rest.substr(0, 2) == "0x" || rest.substr(0, 2) == "0X") {
    return "JSON has no hexadecimal numbers; write it in decimal";
  }
  if (rest.size() > 1 && rest[0] == '0' && IsDigit(rest[1])) {
    return "a number has no leading zero in JSON";
  }
  // What nlohmann's doubles cannot hold.
  const size_t other = rest.find_first_not_of("-.0123456789");
  if (other != std::string_view::npos && (rest[other] | 32) == 'e') {
    return "this number is past 64 bits";
  }
  return "this is no number in JSON";
}

// Something that could follow where a comma or a colon stands missing.
std::string ExplainMissing(std::string_view text, size_t token,
                           bool after_key) {
  const char c = text[token];
  const char last = text[token - 1];
  if (after_key) return "expected a colon before this";
  if (IsDigit(c) && last == '0') return "a number has no leading zero in JSON";
  if ((c == 'x' || c == 'X') && last == '0') {
    return "JSON has no hexadecimal numbers; write it in decimal";
  }
  if (last == '"' && c != '"') {
    return "expected a comma before this; is a quote missing in this line?";
  }
  return "expected a comma before this";
}

std::string ExplainSeparator(std::string_view text, size_t token, char before) {
  const std::string_view c = text.substr(token, 1);
  const size_t open = FindOpen(text.substr(0, token));
  if (c == ":" && open != std::string_view::npos && text[open] == '[') {
    return Cat({"a colon inside an array: is the array opened in line ",
                LineOf(text, open), " not closed?"});
  }
  if (before == ',') return "a comma with nothing before it";
  return Cat({"unexpected ", Quote(c)});
}

std::string Explain(std::string_view text, size_t token, size_t wrong,
                    bool after_key) {
  const char before = Before(text, token);
  const char c = text[token];
  const bool after_value =
      before == '"' || before == '}' || before == ']' || IsWordByte(before);
  if (after_value &&
      FindOpen(text.substr(0, token)) == std::string_view::npos) {
    return "unexpected text behind the end of the profile";
  }
  if (c == '"' && wrong != token) return ExplainString(text, wrong);
  if (c == '\'') return "strings stand in double quotes";
  if (after_value && (c == '"' || c == '{' || c == '[' || IsWordByte(c))) {
    return ExplainMissing(text, token, after_key);
  }
  if (c == ',' || c == ':') return ExplainSeparator(text, token, before);
  if (after_key && c == '=') return "expected a colon in place of this";
  if (IsDigit(c) || c == '-' || c == '+' || c == '.') {
    return ExplainNumber(text, token);
  }
  if (IsWordByte(c)) return ExplainWord(text, token, before);
  if (c == '}' || c == ']') {
    if (before == ':') return "expected a value behind the colon";
    return Cat({"unexpected \"", std::string_view(&c, 1),
                "\": it closes no bracket that is open"});
  }
  const size_t length = std::max<size_t>(1, Utf8Length(text, token));
  if (text.substr(token, 2) == "\xe2\x80" && length == 3) {
    return "typographic quotes; strings stand in plain double quotes";
  }
  return Cat({"unexpected ", Quote(text.substr(token, length))});
}

}  // namespace

void TellSyntax(std::string_view text, const JsonEnd& end, Findings& findings) {
  const size_t invalid = FindInvalidUtf8(text, end.stop);
  if (invalid != std::string_view::npos) {
    findings.Error("invalid-utf8", {static_cast<uint32_t>(invalid), 1},
                   "this byte is not UTF-8");
    return;
  }
  size_t token = end.token;
  if (text.find_first_not_of(kBlanks, token) == std::string_view::npos ||
      IsCutBehind(text, token, end.after_key)) {
    const auto last = static_cast<uint32_t>(text.size());
    findings.Error("syntax", {last, 0}, ExplainEnd(text));
    return;
  }
  const bool string = text[token] == '"';
  size_t wrong = string && end.stop > token + 1 ? end.stop - 1 : token;
  if (string && wrong != token && text[wrong] == '"' &&
      text[wrong - 1] != '\\') {
    wrong = token;  // the string is fine, its place is not
  }
  if (string && end.stop >= text.size() && text[text.size() - 1] != '"') {
    const auto last = static_cast<uint32_t>(text.size());
    findings.Error("syntax", {last, 0}, ExplainEnd(text));
    return;
  }
  const size_t length = std::max<size_t>(1, WordAt(text, token).size());
  const SourceSpan at = wrong == token
                            ? SourceSpan{static_cast<uint32_t>(token),
                                         static_cast<uint32_t>(length)}
                            : SourceSpan{static_cast<uint32_t>(wrong), 1};
  findings.Error("syntax", at, Explain(text, token, wrong, end.after_key));
}

namespace {

// The end of the comment that starts at `at`.
size_t EndOfComment(std::string_view text, size_t at) {
  const bool block = text.substr(at, 2) == "/*";
  const size_t end = block ? text.find("*/", at + 2) : text.find('\n', at);
  if (end == std::string_view::npos) return text.size();
  return block ? end + 2 : end;
}

bool StartsComment(std::string_view text, size_t at) {
  // The slashes of an address.
  if (at > 1 && text[at - 1] == ':' && IsWordByte(text[at - 2])) return false;
  const std::string_view two = text.substr(at, 2);
  return two == "//" || two == "/*" || text[at] == '#';
}

size_t EndOfString(std::string_view text, size_t at) {
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"' || text[i] == '\n')
      return i + 1;
  }
  return text.size();
}

}  // namespace

std::string BlankExtensions(std::string_view text, Findings& findings) {
  std::string out(text);
  const auto blank = [&](size_t first, size_t end) {
    for (size_t i = first; i < end; ++i) {
      if (out[i] != '\n') out[i] = ' ';
    }
  };
  size_t i = 0;
  if (text.starts_with("\xef\xbb\xbf")) {
    findings.Error("byte-order-mark", {0, 3},
                   "a byte order mark: JSON has none, runc and crun refuse it");
    blank(0, 3);
    i = 3;
  }
  size_t comma = std::string_view::npos;  // the last token, when it is one
  while (i < text.size() && !findings.Full()) {
    const char c = text[i];
    if (StartsComment(text, i)) {
      const size_t end = EndOfComment(text, i);
      const std::string_view comment = text.substr(i, end - i);
      const size_t line = i + std::min(comment.find('\n'), comment.size());
      findings.Error(
          "comment",
          {static_cast<uint32_t>(i), static_cast<uint32_t>(line - i)},
          "JSON has no comments; runc and crun refuse the file");
      blank(i, end);
      i = end;
      continue;
    }
    if ((c == '}' || c == ']') && comma != std::string_view::npos) {
      findings.Error(
          "trailing-comma", {static_cast<uint32_t>(comma), 1},
          Cat({"a comma with nothing behind it before \"",
               std::string_view(&c, 1), "\": JSON has no trailing commas"}));
      blank(comma, comma + 1);
    }
    if (kBlanks.find(c) == std::string_view::npos) {
      comma = c == ',' ? i : std::string_view::npos;
    }
    i = c == '"' ? EndOfString(text, i) : i + 1;
  }
  return out;
}

}  // namespace scbpf
