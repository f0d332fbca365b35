// Filters as files: raw sock_filter[], or base64 or hexadecimal of it.
#ifndef SCBPF_BPF_READ_FILTER_H_
#define SCBPF_BPF_READ_FILTER_H_

#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "scbpf/program.h"

namespace scbpf {

// The bytes of `program` as a little- or big-endian kernel takes them.
std::string EncodeRaw(std::span<const Instruction> program,
                      bool big_endian = false);

// Standard base64 of EncodeRaw, without line breaks.
std::string EncodeBase64(std::span<const Instruction> program,
                         bool big_endian = false);

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

// Reads raw bytes, base64 (both alphabets) or hexadecimal, blanks ignored, and
// checks the program as the kernel would. InvalidArgument says what the bytes
// are instead: empty, an ELF file, JSON, a wrong size, too long, a filter of
// the other byte order, a program the kernel refuses.
absl::StatusOr<Program> ReadFilter(std::string_view bytes);

}  // namespace scbpf

#endif  // SCBPF_BPF_READ_FILTER_H_
