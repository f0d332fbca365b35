// In which order a diagram tests the bits of a system call.
#ifndef SCBPF_PROOF_ORDER_H_
#define SCBPF_PROOF_ORDER_H_

#include <array>
#include <cstdint>

#include "scbpf/call.h"

namespace scbpf {

// The words of struct seccomp_data, by offset / 4.
enum : uint32_t { kNrWord = 0, kArchWord = 1, kIpWord = 2, kArgWord = 4 };

// arch, nr, the arguments in the order chosen, the instruction pointer; each
// with its most significant bit first.
struct Order {
  std::array<uint8_t, 6> args{0, 1, 2, 3, 4, 5};

  bool operator==(const Order&) const = default;
};

inline constexpr uint32_t kArchLevel = 0;
inline constexpr uint32_t kNrLevel = 32;
inline constexpr uint32_t kArgsLevel = 64;
inline constexpr uint32_t kIpLevel = 448;

inline uint32_t LevelOfArg(const Order& order, uint32_t arg) {
  uint32_t place = 0;
  while (order.args[place] != arg) ++place;
  return kArgsLevel + 64 * place;
}

// The level of the most significant bit of a word.
inline uint32_t LevelOfWord(const Order& order, uint32_t word) {
  if (word == kNrWord) return kNrLevel;
  if (word == kArchWord) return kArchLevel;
  const uint32_t low_word = word % 2 == 0 ? 32 : 0;
  if (word < kArgWord) return kIpLevel + low_word;
  return LevelOfArg(order, (word - kArgWord) / 2) + low_word;
}

// Sets the bit that `level` stands for.
inline void SetBit(const Order& order, uint32_t level, Call* call) {
  if (level < kNrLevel) {
    call->arch |= 0x80000000u >> level;
  } else if (level < kArgsLevel) {
    call->nr |= 0x80000000u >> (level - kNrLevel);
  } else if (level >= kIpLevel) {
    call->instruction_pointer |= (uint64_t{1} << 63) >> (level - kIpLevel);
  } else {
    call->args[order.args[(level - kArgsLevel) / 64]] |=
        (uint64_t{1} << 63) >> (level - kArgsLevel) % 64;
  }
}

}  // namespace scbpf

#endif  // SCBPF_PROOF_ORDER_H_
