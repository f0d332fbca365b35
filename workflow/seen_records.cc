// Two tables of fixed size, each slot found by its hash.
#include "workflow/seen_records.h"

#include <algorithm>

namespace scbpf {
namespace {

constexpr size_t kSerialSlots = size_t{1} << 19;  // 8 MiB
constexpr size_t kTextSlots = size_t{1} << 16;
constexpr size_t kWays = 4;

uint64_t Mix(uint64_t value) {
  value *= 0x9e3779b97f4a7c15u;
  return value ^ (value >> 29);
}

// The slot with the key, or an empty one, or the one to be given up: all of
// the few that stand together.
template <typename Slot, typename Matches>
Slot& FindSlot(std::vector<Slot>& slots, uint64_t hash, Matches matches) {
  const size_t base = (hash % slots.size()) & ~(kWays - 1);
  for (size_t way = 0; way < kWays; ++way) {
    if (matches(slots[base + way])) return slots[base + way];
  }
  Slot& victim = slots[base + (hash >> 60) % kWays];
  victim = {};
  return victim;
}

}  // namespace

SeenRecords::SeenRecords() = default;

bool SeenRecords::IsKnownSerial(int64_t time_ms, uint64_t serial) {
  if (serials_.empty()) serials_.resize(kSerialSlots);
  // Times in a local zone, as `ausearch -i` has them, are off by quarters of
  // an hour.
  const auto second = static_cast<uint64_t>(time_ms / 1000 % 900);
  const uint64_t key = ((serial >> 6) << 10 | second) + 1;
  Serials& slot = FindSlot(serials_, Mix(key), [key](const Serials& each) {
    return each.key == key || each.key == 0;
  });
  slot.key = key;
  const uint64_t bit = uint64_t{1} << (serial & 63);
  const bool known = (slot.bits & bit) != 0;
  slot.bits |= bit;
  return known;
}

bool SeenRecords::IsKnownText(const Record& record) {
  if (texts_.empty()) texts_.resize(kTextSlots);
  const uint64_t hash = record.text_hash | 1;
  Text& slot = FindSlot(texts_, Mix(hash), [hash](const Text& each) {
    return each.hash == hash || each.hash == 0;
  });
  slot.hash = hash;
  uint32_t& mine = record.serial ? slot.with_serial : slot.without_serial;
  const uint32_t other = record.serial ? slot.without_serial : slot.with_serial;
  return ++mine <= other;
}

bool SeenRecords::IsCopy(const Record& record) {
  if (record.serial && record.time_ms &&
      IsKnownSerial(*record.time_ms, *record.serial)) {
    return true;
  }
  return record.text_hash != 0 && IsKnownText(record);
}

}  // namespace scbpf
