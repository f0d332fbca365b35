// Naming texts that are plainly no JSON as what they are.
#include <algorithm>

#include "bpf/asm_mnemonics.h"
#include "bpf/read_filter.h"
#include "compiler/read_document.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr size_t kInstructionBytes = 8;
constexpr std::string_view kYaml = "this is YAML; expected JSON";

bool StartsWithAny(std::string_view text,
                   std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view p) { return text.starts_with(p); });
}

bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Whether some line starts with `key` and a colon.
bool HasLine(std::string_view text, std::string_view key) {
  for (size_t at = text.find(key); at != std::string_view::npos;
       at = text.find(key, at + 1)) {
    const bool starts = at == 0 || text[at - 1] == '\n';
    if (starts && text.substr(at + key.size()).starts_with(':')) return true;
  }
  return false;
}

// Whether these are instructions, whose codes, all below 0x100, have their
// high byte there.
bool HasCodes(std::string_view bytes, size_t high) {
  if (bytes.size() % kInstructionBytes != 0) return false;
  for (; !bytes.empty(); bytes.remove_prefix(kInstructionBytes)) {
    if (bytes[high] != '\0') return false;
  }
  return true;
}

std::string_view NameBinary(std::string_view text) {
  if (text.starts_with("\x7f"
                       "ELF")) {
    return "this is an ELF program; expected a profile in JSON";
  }
  if (StartsWithAny(text, {"\xff\xfe", "\xfe\xff"})) {
    return "this is UTF-16 text; JSON is read as UTF-8: save it so";
  }
  if (text.starts_with("\x1f\x8b")) {
    return "this is gzip data; unpack it first";
  }
  if (!Has(text, std::string_view("\0", 1))) return "";
  if (text[0] != '{' && text[0] != '\0' && HasCodes(text, 1)) {
    return "this is a compiled filter (raw sock_filter[]), not a profile: "
           "`scbpf disasm` lists it";
  }
  if (HasCodes(text, 0) && text[1] != '\0') {
    return "this is a compiled filter in big-endian byte order, which no ABI "
           "here has, and not a profile";
  }
  if (text.starts_with('{')) return "";
  return "this is binary data; expected a profile in JSON";
}

// nlohmann takes a NUL for the end of the text.
bool TellNul(std::string_view text, Findings& findings) {
  const size_t nul = text.find('\0');
  if (nul == std::string_view::npos) return false;
  const bool utf16 = nul == 1;
  findings.Error("syntax", {static_cast<uint32_t>(nul), 1},
                 utf16
                     ? "this is UTF-16 text; JSON is read as UTF-8: save it so"
                     : "a NUL byte, which JSON cannot hold");
  return true;
}

std::string_view NameYaml(std::string_view text) {
  if (HasLine(text, "kind") && Has(text, "SeccompProfile")) {
    return "this is a SeccompProfile object in YAML; expected JSON: its "
           "\"spec\", as JSON, is the profile";
  }
  if (HasLine(text, "apiVersion") || HasLine(text, "kind")) {
    return "this is a Kubernetes manifest in YAML; expected the JSON file that "
           "its localhostProfile names";
  }
  if (HasLine(text, "defaultAction") || text.starts_with("---")) {
    return kYaml;
  }
  return "";
}

// What follows the comments at its start, of whatever language: "//", "/*",
// "#" (lines of a preprocessor too) and ";".
std::string_view SkipComments(std::string_view text) {
  while (StartsWithAny(text, {"//", "/*", "#", ";"})) {
    const std::string_view end = text.starts_with("/*") ? "*/" : "\n";
    const size_t at = text.find(end);
    if (at == std::string_view::npos) return "";
    text.remove_prefix(at + end.size());
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  }
  return text;
}

// The word that `text` starts with.
std::string_view FirstWord(std::string_view text) {
  return text.substr(
      0, text.find_first_not_of("abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-0123456789"));
}

// Whether `text` starts with a word and a colon, as YAML's keys stand, and
// addresses do not.
bool StartsWithKey(std::string_view text) {
  const size_t colon = FirstWord(text).size();
  return colon > 0 && colon < text.size() && text[colon] == ':' &&
         !text.substr(colon).starts_with("://");
}

