// UnifiedDiff: the lines that changed, with their neighbours.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/edit_profile.h"

namespace scbpf {
namespace {

using Lines = std::vector<std::string_view>;

// With their line breaks; the last one may have none.
Lines SplitLines(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

// Lines [a, a_end) of one side stand for lines [b, b_end) of the other.
struct Change {
  size_t a = 0, a_end = 0, b = 0, b_end = 0;
};

// The changes between the parts that differ, by the longest common lines;
// as one change where that would take long.
std::vector<Change> FindChanges(const Lines& a, const Lines& b) {
  constexpr size_t kMost = size_t{4} << 20;
  size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
    ++tail;
  }
  const size_t rows = a.size() - head - tail;
  const size_t columns = b.size() - head - tail;
  if (rows == 0 && columns == 0) return {};
  if ((rows + 1) * (columns + 1) > kMost) {
    return {{head, head + rows, head, head + columns}};
  }
  // longest[i][j]: of the lines from i and j on.
  const size_t width = columns + 1;
  std::vector<uint32_t> longest((rows + 1) * width, 0);
  for (size_t i = rows; i-- > 0;) {
    for (size_t j = columns; j-- > 0;) {
      longest[i * width + j] = a[head + i] == b[head + j]
                                   ? longest[(i + 1) * width + j + 1] + 1
                                   : std::max(longest[(i + 1) * width + j],
                                              longest[i * width + j + 1]);
    }
  }
  std::vector<Change> changes;
  size_t i = 0;
  size_t j = 0;
  while (i < rows || j < columns) {
    if (i < rows && j < columns && a[head + i] == b[head + j]) {
      ++i;
      ++j;
      continue;
    }
    Change change{head + i, 0, head + j, 0};
    while ((i < rows || j < columns) &&
           !(i < rows && j < columns && a[head + i] == b[head + j])) {
      if (i < rows && (j == columns || longest[(i + 1) * width + j] >=
                                           longest[i * width + j + 1])) {
        ++i;
      } else {
        ++j;
      }
    }
    change.a_end = head + i;
    change.b_end = head + j;
    changes.push_back(change);
  }
  return changes;
}

void AppendLine(char mark, std::string_view line, std::string& out) {
  out += mark;
  out += line;
  if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

std::string RangeText(size_t first, size_t count) {
  std::string text = std::to_string(count == 0 ? first : first + 1);
  if (count != 1) text.append(",").append(std::to_string(count));
  return text;
}

constexpr size_t kContext = 3;

// The changes [from, to), which stand near each other, as one hunk.
std::string Hunk(const Lines& a, const Lines& b,
                 const std::vector<Change>& changes, size_t from, size_t to) {
  const size_t before = std::min(changes[from].a, kContext);
  const size_t first = changes[from].a - before;
  const size_t last = std::min(changes[to - 1].a_end + kContext, a.size());
  const size_t after = last - changes[to - 1].a_end;
  const size_t b_first = changes[from].b - before;
  const size_t b_last = changes[to - 1].b_end + after;
  std::string text = "@@ -" + RangeText(first, last - first) + " +" +
                     RangeText(b_first, b_last - b_first) + " @@\n";
  size_t at = first;
  for (size_t c = from; c < to; ++c) {
    for (; at < changes[c].a; ++at) AppendLine(' ', a[at], text);
    for (; at < changes[c].a_end; ++at) AppendLine('-', a[at], text);
    for (size_t k = changes[c].b; k < changes[c].b_end; ++k) {
      AppendLine('+', b[k], text);
    }
  }
  for (; at < last; ++at) AppendLine(' ', a[at], text);
  return text;
}

}  // namespace

std::string UnifiedDiff(std::string_view before, std::string_view after,
                        std::string_view file) {
  const Lines a = SplitLines(before);
  const Lines b = SplitLines(after);
  const std::vector<Change> changes = FindChanges(a, b);
  if (changes.empty()) return "";
  std::string text =
      "--- " + std::string(file) + "\n+++ " + std::string(file) + "\n";
  for (size_t from = 0; from < changes.size();) {
    size_t to = from + 1;
    while (to < changes.size() &&
           changes[to].a - changes[to - 1].a_end <= 2 * kContext) {
      ++to;
    }
    text += Hunk(a, b, changes, from, to);
    from = to;
  }
  return text;
}

}  // namespace scbpf
