// The places of a profile: which keys an object has, what each of them holds.
#ifndef SCBPF_COMPILER_READ_SLOTS_H_
#define SCBPF_COMPILER_READ_SLOTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace scbpf {

// A place where a value stands: behind a key, or as an item of an array.
enum class Slot : uint8_t {
  kUnknown,  // a key that no profile has
  kRoot,
  kDefaultAction,
  kDefaultErrnoRet,
  kDefaultErrno,
  kArchitectures,
  kArchMap,
  kFlags,
  kListenerPath,
  kListenerMetadata,
  kSyscalls,
  kArchitecture,
  kArchMapRow,
  kRowArchitecture,
  kSubArchitectures,
  kSubArchitecture,
  kFlag,
  kEntry,
  kNames,
  kNameItem,
  kName,
  kAction,
  kErrnoRet,
  kErrno,
  kArgs,
  kArg,
  kComment,
  kIncludes,
  kExcludes,
  kIndex,
  kValue,
  kValueTwo,
  kOp,
  kArches,
  kFilterArch,
  kCaps,
  kFilterCap,
  kMinKernel,
};

enum class Shape : uint8_t { kAny, kString, kNumber, kArray, kObject };

struct SlotFacts {
  std::string_view key;  // "" for an item
  Shape shape = Shape::kAny;
  std::string_view what;       // "an array of syscall names"
  Slot item = Slot::kUnknown;  // of an array
};

// Whose key it is where not every runtime reads it.
enum class KeyOwner : uint8_t { kEveryone, kDocker, kPodman };

inline constexpr size_t kSlotCount = static_cast<size_t>(Slot::kMinKernel) + 1;
extern const std::array<SlotFacts, kSlotCount> kSlotFacts;

inline const SlotFacts& FactsOf(Slot slot) {
  return kSlotFacts[static_cast<size_t>(slot)];
}
KeyOwner OwnerOf(Slot slot);

// The slots that an object has as keys; empty for other slots.
std::span<const Slot> KeysOf(Slot object);

// The slot of `key` in `object`, exactly spelled; kUnknown: none.
Slot FindKey(Slot object, std::string_view key);

// The slot whose key is `key` but for case, as Go's encoding/json folds it.
Slot FindKeyFolded(Slot object, std::string_view key);

constexpr uint64_t BitOf(Slot slot) {
  return uint64_t{1} << static_cast<unsigned>(slot);
}

}  // namespace scbpf

#endif  // SCBPF_COMPILER_READ_SLOTS_H_
