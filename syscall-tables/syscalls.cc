// Look-ups in the table of system calls: a hash table of the names and, for
// each ABI, its numbers in order. All of it is made at compile time.
#include "syscall-tables/syscalls.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

namespace scbpf {
namespace {

constexpr int16_t kNone = -1;

enum Way : uint8_t { kDirect, kSocketcall, kIpc };

struct Version {
  uint8_t major = 0;
  uint8_t minor = 0;
};

// One name on the ABIs of kColumns.
struct Row {
  std::array<int16_t, 3> numbers;  // without the ABI's base; kNone
  std::array<Version, 3> since;    // {}: not known
  Way way;                         // how a multiplexer reaches the call
  uint8_t call;                    // ... by this number
};

#include "syscall-tables/syscalls.inc"

constexpr size_t kRowCount = std::size(kRows);
constexpr size_t kColumnCount = std::size(kColumns);
static_assert(kRowCount == std::size(kNames));
static_assert(std::is_sorted(std::begin(kNames), std::end(kNames)));

// Open addressing; a slot holds a row's place plus one.
constexpr size_t kSlotCount = 2048;

constexpr size_t SlotOf(std::string_view name) {
  uint32_t hash = 2166136261u;  // FNV-1a
  for (const char c : name) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 16777619u;
  }
  return (hash ^ hash >> 15) % kSlotCount;
}

constexpr auto kSlots = [] {
  std::array<uint16_t, kSlotCount> slots{};
  for (size_t row = 0; row < kRowCount; ++row) {
    size_t slot = SlotOf(kNames[row]);
    while (slots[slot] != 0) slot = (slot + 1) % kSlotCount;
    slots[slot] = static_cast<uint16_t>(row + 1);
  }
  return slots;
}();

constexpr uint32_t kBases[kColumnCount] = {0, 0, 0x40000000};

template <size_t kColumn>
constexpr auto ByNumber() {
  constexpr size_t kCount = std::count_if(
      std::begin(kRows), std::end(kRows),
      [](const Row& row) { return row.numbers[kColumn] != kNone; });
  std::array<NumberedCall, kCount> all{};
  size_t next = 0;
  for (size_t row = 0; row < kRowCount; ++row) {
    const int16_t number = kRows[row].numbers[kColumn];
    if (number == kNone) continue;
    all[next++] = {static_cast<uint32_t>(number) + kBases[kColumn],
                   static_cast<uint16_t>(row)};
  }
  std::sort(all.begin(), all.end(),
            [](const NumberedCall& a, const NumberedCall& b) {
              return a.number < b.number;
            });
  return all;
}

template <size_t kCount>
constexpr auto NumbersAlone(const std::array<NumberedCall, kCount>& all) {
  std::array<uint32_t, kCount> numbers{};
  std::transform(all.begin(), all.end(), numbers.begin(),
                 [](const NumberedCall& entry) { return entry.number; });
  return numbers;
}

constexpr auto kNumbered0 = ByNumber<0>();
constexpr auto kNumbered1 = ByNumber<1>();
constexpr auto kNumbered2 = ByNumber<2>();
constexpr auto kNumbers0 = NumbersAlone(kNumbered0);
constexpr auto kNumbers1 = NumbersAlone(kNumbered1);
constexpr auto kNumbers2 = NumbersAlone(kNumbered2);

constexpr std::span<const NumberedCall> kNumbered[kColumnCount] = {
    kNumbered0, kNumbered1, kNumbered2};
constexpr std::span<const uint32_t> kNumbers[kColumnCount] = {
    kNumbers0, kNumbers1, kNumbers2};

// kColumnCount: the tables do not have the ABI.
size_t ColumnOf(const Abi& abi) {
  return abi.has_table ? abi.column : kColumnCount;
}

// Whether another ABI answers to the same audit token and comes first.
bool SharesToken(const Abi& abi) {
  const Abi* const first = AbiOfCall(abi.audit_value, 0);
  return first != nullptr && !(*first == abi);
}

}  // namespace

std::optional<size_t> FindSyscall(std::string_view name) {
  for (size_t slot = SlotOf(name); kSlots[slot] != 0;
       slot = (slot + 1) % kSlotCount) {
    const size_t row = kSlots[slot] - 1u;
    if (kNames[row] == name) return row;
  }
  return std::nullopt;
}

int64_t RawNumberAt(const Abi& abi, size_t place) {
  const size_t column = ColumnOf(abi);
  if (column == kColumnCount || place >= kRowCount) return -1;
  const int16_t number = kRows[place].numbers[column];
  if (number == kNone) return -1;
  return int64_t{kBases[column]} + number;
}

std::optional<uint32_t> NumberOf(const Abi& abi, std::string_view name) {
  const std::optional<size_t> place = FindSyscall(name);
  if (!place) return std::nullopt;
  return NumberAt(abi, *place);
}

std::string_view NameOf(const Abi& abi, uint32_t nr) {
  const size_t column = ColumnOf(abi);
  if (column == kColumnCount) return {};
  const std::span<const NumberedCall> all = kNumbered[column];
  const auto at =
      std::lower_bound(all.begin(), all.end(), nr,
                       [](const NumberedCall& entry, uint32_t number) {
                         return entry.number < number;
                       });
  if (at == all.end() || at->number != nr) return {};
  return kNames[at->place];
}

std::optional<KernelVersion> Since(const Abi& abi, std::string_view name) {
  const size_t column = ColumnOf(abi);
  const std::optional<size_t> place = FindSyscall(name);
  if (column == kColumnCount || !place) return std::nullopt;
  const Version since = kRows[*place].since[column];
  if (since.major == 0) return std::nullopt;
  return KernelVersion{since.major, since.minor};
}

bool IsSyscallName(std::string_view name) {
  return FindSyscall(name).has_value();
}

std::span<const std::string_view> AllSyscallNames() { return kNames; }

std::span<const uint32_t> NumbersOf(const Abi& abi) {
  const size_t column = ColumnOf(abi);
  if (column == kColumnCount) return {};
  return kNumbers[column];
}

std::span<const NumberedCall> CallsOf(const Abi& abi) {
  const size_t column = ColumnOf(abi);
  if (column == kColumnCount) return {};
  return kNumbered[column];
}

std::string_view NameAt(size_t place) { return kNames[place]; }

KernelVersion NewestKernel() { return kNewest; }

std::optional<MultiplexedCall> MultiplexedAt(size_t place) {
  if (place >= kRowCount || kRows[place].way == kDirect) return std::nullopt;
  return MultiplexedCall{kRows[place].way == kIpc, kRows[place].call};
}

std::optional<MultiplexedCall> FindMultiplexed(std::string_view name) {
  const std::optional<size_t> place = FindSyscall(name);
  if (!place) return std::nullopt;
  return MultiplexedAt(*place);
}

std::string DescribeNumber(const Abi& abi, uint32_t nr) {
  const std::string_view name = NameOf(abi, nr);
  // Numbers far from any call are told as they stand in seccomp_data.
  constexpr uint32_t kReach = 4096;
  if (!SharesToken(abi) || nr < abi.nr_base || nr - abi.nr_base >= kReach) {
    return name.empty() ? absl::StrCat(nr) : std::string(name);
  }
  return absl::StrCat(
      std::string(abi.id), " ",
      name.empty() ? absl::StrCat(nr - abi.nr_base) : std::string(name));
}

}  // namespace scbpf
