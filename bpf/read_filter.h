// Tells files of filters from other files. Reading them: scbpf/filter.h.
#ifndef SCBPF_BPF_READ_FILTER_H_
#define SCBPF_BPF_READ_FILTER_H_

#include <cstdint>
#include <string_view>

#include "scbpf/filter.h"  // IWYU pragma: export

namespace scbpf {

// What a file's bytes look like. kJsonFilter: an object with a member
// "scbpf", which holds filters; kJson: any other JSON, right or wrong;
// kText: text that is none of these, and no base64 or hexadecimal.
enum class FileKind : uint8_t {
  kJson,
  kJsonFilter,
  kRawFilter,
  kBase64Filter,
  kHexFilter,
  kText,
  kOther,
};
FileKind SniffFile(std::string_view bytes);

}  // namespace scbpf

#endif  // SCBPF_BPF_READ_FILTER_H_
