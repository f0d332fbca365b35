// Reads and writes filters as bytes, and says what other bytes are.
#include "bpf/read_filter.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "bpf/check.h"

namespace scbpf {
namespace {

constexpr size_t kInstructionBytes = 8;
constexpr std::string_view kElfMagic =
    "\x7f"
    "ELF";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kBlanks = " \t\r\n\v\f";

absl::Status Invalid(std::string_view text) {
  return absl::InvalidArgumentError(
      absl::string_view(text.data(), text.size()));
}

void AppendNumber(std::string& bytes, uint32_t value, int size,
                  bool big_endian) {
  for (int i = 0; i < size; ++i) {
    const int shift = 8 * (big_endian ? size - 1 - i : i);
    bytes.push_back(static_cast<char>(value >> shift));
  }
}

uint32_t NumberAt(std::string_view bytes, int size, bool big_endian) {
  uint32_t value = 0;
  for (int i = 0; i < size; ++i) {
    const int shift = 8 * (big_endian ? size - 1 - i : i);
    value |= uint32_t{static_cast<unsigned char>(bytes[i])} << shift;
  }
  return value;
}

// `bytes` holds whole instructions.
Program Decode(std::string_view bytes, bool big_endian) {
  Program program;
  program.reserve(bytes.size() / kInstructionBytes);
  for (size_t at = 0; at < bytes.size(); at += kInstructionBytes) {
    program.push_back(
        {static_cast<uint16_t>(NumberAt(bytes.substr(at), 2, big_endian)),
         static_cast<uint8_t>(bytes[at + 2]),
         static_cast<uint8_t>(bytes[at + 3]),
         NumberAt(bytes.substr(at + 4), 4, big_endian)});
  }
  return program;
}

// Only bytes that text has; a filter's last instruction never is (RET is
// 0x06 or 0x16 beside a zero byte).
bool IsText(std::string_view bytes) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const bool blank = kBlanks.find(c) != std::string_view::npos;
    if ((byte < 0x20 && !blank) || byte == 0x7f) return false;
  }
  return true;
}

std::string_view WithoutMark(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(3);
  return text;
}

// An object, an array, a literal, or a number with fewer digits than an
// instruction has.
bool LooksLikeJson(std::string_view text) {
  text = WithoutMark(text);
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return false;
  if (text[first] == '{' || text[first] == '[') return true;
  text = text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
  if (text == "null" || text == "true" || text == "false") return true;
  return text.size() < 2 * kInstructionBytes &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Where the string that starts at `at` ends, behind its closing quote.
size_t EndOfString(std::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && text[end] != '"') {
    end += text[end] == '\\' ? 2 : 1;
  }
  return std::min(end + 1, text.size());
}

// Whether JSON text is an object with a member "scbpf" of its own.
bool HoldsFilters(std::string_view text) {
  if (text.find("\"scbpf\"") == std::string_view::npos) return false;
  size_t depth = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && depth-- <= 1) return false;
    if (c != '"') continue;
    const size_t end = EndOfString(text, at);
    const std::string_view word = text.substr(at, end - at);
    const size_t next = text.find_first_not_of(kBlanks, end);
    at = end - 1;
    const bool key = next != std::string_view::npos && text[next] == ':';
    if (depth != 1 || !key) continue;
    if (word == "\"scbpf\"") return true;
  }
  return false;
}

// Only digits of hexadecimal, in pairs, in some lines. nullopt: not that.
// No filter's base64 looks so: it has a RET at its end.
std::optional<std::string> DecodeHex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (kBlanks.find(c) != std::string_view::npos) continue;
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) {
      return std::nullopt;
    }
    digits.push_back(c);
  }
  if (digits.empty() || digits.size() % 2 != 0) return std::nullopt;
  return absl::HexStringToBytes(digits);
}

// -1: not of either alphabet.
int Base64Digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

