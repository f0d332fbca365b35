// Names of the values that arguments take.
#include <algorithm>
#include <bit>
#include <charconv>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "syscall-tables/names.h"

namespace scbpf {
namespace {

struct Constant {
  std::string_view name;
  uint64_t value;
};

enum class GroupKind : uint8_t { kEnum, kFlag, kEnumAndFlag };

// kMembers[first .. first + count).
struct Group {
  uint16_t first;
  uint16_t count;
  uint64_t enum_mask;  // kEnumAndFlag: the bits of the enum
  GroupKind kind;
};

// The argument of a call that takes values of a group.
struct Use {
  std::string_view syscall;
  int arg;
  uint8_t group;
};

#include "syscall-tables/constants.inc"

std::span<const Constant> MembersOf(const Group& group) {
  return std::span(kMembers).subspan(group.first, group.count);
}

const Group* FindGroup(std::string_view syscall, int arg) {
  const auto* const use = std::lower_bound(
      std::begin(kUses), std::end(kUses), std::tuple(syscall, arg),
      [](const Use& a, const auto& b) {
        return std::tuple(a.syscall, a.arg) < b;
      });
  if (use == std::end(kUses) || use->syscall != syscall || use->arg != arg) {
    return nullptr;
  }
  return &kGroups[use->group];
}

std::string_view Exactly(std::span<const Constant> members, uint64_t value) {
  for (const Constant& member : members) {
    if (member.value == value) return member.name;
  }
  return {};
}

// The member that covers most bits of `value`, none of them outside it;
// nullptr: none.
const Constant* LargestFlag(std::span<const Constant> members, uint64_t value) {
  const Constant* largest = nullptr;
  for (const Constant& member : members) {
    if (member.value == 0 || (member.value & value) != member.value) continue;
    if (largest == nullptr ||
        std::popcount(member.value) > std::popcount(largest->value)) {
      largest = &member;
    }
  }
  return largest;
}

// "A|B"; empty when a bit has no name.
std::string JoinFlags(const Group& group, uint64_t value) {
  const std::span<const Constant> members = MembersOf(group);
  std::string text;
  const auto add = [&](std::string_view name) {
    absl::StrAppend(&text, text.empty() ? "" : "|", std::string(name));
  };
  if (const uint64_t chosen = value & group.enum_mask; chosen != 0) {
    const std::string_view name = Exactly(members, chosen);
    if (name.empty()) return {};
    add(name);
    value &= ~chosen;
  }
  while (value != 0) {
    const Constant* const flag = LargestFlag(members, value);
    if (flag == nullptr) return {};
    add(flag->name);
    value &= ~flag->value;
  }
  return text;
}

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// A whole number in decimal or, behind 0x, in hex; a minus sign makes the
// two's complement.
std::optional<uint64_t> ParseNumber(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    base = 16;
  }
  uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  if (!negative) return value;
  if (value > uint64_t{1} << 63) return std::nullopt;
  return ~value + 1;
}

std::optional<uint64_t> ParseWord(std::string_view text) {
  if (const auto number = ParseNumber(text)) return number;
  const auto* const at = std::lower_bound(
      std::begin(kByName), std::end(kByName), text,
      [](const Constant& a, std::string_view b) { return a.name < b; });
  if (at == std::end(kByName) || at->name != text) return std::nullopt;
  return at->value;
}

}  // namespace

std::string ConstantName(std::string_view syscall, int arg, uint64_t value) {
  const Group* const group = FindGroup(syscall, arg);
  if (group == nullptr) return {};
  const std::string_view name = Exactly(MembersOf(*group), value);
  if (!name.empty() || group->kind == GroupKind::kEnum) {
    return std::string(name);
  }
  return JoinFlags(*group, value);
}

std::optional<uint64_t> ParseArgument(std::string_view text) {
  uint64_t value = 0;
  for (bool more = true; more;) {
    const size_t bar = text.find('|');
    more = bar != std::string_view::npos;
    const std::optional<uint64_t> part = ParseWord(Trim(text.substr(0, bar)));
    if (!part) return std::nullopt;
    value |= *part;
    if (more) text.remove_prefix(bar + 1);
  }
  return value;
}

std::string_view NearestConstant(std::string_view text) {
  std::string_view word;
  for (bool more = true; more;) {
    const size_t bar = text.find('|');
    more = bar != std::string_view::npos;
    word = Trim(text.substr(0, bar));
    if (!ParseWord(word)) break;
    word = {};
    if (more) text.remove_prefix(bar + 1);
  }
  std::vector<std::string_view> names;
  for (const Constant& each : kByName) names.push_back(each.name);
  return NearestName(word, names);
}

}  // namespace scbpf
