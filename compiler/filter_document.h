// Filters as a JSON document: what `--format json` writes, docs/json.md.
#ifndef SCBPF_COMPILER_FILTER_DOCUMENT_H_
#define SCBPF_COMPILER_FILTER_DOCUMENT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scbpf/diagnostic.h"
#include "scbpf/program.h"

namespace scbpf {

// A filter and where it comes from.
struct FilterRecord {
  Filter filter;
  std::vector<std::string> abis{};  // ids, the native one first; may be empty
  std::string source_sha256{};      // of its source, in hex; may be empty

  bool operator==(const FilterRecord&) const = default;
};

// The document of a stack, the newest filter last.
std::string FormatFilterDocument(const std::vector<FilterRecord>& stack);

// Reads such a document; never an empty stack. nullopt: it is wrong, and
// `findings`, which are appended to, say how: JSON syntax, missing or mistyped
// members, unknown flags and ABIs, programs that the kernel refuses. Members
// with an unknown name are warned of and passed over.
std::optional<std::vector<FilterRecord>> ReadFilterDocument(
    std::string_view text, Diagnostics& findings);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_FILTER_DOCUMENT_H_
