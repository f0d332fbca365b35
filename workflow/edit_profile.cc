// Inserts and removes parts of a profile's text.
#include "workflow/edit_profile.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "workflow/json_places.h"
#include "workflow/lay_out_entry.h"

namespace scbpf {
namespace {

std::string_view Cut(std::string_view text, SourceSpan span) {
  return text.substr(span.offset, span.length);
}

std::string Replace(std::string_view text, SourceSpan at,
                    std::string_view with) {
  std::string changed(text);
  changed.replace(at.offset, at.length, with.data(), with.size());
  return changed;
}

absl::Status CannotEdit(std::string_view key) {
  return absl::InvalidArgumentError(
      absl::StrCat("the text cannot be edited: no \"", std::string(key),
                   "\" is spelled there without escapes"));
}

uint32_t StartOf(const JsonPlace& part) {
  return part.key.length > 0 ? part.key.offset : part.value.offset;
}

// What stands between part `i` and the one before it.
std::string_view SeparatorBefore(std::string_view text, const JsonContainer& in,
                                 size_t i) {
  const uint32_t from = EndOf(in.parts[i - 1].value);
  return text.substr(from, StartOf(in.parts[i]) - from);
}

bool HasLineBreak(std::string_view text) {
  return text.find('\n') != std::string_view::npos;
}

// How long the line around `at` is, with `added` bytes more.
size_t LineLength(std::string_view text, size_t at, size_t added) {
  const size_t before =
      at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const size_t first = before == std::string_view::npos ? 0 : before + 1;
  const size_t end = std::min(text.find('\n', at), text.size());
  return end - first + added;
}

// A line break with the indent of the line around `at`, and one more.
std::string BreakAt(std::string_view text, size_t at) {
  const size_t before =
      at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const size_t first = before == std::string_view::npos ? 0 : before + 1;
  const size_t end =
      std::min(text.find_first_not_of(" \t", first), text.size());
  const std::string indent(text.substr(first, end - first));
  const bool carriage = text.find("\r\n") != std::string_view::npos;
  return absl::StrCat(carriage ? "\r\n" : "\n", indent,
                      indent.starts_with('\t') ? "\t" : "  ");
}

// The separator for a new part at `i`: the others', or, where lines hold
// several parts each, a blank as long as the line stays short enough. A list
// of words on one short line goes on on the next.
std::string SeparatorAt(std::string_view text, const JsonContainer& in,
                        size_t i, size_t added) {
  constexpr size_t kLongest = 80;
  std::string_view same_line;
  std::string_view next_line;
  for (size_t k = 1; k < in.parts.size(); ++k) {
    const std::string_view one = SeparatorBefore(text, in, k);
    (HasLineBreak(one) ? next_line : same_line) = one;
  }
  if (in.parts.size() == 1) {
    const uint32_t from = in.at.offset + 1;
    const std::string_view open =
        text.substr(from, StartOf(in.parts[0]) - from);
    if (HasLineBreak(open)) return absl::StrCat(",", std::string(open));
    same_line = IsTight(text) ? "," : ", ";
  }
  if (same_line.empty()) return std::string(next_line);
  const uint32_t at =
      i == 0 ? StartOf(in.parts[0]) : EndOf(in.parts[i - 1].value);
  const size_t length = LineLength(text, at, 0);
  if (length + added + same_line.size() <= kLongest) {
    return std::string(same_line);
  }
  if (!next_line.empty()) return std::string(next_line);
  const bool is_word =
      text[in.parts[0].value.offset] == '"' && in.parts[0].key.length == 0;
  if (!is_word || length > kLongest || IsTight(text)) {
    return std::string(same_line);
  }
  return "," + BreakAt(text, at);
}

// Puts `part` before the part `i` (or behind the last) of a container that
// has some.
std::string InsertPart(std::string_view text, const JsonContainer& in, size_t i,
                       const std::string& part) {
  const std::string separator = SeparatorAt(text, in, i, part.size());
  if (i == 0) return Replace(text, {StartOf(in.parts[0]), 0}, part + separator);
  return Replace(text, {EndOf(in.parts[i - 1].value), 0}, separator + part);
}

std::string RemovePart(std::string_view text, const JsonContainer& in,
                       size_t i) {
  const size_t last = in.parts.size() - 1;
  uint32_t from = StartOf(in.parts[i]);
  uint32_t to = EndOf(in.parts[i].value);
  if (last == 0) {
    from = in.at.offset + 1;
    to = EndOf(in.at) - 1;
  } else if (i == 0 ||
             (i < last && HasLineBreak(SeparatorBefore(text, in, i)) &&
              !HasLineBreak(SeparatorBefore(text, in, i + 1)))) {
    to = StartOf(in.parts[i + 1]);
  } else {
    from = EndOf(in.parts[i - 1].value);
  }
  return Replace(text, {from, to - from}, "");
}

// The object of the profile, and of one entry.
std::optional<JsonContainer> ProfileObject(std::string_view text,
                                           const Profile& profile) {
  const auto brace = FindObjectAround(text, profile.default_action.at.offset);
  if (!brace.has_value()) return std::nullopt;
  return ScanContainer(text, *brace);
}

JsonContainer EntryObject(std::string_view text, const Profile& profile,
                          size_t entry) {
  return ScanContainer(text, profile.syscalls[entry].at.offset);
}

// The array of the entries; nullopt: the profile has none, or null.
std::optional<JsonContainer> EntryArray(std::string_view text,
                                        const Profile& profile) {
  const auto object = ProfileObject(text, profile);
  if (!object.has_value()) return std::nullopt;
  const JsonPlace* member = FindMember(text, *object, "syscalls");
  if (member == nullptr || text[member->value.offset] != '[') {
    return std::nullopt;
  }
  return ScanContainer(text, member->value.offset);
}

// Where `name` goes among the names: by the alphabet if nearly all of them are
// sorted so.
size_t PlaceFor(const std::vector<At<std::string>>& names,
                std::string_view name) {
  size_t out_of_order = 0;
  for (size_t i = 1; i < names.size(); ++i) {
    if (names[i].value < names[i - 1].value) ++out_of_order;
  }
  if (out_of_order * 20 > names.size()) return names.size();
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i].value <= name) continue;
    if (i == 0 || names[i - 1].value < name) return i;
  }
  return names.size();
}

