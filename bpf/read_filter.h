// Tells files of filters from other files. Reading them: scbpf/filter.h.
#ifndef SCBPF_BPF_READ_FILTER_H_
#define SCBPF_BPF_READ_FILTER_H_

#include <cstdint>
#include <string_view>

#include "scbpf/filter.h"  // IWYU pragma: export

namespace scbpf {

// What a file's bytes look like. kJsonFilter: an object with a member
// "scbpf", which holds filters; kJson: any other JSON, right or wrong.
enum class FileKind : uint8_t {
  kJson,
  kJsonFilter,
  kRawFilter,
  kBase64Filter,
  kHexFilter,
  kOther,
};
FileKind SniffFile(std::string_view bytes);

}  // namespace scbpf

#endif  // SCBPF_BPF_READ_FILTER_H_
