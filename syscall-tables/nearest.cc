// The candidate that a mistyped word was meant to be.
#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "syscall-tables/names.h"

namespace scbpf {
namespace {

constexpr size_t kLongest = 64;

// How many edits a word of this length may be away.
constexpr size_t LimitFor(size_t length) {
  if (length < 3) return 0;
  if (length < 5) return 1;
  return length < 12 ? 2 : 3;
}

size_t CommonPrefix(std::string_view a, std::string_view b) {
  const size_t length = std::min(a.size(), b.size());
  size_t same = 0;
  while (same < length &&
         absl::ascii_tolower(a[same]) == absl::ascii_tolower(b[same])) {
    ++same;
  }
  return same;
}

// Insertions, deletions, replacements and swaps of neighbours that turn `a`
// into `b`, case ignored; both at most kLongest long.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::array<std::array<uint8_t, kLongest + 1>, 3> rows{};
  for (size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<uint8_t>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    const auto& two_above = rows[(i + 1) % 3];
    row[0] = static_cast<uint8_t>(i);
    const char x = absl::ascii_tolower(a[i - 1]);
    for (size_t j = 1; j <= b.size(); ++j) {
      const char y = absl::ascii_tolower(b[j - 1]);
      int best = std::min(
          {above[j] + 1, row[j - 1] + 1, above[j - 1] + (x == y ? 0 : 1)});
      if (i > 1 && j > 1 && x == absl::ascii_tolower(b[j - 2]) &&
          y == absl::ascii_tolower(a[i - 2])) {
        best = std::min(best, two_above[j - 2] + 1);
      }
      row[j] = static_cast<uint8_t>(best);
    }
  }
  return rows[a.size() % 3][b.size()];
}

// Whether all that `candidate` has past a word of `length` is a number, as
// pread64 has past pread: one thing left out, however long.
bool AddsDigits(std::string_view candidate, size_t same, size_t length) {
  return same == length && length < candidate.size() &&
         std::all_of(candidate.begin() + length, candidate.end(),
                     absl::ascii_isdigit);
}

}  // namespace

std::string_view NearestName(std::string_view word,
                             std::span<const std::string_view> candidates) {
  if (word.size() > kLongest) return {};
  const size_t limit = LimitFor(word.size());
  std::string_view nearest;
  size_t least = limit + 1;
  size_t prefix = 0;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kLongest || candidate.size() + limit < word.size() ||
        word.size() + limit < candidate.size()) {
      continue;
    }
    const size_t same = CommonPrefix(word, candidate);
    const size_t distance = AddsDigits(candidate, same, word.size())
                                ? 1
                                : EditDistance(word, candidate);
    if (distance > limit || distance > least) continue;
    if (distance == least && same <= prefix) continue;
    nearest = candidate;
    least = distance;
    prefix = same;
  }
  return nearest;
}

}  // namespace scbpf
