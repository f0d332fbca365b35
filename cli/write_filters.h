// Writing filters in the format that --format asks for.
#ifndef SCBPF_CLI_WRITE_FILTERS_H_
#define SCBPF_CLI_WRITE_FILTERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/command_line.h"
#include "cli/write_output.h"
#include "compiler/filter_document.h"

namespace scbpf::cli {

enum class FilterFormat : uint8_t { kRaw, kBase64, kHex, kC, kAsm, kJson };

// Adds --format to `line`.
void AddFormatOption(CommandLine& line, FilterFormat& format);

// What the filters are called and who takes them.
struct FilterTarget {
  std::string source;       // the file they come from: names in C
  bool big_endian = false;  // the byte order of raw, base64 and hex
};

// Writes the stack `filters`, the newest last. Several raw filters go to a new
// directory, 0.bpf (the oldest), 1.bpf, ...: all of them, or nothing. Errors:
// WriteOutput's; InvalidArgument: several filters in a format that holds one.
absl::Status WriteFilters(const Output& output, FilterFormat format,
                          const FilterTarget& target,
                          const std::vector<FilterRecord>& filters);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_WRITE_FILTERS_H_