std::vector<bool> EqualTo(std::string_view text, const JsonContainer& names,
                          const std::string& quoted) {
  std::vector<bool> equal;
  for (const JsonPlace& part : names.parts) {
    equal.push_back(Cut(text, part.value) == quoted);
  }
  return equal;
}

// The first list of entries of a profile that had none.
absl::StatusOr<std::string> AddEntryList(std::string_view text,
                                         const Profile& profile,
                                         const ProfileEntry& added) {
  const auto object = ProfileObject(text, profile);
  if (!object.has_value()) return CannotEdit("defaultAction");
  const std::string list = LayOutEntryList(text, *object, profile, added);
  const JsonPlace* member = FindMember(text, *object, "syscalls");
  if (member != nullptr) return Replace(text, member->value, list);
  return InsertPart(text, *object, object->parts.size(),
                    absl::StrCat(QuoteJson("syscalls"), ColonOf(text), list));
}

}  // namespace

absl::StatusOr<std::string> InsertName(std::string_view text,
                                       const Profile& profile, size_t entry,
                                       std::string_view name) {
  const JsonContainer object = EntryObject(text, profile, entry);
  const JsonPlace* member = FindMember(text, object, "names");
  if (member == nullptr || text[member->value.offset] != '[') {
    return CannotEdit("names");
  }
  const JsonContainer names = ScanContainer(text, member->value.offset);
  const std::string quoted = QuoteJson(name);
  if (names.parts.empty()) {
    return Replace(text, names.at, absl::StrCat("[", quoted, "]"));
  }
  return InsertPart(text, names, PlaceFor(profile.syscalls[entry].names, name),
                    quoted);
}

