// Tables of the keys of a profile (docs/semantics.md section 1).
#include "compiler/read_slots.h"

#include <array>

namespace scbpf {
namespace {

constexpr std::array kRootKeys = {
    Slot::kDefaultAction, Slot::kDefaultErrnoRet,  Slot::kDefaultErrno,
    Slot::kArchitectures, Slot::kArchMap,          Slot::kFlags,
    Slot::kListenerPath,  Slot::kListenerMetadata, Slot::kSyscalls};
constexpr std::array kRowKeys = {Slot::kRowArchitecture,
                                 Slot::kSubArchitectures};
constexpr std::array kEntryKeys = {
    Slot::kNames, Slot::kAction,   Slot::kArgs,     Slot::kComment, Slot::kName,
    Slot::kErrno, Slot::kErrnoRet, Slot::kIncludes, Slot::kExcludes};
constexpr std::array kArgKeys = {Slot::kIndex, Slot::kValue, Slot::kValueTwo,
                                 Slot::kOp};
constexpr std::array kFilterKeys = {Slot::kArches, Slot::kCaps,
                                    Slot::kMinKernel};

// Lower case; U+017F and U+212A fold to the letters they look like.
std::string Fold(std::string_view key) {
  std::string out;
  for (size_t i = 0; i < key.size(); ++i) {
    const char c = key[i];
    if (key.substr(i, 2) == "\xc5\xbf") {
      out += 's';
      i += 1;
    } else if (key.substr(i, 3) == "\xe2\x84\xaa") {
      out += 'k';
      i += 2;
    } else {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return out;
}

}  // namespace

constexpr std::array<SlotFacts, kSlotCount> kSlotFacts = {{
    SlotFacts{"", Shape::kAny, "a value"},
    SlotFacts{"", Shape::kObject, "an object"},
    SlotFacts{"defaultAction", Shape::kString,
              "an action, as \"SCMP_ACT_ERRNO\""},
    SlotFacts{"defaultErrnoRet", Shape::kNumber, "a number"},
    SlotFacts{"defaultErrno", Shape::kString, "an errno name, as \"EPERM\""},
    SlotFacts{"architectures", Shape::kArray, "an array of architecture names",
              Slot::kArchitecture},
    SlotFacts{"archMap", Shape::kArray, "an array of objects",
              Slot::kArchMapRow},
    SlotFacts{"flags", Shape::kArray, "an array of flag names", Slot::kFlag},
    SlotFacts{"listenerPath", Shape::kString, "a path"},
    SlotFacts{"listenerMetadata", Shape::kString, "a string"},
    SlotFacts{"syscalls", Shape::kArray, "an array of entries", Slot::kEntry},
    SlotFacts{"", Shape::kString, "an architecture, as \"SCMP_ARCH_X86_64\""},
    SlotFacts{"", Shape::kObject,
              "an object of architecture and subArchitectures"},
    SlotFacts{"architecture", Shape::kString,
              "an architecture, as \"SCMP_ARCH_X86_64\""},
    SlotFacts{"subArchitectures", Shape::kArray,
              "an array of architecture names", Slot::kSubArchitecture},
    SlotFacts{"", Shape::kString, "an architecture, as \"SCMP_ARCH_X86\""},
    SlotFacts{"", Shape::kString, "a flag, as \"SECCOMP_FILTER_FLAG_LOG\""},
    SlotFacts{"", Shape::kObject, "an object of names, action, ..."},
    SlotFacts{"names", Shape::kArray, "an array of syscall names",
              Slot::kNameItem},
    SlotFacts{"", Shape::kString, "a syscall name"},
    SlotFacts{"name", Shape::kString, "a syscall name"},
    SlotFacts{"action", Shape::kString, "an action, as \"SCMP_ACT_ALLOW\""},
    SlotFacts{"errnoRet", Shape::kNumber, "a number"},
    SlotFacts{"errno", Shape::kString, "an errno name, as \"EPERM\""},
    SlotFacts{"args", Shape::kArray, "an array of conditions", Slot::kArg},
    SlotFacts{"", Shape::kObject, "an object of index, value, op"},
    SlotFacts{"comment", Shape::kString, "a string"},
    SlotFacts{"includes", Shape::kObject,
              "an object of arches, caps, minKernel"},
    SlotFacts{"excludes", Shape::kObject,
              "an object of arches, caps, minKernel"},
    SlotFacts{"index", Shape::kNumber, "a number from 0 to 5"},
    SlotFacts{"value", Shape::kNumber, "a number from 0 to 2^64-1"},
    SlotFacts{"valueTwo", Shape::kNumber, "a number from 0 to 2^64-1"},
    SlotFacts{"op", Shape::kString, "an operator, as \"SCMP_CMP_EQ\""},
    SlotFacts{"arches", Shape::kArray, "an array of architectures",
              Slot::kFilterArch},
    SlotFacts{"", Shape::kString, "an architecture, as \"amd64\""},
    SlotFacts{"caps", Shape::kArray, "an array of capabilities",
              Slot::kFilterCap},
    SlotFacts{"", Shape::kString, "a capability, as \"CAP_SYS_ADMIN\""},
    SlotFacts{"minKernel", Shape::kString, "a version, as \"4.8\""},
}};

KeyOwner OwnerOf(Slot slot) {
  constexpr uint64_t kDockers = BitOf(Slot::kArchMap) | BitOf(Slot::kName) |
                                BitOf(Slot::kComment) | BitOf(Slot::kIncludes) |
                                BitOf(Slot::kExcludes);
  constexpr uint64_t kPodmans =
      BitOf(Slot::kErrno) | BitOf(Slot::kDefaultErrno);
  if ((BitOf(slot) & kDockers) != 0) return KeyOwner::kDocker;
  if ((BitOf(slot) & kPodmans) != 0) return KeyOwner::kPodman;
  return KeyOwner::kEveryone;
}

std::span<const Slot> KeysOf(Slot object) {
  if (object == Slot::kEntry) return kEntryKeys;
  if (object == Slot::kArg) return kArgKeys;
  if (object == Slot::kRoot) return kRootKeys;
  if (object == Slot::kArchMapRow) return kRowKeys;
  if (object == Slot::kIncludes || object == Slot::kExcludes) {
    return kFilterKeys;
  }
  return {};
}

Slot FindKey(Slot object, std::string_view key) {
  for (const Slot slot : KeysOf(object)) {
    const std::string_view each = FactsOf(slot).key;
    // Sizes and first letters tell almost all of them apart.
    if (each.size() == key.size() && each[0] == key[0] && each == key) {
      return slot;
    }
  }
  return Slot::kUnknown;
}

Slot FindKeyFolded(Slot object, std::string_view key) {
  const std::string folded = Fold(key);
  for (const Slot slot : KeysOf(object)) {
    if (Fold(FactsOf(slot).key) == folded) return slot;
  }
  return Slot::kUnknown;
}

}  // namespace scbpf
