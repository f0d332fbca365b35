// Rows of text with their columns aligned.
#ifndef SCBPF_CLI_COLUMNS_H_
#define SCBPF_CLI_COLUMNS_H_

#include <string>
#include <vector>

namespace scbpf::cli {

// A line for each row, columns two blanks apart, none at a line's end. A column
// is padded to at most `most`: a longer field pushes its own line alone.
std::string Columns(const std::vector<std::vector<std::string>>& rows,
                    size_t most = 48);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_COLUMNS_H_