absl::StatusOr<std::string> RemoveName(std::string_view text,
                                       const Profile& profile, size_t entry,
                                       std::string_view name) {
  const std::vector<At<std::string>>& held = profile.syscalls[entry].names;
  if (std::all_of(held.begin(), held.end(), [&](const At<std::string>& at) {
        return at.value == name;
      })) {
    return RemoveEntry(text, profile, entry);
  }
  const JsonContainer object = EntryObject(text, profile, entry);
  const JsonPlace* member = FindMember(text, object, "names");
  if (member == nullptr) return CannotEdit("names");
  std::string changed(text);
  bool found = false;
  while (true) {
    // What stands before the names does not move.
    const JsonContainer names = ScanContainer(changed, member->value.offset);
    const std::vector<bool> equal = EqualTo(changed, names, QuoteJson(name));
    const auto first = std::find(equal.begin(), equal.end(), true);
    if (first == equal.end()) break;
    found = true;
    changed =
        RemovePart(changed, names, static_cast<size_t>(first - equal.begin()));
  }
  if (!found) return CannotEdit(name);
  return changed;
}

absl::StatusOr<std::string> RemoveEntry(std::string_view text,
                                        const Profile& profile, size_t entry) {
  const auto entries = EntryArray(text, profile);
  if (!entries.has_value()) return CannotEdit("syscalls");
  const auto place = std::find_if(
      entries->parts.begin(), entries->parts.end(), [&](const JsonPlace& part) {
        return part.value.offset == profile.syscalls[entry].at.offset;
      });
  if (place == entries->parts.end()) return CannotEdit("syscalls");
  return RemovePart(text, *entries,
                    static_cast<size_t>(place - entries->parts.begin()));
}

absl::StatusOr<std::string> AddEntry(std::string_view text,
                                     const Profile& profile,
                                     const ProfileEntry& added) {
  const auto entries = EntryArray(text, profile);
  if (!entries.has_value() || entries->parts.empty()) {
    return AddEntryList(text, profile, added);
  }
  return InsertPart(text, *entries, entries->parts.size(),
                    LayOutEntry(text, profile, added));
}

absl::StatusOr<std::string> AddArg(std::string_view text,
                                   const Profile& profile, size_t entry,
                                   const ProfileArg& added) {
  const JsonContainer object = EntryObject(text, profile, entry);
  const JsonPlace* member = FindMember(text, object, "args");
  const std::string laid_out = LayOutArg(text, profile, entry, added);
  if (member != nullptr && text[member->value.offset] == '[') {
    const JsonContainer args = ScanContainer(text, member->value.offset);
    if (!args.parts.empty()) {
      return InsertPart(text, args, args.parts.size(), laid_out);
    }
  }
  const std::string list = absl::StrCat("[", laid_out, "]");
  if (member != nullptr) return Replace(text, member->value, list);
  return InsertPart(text, object, object.parts.size(),
                    absl::StrCat(QuoteJson("args"), ColonOf(text), list));
}

absl::StatusOr<std::string> RemoveArg(std::string_view text,
                                      const Profile& profile, size_t entry,
                                      size_t arg) {
  const JsonContainer object = EntryObject(text, profile, entry);
  const JsonPlace* member = FindMember(text, object, "args");
  if (member == nullptr || text[member->value.offset] != '[') {
    return CannotEdit("args");
  }
  const JsonContainer args = ScanContainer(text, member->value.offset);
  if (arg >= args.parts.size()) return CannotEdit("args");
  if (args.parts.size() > 1) return RemovePart(text, args, arg);
  return RemovePart(text, object,
                    static_cast<size_t>(member - object.parts.data()));
}

}  // namespace scbpf
