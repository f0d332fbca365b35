// Names of error numbers.
#include <algorithm>

#include "syscall-tables/names.h"

namespace scbpf {
namespace {

struct ErrnoRow {
  std::string_view name;
  uint16_t number;
};

#include "syscall-tables/errnos.inc"

}  // namespace

std::optional<uint16_t> ErrnoByName(std::string_view name) {
  const auto* const row = std::lower_bound(
      std::begin(kByName), std::end(kByName), name,
      [](const ErrnoRow& a, std::string_view b) { return a.name < b; });
  if (row == std::end(kByName) || row->name != name) return std::nullopt;
  return row->number;
}

std::string_view ErrnoName(uint16_t error) {
  const auto* const row = std::lower_bound(
      std::begin(kByNumber), std::end(kByNumber), error,
      [](const ErrnoRow& a, uint16_t b) { return a.number < b; });
  if (row == std::end(kByNumber) || row->number != error) return {};
  return row->name;
}

}  // namespace scbpf