// What scbpf writes itself, besides raw bytes.
std::string_view NameFilter(std::string_view text, std::string_view rest) {
  if (Has(text, "sock_filter") || Has(text, "BPF_STMT")) {
    return "this is C with a filter in it; expected a profile in JSON";
  }
  if (StartsWithKey(rest)) {  // a label
    rest.remove_prefix(FirstWord(rest).size() + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  }
  const std::string_view word = FirstWord(rest);
  rest.remove_prefix(word.size());
  const size_t operand = rest.find_first_not_of(" \t");
  if (FindMnemonic(word) != nullptr && operand != std::string_view::npos &&
      StartsWithAny(rest.substr(operand), {"[", "#", "M["})) {
    return "this is a filter as bpf_asm text, not a profile: `scbpf asm` "
           "assembles it";
  }
  if (!ReadFilter(text).ok()) return "";
  return SniffFile(text) == FileKind::kHexFilter
             ? "this is a compiled filter in hexadecimal, not a profile: "
               "`scbpf disasm` lists it"
             : "this is a compiled filter in base64, not a profile: "
               "`scbpf disasm` lists it";
}

bool IsBase64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_= "
      "\t\r\n";
  return text.size() >= 24 &&
         text.find_first_not_of(kAlphabet) == std::string_view::npos &&
         !Has(text.substr(0, 24), " ");
}

// The policy languages of other sandboxes; `rest`: without leading comments.
std::string_view NamePolicy(std::string_view text, std::string_view rest) {
  const bool kafel = StartsWithAny(rest, {"POLICY ", "USE ", "ALLOW", "DENY",
                                          "KILL", "ERRNO", "LOG", "TRAP"}) &&
                     Has(rest, "{");
  if (kafel || (Has(text, "POLICY ") && Has(text, "DEFAULT "))) {
    return "this is a Kafel policy (nsjail); expected a profile in JSON";
  }
  if (HasLine(text, "seccomp_string") || HasLine(text, "seccomp_policy_file") ||
      HasLine(text, "clone_newnet") || Has(text, "\nmount {")) {
    return "this is nsjail's configuration; expected a profile in JSON";
  }
  if (rest.starts_with('@')) {
    return "this is a minijail policy; expected a profile in JSON";
  }
  std::string_view line = rest.substr(0, rest.find('\n'));
  const std::string_view name = FirstWord(line);
  line.remove_prefix(name.size());
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  if (line.starts_with(':') && IsSyscallName(name)) {
    return "this is a minijail policy (a syscall and a colon in each line); "
           "expected a profile in JSON";
  }
  return "";
}

// What is left to be seen from its first line alone.
std::string_view NameByStart(std::string_view rest) {
  if (rest.starts_with("404")) {
    return "this is a web server's answer that there is no such page; expected "
           "a profile in JSON";
  }
  if (rest.starts_with("- ")) return kYaml;
  const bool small = !rest.empty() && rest[0] >= 'a' && rest[0] <= 'z';
  return small && StartsWithKey(rest) ? kYaml : "";
}

std::string_view NameText(std::string_view text, std::string_view rest) {
  if (text[0] == '<') return "this is HTML or XML; download the raw file";
  std::string_view what = NameYaml(text);
  if (what.empty()) what = NamePolicy(text, rest);
  if (what.empty()) what = NameFilter(text, rest);
  if (what.empty()) what = NameByStart(rest);
  if (what.empty() && IsBase64(text)) {
    what =
        "this looks like base64, perhaps of a compiled filter; expected a "
        "profile in JSON";
  }
  return what;
}

}  // namespace

bool TellForeignText(std::string_view text, Findings& findings) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) {
    findings.Error("empty-document", {},
                   text.empty() ? "this file is empty; expected a profile"
                                : "this file holds only blanks; expected a "
                                  "profile");
    return true;
  }
  std::string_view what = NameBinary(text);
  const std::string_view body = text.substr(first);
  const bool binary = !what.empty();
  const std::string_view rest = SkipComments(body);
  const bool json =
      rest.empty() || StartsWithAny(rest, {"{", "[", "\"", "\xef\xbb\xbf"});
  if (what.empty() && !json) what = NameText(body, rest);
  if (what.empty()) return TellNul(text, findings);
  findings.Error("not-a-profile",
                 {binary ? 0 : static_cast<uint32_t>(first), 0},
                 std::string(what));
  return true;
}

}  // namespace scbpf
