// A set of small numbers that is walked in order.
#ifndef SCBPF_COMPILER_INDEX_SET_H_
#define SCBPF_COMPILER_INDEX_SET_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace scbpf {

// Numbers below `bound`. Finding the next one looks at a bit for each 64 of
// them.
class IndexSet {
 public:
  explicit IndexSet(uint32_t bound)
      : bound_(bound),
        blocks_(bound / 4096 + 1),
        words_(blocks_ + bound / 64 + 1) {}

  void Insert(uint32_t i) {
    words_[blocks_ + i / 64] |= uint64_t{1} << (i % 64);
    words_[i / 4096] |= uint64_t{1} << (i / 64 % 64);
  }

  void Erase(uint32_t i) {
    words_[blocks_ + i / 64] &= ~(uint64_t{1} << (i % 64));
    if (words_[blocks_ + i / 64] != 0) return;
    words_[i / 4096] &= ~(uint64_t{1} << (i / 64 % 64));
  }

  // The least one from `i` on; the bound: there is none.
  uint32_t Next(uint32_t i) const {
    if (i >= bound_) return bound_;
    size_t word = i / 64;
    uint64_t bits = From(words_[blocks_ + word], i % 64);
    if (bits == 0) {
      size_t block = ++word / 64;
      if (block == blocks_) return bound_;
      bits = From(words_[block], word % 64);
      while (bits == 0) {
        if (++block == blocks_) return bound_;
        bits = words_[block];
      }
      word = block * 64 + static_cast<size_t>(std::countr_zero(bits));
      bits = words_[blocks_ + word];
    }
    return static_cast<uint32_t>(word * 64) +
           static_cast<uint32_t>(std::countr_zero(bits));
  }

 private:
  static uint64_t From(uint64_t bits, size_t first) {
    return bits & ~uint64_t{0} << first;
  }

  uint32_t bound_;
  size_t blocks_;  // of 64 words
  // For each block which of its words are not 0, then the words.
  std::vector<uint64_t> words_;
};

}  // namespace scbpf

#endif  // SCBPF_COMPILER_INDEX_SET_H_
