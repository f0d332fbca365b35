// Look-ups of ABIs by every spelling their users know.
#include "arch/abi.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "absl/strings/match.h"
#include "arch/rows.h"

namespace scbpf {
namespace {

constexpr Abi kOthers[] = {
#include "arch/other_abis.inc"
};

constexpr const Abi* kWithTables[] = {&kX86_64, &kX86, &kX32};

constexpr auto kAll = [] {
  std::array<const Abi*, std::size(kWithTables) + std::size(kOthers)> all{};
  auto out =
      std::copy(std::begin(kWithTables), std::end(kWithTables), all.begin());
  for (const Abi& abi : kOthers) *out++ = &abi;
  return all;
}();

// Most spellings are a field; the field tells which.
using Field = std::string_view Abi::*;
constexpr Field kFields[] = {&Abi::id, &Abi::scmp_name, &Abi::audit_name,
                             &Abi::goarch, &Abi::profile_name};

bool SameWord(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase({a.data(), a.size()}, {b.data(), b.size()});
}

// Whether one of the words of `list`, which ';' separates, is `word`.
bool HasWord(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const size_t end = std::min(list.find(';'), list.size());
    if (SameWord(list.substr(0, end), word)) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

// "c000003e" or "0xC000003E"; nullopt: not a token in hex.
std::optional<uint32_t> ParseToken(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  uint32_t token = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, token, 16);
  if (error != std::errc() || stop != end) return std::nullopt;
  return token;
}

const Abi* FindBy(Field field, std::string_view spelling) {
  for (const Abi* abi : kAll) {
    if (abi->*field == spelling) return abi;
  }
  return nullptr;
}

}  // namespace

std::span<const Abi* const> AllAbis() { return kAll; }

const Abi* FindAbi(std::string_view spelling) {
  if (spelling.empty()) return nullptr;
  for (const Field field : kFields) {
    for (const Abi* abi : kAll) {
      if (SameWord(abi->*field, spelling)) return abi;
    }
  }
  for (const Abi* abi : kAll) {
    if (HasWord(abi->unames, spelling)) return abi;
  }
  const std::optional<uint32_t> token = ParseToken(spelling);
  if (!token) return nullptr;
  for (const Abi* abi : kAll) {
    if (abi->audit_value == *token) return abi;
  }
  return nullptr;
}

const Abi* FindAbiById(std::string_view id) {
  return id.empty() ? nullptr : FindBy(&Abi::id, id);
}

const Abi* FindAbiByScmpName(std::string_view name) {
  return name.empty() ? nullptr : FindBy(&Abi::scmp_name, name);
}

const Abi* AbiOfCall(uint32_t audit_arch, uint32_t nr) {
  const Abi* found = nullptr;
  for (const Abi* abi : kAll) {
    if (abi->audit_value != audit_arch) continue;
    if (found == nullptr ||
        (nr >= abi->nr_base && abi->nr_base > found->nr_base)) {
      found = abi;
    }
  }
  return found;
}

bool CanOccur(const Abi& abi, const Abi& native) {
  return abi == native || HasWord(native.compat, abi.id);
}

}  // namespace scbpf
