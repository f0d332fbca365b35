// Naming texts that are plainly no JSON as what they are.
#include <algorithm>

#include "compiler/read_document.h"

namespace scbpf {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

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
  // sock_filter's code, below 0x100, stands in the first two bytes.
  if (text.size() % 8 == 0 && text[0] != '{' && text[1] == '\0' &&
      text[0] != '\0') {
    return "this is a compiled filter (raw sock_filter[]), not a profile: "
           "`scbpf disasm` lists it";
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
    return "this is YAML; expected JSON";
  }
  return "";
}

bool IsSyscallLine(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  if (line.substr(colon).starts_with("://")) return false;
  return line.substr(0, colon).find_first_not_of(
             "abcdefghijklmnopqrstuvwxyz_0123456789 ") ==
         std::string_view::npos;
}

// The policy languages of other sandboxes.
std::string_view NamePolicy(std::string_view text) {
  const bool kafel =
      StartsWithAny(text, {"POLICY ", "USE ", "ALLOW", "DENY", "KILL", "ERRNO",
                           "LOG", "TRAP", "#define"}) &&
      Has(text, "{");
  if (kafel || (Has(text, "POLICY ") && Has(text, "DEFAULT "))) {
    return "this is a Kafel policy (nsjail); expected a profile in JSON";
  }
  if (text.starts_with('@')) {
    return "this is a minijail policy; expected a profile in JSON";
  }
  // The first line that is no comment.
  std::string_view rest = text;
  while (rest.starts_with('#')) {
    rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
  }
  if (IsSyscallLine(rest.substr(0, rest.find('\n')))) {
    return "this is a minijail policy (a syscall and a colon in each line); "
           "expected a profile in JSON";
  }
  return "";
}

bool IsBase64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_= "
      "\t\r\n";
  return text.size() >= 24 &&
         text.find_first_not_of(kAlphabet) == std::string_view::npos &&
         !Has(text.substr(0, 24), " ");
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
  const bool json = StartsWithAny(body, {"{", "[", "\"", "\xef\xbb\xbf", "/"});
  if (what.empty() && !json) {
    if (body[0] == '<') what = "this is HTML or XML; download the raw file";
    if (what.empty()) what = NameYaml(body);
    if (what.empty()) what = NamePolicy(body);
    if (what.empty() && IsBase64(body)) {
      what =
          "this looks like base64, perhaps of a compiled filter; expected "
          "a profile in JSON";
    }
  }
  if (what.empty()) return TellNul(text, findings);
  findings.Error("not-a-profile",
                 {binary ? 0 : static_cast<uint32_t>(first), 0},
                 std::string(what));
  return true;
}

}  // namespace scbpf
