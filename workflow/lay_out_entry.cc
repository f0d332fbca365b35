// Sees how a profile's entries are broken into lines, and writes more.
#include "workflow/lay_out_entry.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/profile_words.h"
#include "syscall-tables/names.h"

namespace scbpf {
namespace {

// Which containers of an entry have their parts on lines of their own.
struct Style {
  bool entry_breaks = false;
  bool names_break = false;
  bool args_break = false;
  bool arg_breaks = false;
  bool name_alone = false;
  bool tight = false;
  std::string line_break = "\n";
  std::string unit = "  ";
};

// The line break and the indent before the first part; empty: on one line.
std::string_view OpenOf(std::string_view text, const JsonContainer& container) {
  if (container.parts.empty()) return "";
  const JsonPlace& part = container.parts[0];
  const uint32_t first =
      part.key.length > 0 ? part.key.offset : part.value.offset;
  const uint32_t from = container.at.offset + 1;
  const std::string_view open = text.substr(from, first - from);
  return open.find('\n') == std::string_view::npos ? std::string_view() : open;
}

std::string_view AfterLineBreak(std::string_view blanks) {
  return blanks.substr(blanks.rfind('\n') + 1);
}

// The blanks with which the line of `offset` starts.
std::string IndentAt(std::string_view text, uint32_t offset) {
  const size_t before =
      offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const size_t first = before == std::string_view::npos ? 0 : before + 1;
  const size_t end =
      std::min(text.find_first_not_of(" \t", first), text.size());
  return std::string(text.substr(first, end - first));
}

bool MemberBreaks(std::string_view text, const JsonContainer& object,
                  std::string_view key, JsonContainer& list) {
  const JsonPlace* member = FindMember(text, object, key);
  if (member == nullptr || text[member->value.offset] != '[') return false;
  list = ScanContainer(text, member->value.offset);
  return !OpenOf(text, list).empty();
}

// What one indent is wider than the one around it.
std::string UnitOf(std::string_view text, const JsonContainer& object) {
  const std::string_view open = OpenOf(text, object);
  if (open.empty()) return "  ";
  const std::string outer = IndentAt(text, object.at.offset);
  const std::string_view inner = AfterLineBreak(open);
  if (inner.size() <= outer.size()) return "  ";
  return std::string(inner.substr(outer.size()));
}

// The style of the last entry; of conditions, of the last that has some.
Style StyleOf(std::string_view text, const Profile& profile) {
  Style style;
  style.tight = IsTight(text);
  if (text.find("\r\n") != std::string_view::npos) style.line_break = "\r\n";
  if (profile.syscalls.empty()) return style;
  JsonContainer list;
  const JsonContainer last =
      ScanContainer(text, profile.syscalls.back().at.offset);
  style.entry_breaks = !OpenOf(text, last).empty();
  style.unit = UnitOf(text, last);
  style.names_break = MemberBreaks(text, last, "names", list);
  style.args_break = style.entry_breaks;
  for (const ProfileEntry& entry : profile.syscalls) {
    if (entry.args.empty()) continue;
    const JsonContainer object = ScanContainer(text, entry.at.offset);
    style.args_break = MemberBreaks(text, object, "args", list);
    style.arg_breaks =
        !OpenOf(text, ScanContainer(text, entry.args[0].at.offset)).empty();
  }
  style.name_alone =
      std::all_of(profile.syscalls.begin(), profile.syscalls.end(),
                  [](const ProfileEntry& entry) { return entry.name_alone; });
  return style;
}

// The parts between brackets, on one line or on lines of their own.
std::string Enclose(std::string_view brackets, bool breaks, const Style& style,
                    const std::string& indent,
                    const std::vector<std::string>& parts) {
  const std::string open(1, brackets[0]);
  const std::string close(1, brackets[1]);
  if (!breaks || parts.empty()) {
    return open + absl::StrJoin(parts, style.tight ? "," : ", ") + close;
  }
  const std::string next = style.line_break + indent + style.unit;
  return absl::StrCat(open, next, absl::StrJoin(parts, "," + next),
                      style.line_break, indent, close);
}

std::string Member(const Style& style, std::string_view key,
                   std::string_view value) {
  return absl::StrCat(QuoteJson(key), style.tight ? ":" : ": ",
                      std::string(value));
}

std::string ArgText(const Style& style, const std::string& indent,
                    const ProfileArg& arg) {
  std::vector<std::string> members = {
      Member(style, "index", std::to_string(arg.index.value)),
      Member(style, "value", std::to_string(arg.value.value))};
  if (arg.value_two.has_value()) {
    members.push_back(
        Member(style, "valueTwo", std::to_string(arg.value_two->value)));
  }
  members.push_back(
      Member(style, "op",
             QuoteJson(kOperatorNames[static_cast<size_t>(arg.op.value)])));
  return Enclose("{}", style.arg_breaks, style, indent, members);
}

std::string EntryText(const Style& style, const std::string& indent,
                      const ProfileEntry& entry) {
  const std::string inner = indent + style.unit;
  std::vector<std::string> members;
  if (style.name_alone && entry.names.size() == 1) {
    members.push_back(Member(style, "name", QuoteJson(entry.names[0].value)));
  } else {
    std::vector<std::string> names;
    for (const At<std::string>& name : entry.names) {
      names.push_back(QuoteJson(name.value));
    }
    members.push_back(Member(
        style, "names", Enclose("[]", style.names_break, style, inner, names)));
  }
  members.push_back(
      Member(style, "action", QuoteJson(ProfileName(entry.action.value))));
  if (entry.errno_ret.has_value()) {
    members.push_back(
        Member(style, "errnoRet", std::to_string(entry.errno_ret->value)));
  }
  if (!entry.args.empty()) {
    std::vector<std::string> args;
    for (const ProfileArg& arg : entry.args) {
      args.push_back(ArgText(style, inner + style.unit, arg));
    }
    members.push_back(Member(
        style, "args", Enclose("[]", style.args_break, style, inner, args)));
  }
  return Enclose("{}", style.entry_breaks, style, indent, members);
}

}  // namespace

std::string QuoteJson(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x",
                    unsigned{static_cast<unsigned char>(c)});
      quoted += escape;
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

bool IsTight(std::string_view text) {
  const size_t brace = text.find('{');
  if (brace == std::string_view::npos) return false;
  const JsonContainer object =
      ScanContainer(text, static_cast<uint32_t>(brace));
  if (object.parts.empty()) return false;
  const JsonPlace& first = object.parts[0];
  return first.value.offset == EndOf(first.key) + 1;
}

std::string ColonOf(std::string_view text) {
  return IsTight(text) ? ":" : ": ";
}

std::string LayOutEntry(std::string_view text, const Profile& profile,
                        const ProfileEntry& added) {
  const Style style = StyleOf(text, profile);
  return EntryText(style, IndentAt(text, profile.syscalls.back().at.offset),
                   added);
}

std::string LayOutEntryList(std::string_view text, const JsonContainer& object,
                            const Profile& profile, const ProfileEntry& added) {
  Style style = StyleOf(text, profile);
  const bool breaks = !OpenOf(text, object).empty();
  style.unit = UnitOf(text, object);
  style.entry_breaks = style.args_break = breaks;
  const std::string indent =
      IndentAt(text, object.at.offset) + (breaks ? style.unit : "");
  return Enclose("[]", breaks, style, indent,
                 {EntryText(style, indent + style.unit, added)});
}

std::string LayOutArg(std::string_view text, const Profile& profile,
                      size_t entry, const ProfileArg& added) {
  const Style style = StyleOf(text, profile);
  const ProfileEntry& into = profile.syscalls[entry];
  const uint32_t beside =
      into.args.empty() ? into.at.offset : into.args.back().at.offset;
  return ArgText(style, IndentAt(text, beside), added);
}

}  // namespace scbpf
