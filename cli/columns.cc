// Aligns columns.
#include "cli/columns.h"

#include <algorithm>

namespace scbpf::cli {

std::string Columns(const std::vector<std::vector<std::string>>& rows,
                    size_t most) {
  std::vector<size_t> widths;
  for (const std::vector<std::string>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], std::min(row[i].size(), most));
    }
  }
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      std::string field = row[i];
      field.resize(std::max(field.size(), widths[i]), ' ');
      line += field + "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace scbpf::cli