// nullopt: not base64. The padding may be left out but not be wrong.
std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string bytes;
  uint32_t bits = 0;
  size_t digits = 0;
  size_t padding = 0;
  for (const char c : text) {
    if (kBlanks.find(c) != std::string_view::npos) continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const int digit = Base64Digit(c);
    if (digit < 0 || padding > 0) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    ++digits;
    if (digits % 4 == 1) continue;
    bytes.push_back(static_cast<char>(bits >> (2 * (4 - digits % 4) % 8)));
  }
  const bool padded = (digits + padding) % 4 == 0 && padding <= 2;
  if (digits % 4 == 1 || (padding > 0 && !padded)) return std::nullopt;
  return bytes;
}

// `what`: how messages name the bytes.
absl::StatusOr<Program> ReadBytes(std::string_view bytes, const char* what) {
  if (bytes.size() % kInstructionBytes != 0) {
    return Invalid(absl::StrCat(what, " of ", bytes.size(),
                                " bytes: not a multiple of 8"));
  }
  if (bytes.size() > kMaxInstructions * kInstructionBytes) {
    return Invalid(absl::StrCat(
        "a filter of ", bytes.size() / kInstructionBytes,
        " instructions: the kernel takes ", kMaxInstructions, " at most"));
  }
  Program program = Decode(bytes, false);
  const absl::Status status = CheckProgram(program);
  if (status.ok()) return program;
  if (CheckProgram(Decode(bytes, true)).ok()) {
    return Invalid(
        "a filter in big-endian byte order, which no ABI here has: another "
        "machine's");
  }
  return Invalid(
      absl::StrCat("the kernel refuses this filter: ", status.message()));
}

}  // namespace

std::string EncodeRaw(std::span<const Instruction> program, bool big_endian) {
  std::string bytes;
  bytes.reserve(program.size() * kInstructionBytes);
  for (const Instruction& in : program) {
    AppendNumber(bytes, in.code, 2, big_endian);
    bytes.push_back(static_cast<char>(in.jt));
    bytes.push_back(static_cast<char>(in.jf));
    AppendNumber(bytes, in.k, 4, big_endian);
  }
  return bytes;
}

std::string EncodeBase64(std::span<const Instruction> program,
                         bool big_endian) {
  return absl::Base64Escape(EncodeRaw(program, big_endian));
}

FileKind SniffFile(std::string_view bytes) {
  if (LooksLikeJson(bytes)) {
    return HoldsFilters(bytes) ? FileKind::kJsonFilter : FileKind::kJson;
  }
  if (!IsText(bytes)) {
    const bool whole = bytes.size() % kInstructionBytes == 0;
    return whole && !bytes.starts_with(kElfMagic) ? FileKind::kRawFilter
                                                  : FileKind::kOther;
  }
  bytes = WithoutMark(bytes);
  const std::optional<std::string> hex = DecodeHex(bytes);
  if (hex.has_value() && hex->size() % kInstructionBytes == 0) {
    return FileKind::kHexFilter;
  }
  const std::optional<std::string> decoded = DecodeBase64(bytes);
  if (!decoded.has_value()) return FileKind::kText;
  const bool filter =
      !decoded->empty() && decoded->size() % kInstructionBytes == 0;
  return filter ? FileKind::kBase64Filter : FileKind::kOther;
}

absl::StatusOr<Program> ReadFilter(std::string_view bytes) {
  if (bytes.find_first_not_of(kBlanks) == std::string_view::npos) {
    return Invalid("the file is empty");
  }
  if (bytes.starts_with(kElfMagic)) {
    return Invalid(
        "an ELF file, not a filter; `scbpf dump` shows the filters of a "
        "program that runs");
  }
  if (bytes.starts_with("\x1f\x8b")) {
    return Invalid("gzip data; unpack it first");
  }
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) {
    return Invalid("UTF-16 text; save it as UTF-8");
  }
  if (!IsText(bytes)) return ReadBytes(bytes, "a filter");
  if (LooksLikeJson(bytes)) return Invalid("JSON, not a filter");
  bytes = WithoutMark(bytes);
  const std::optional<std::string> hex = DecodeHex(bytes);
  if (hex.has_value()) return ReadBytes(*hex, "hexadecimal");
  const std::optional<std::string> decoded = DecodeBase64(bytes);
  if (!decoded.has_value()) {
    return Invalid("text that is neither base64 nor JSON");
  }
  return ReadBytes(*decoded, "base64");
}

}  // namespace scbpf
