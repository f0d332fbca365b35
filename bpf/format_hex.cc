// A filter's bytes in hexadecimal.
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "bpf/formats.h"
#include "bpf/read_filter.h"

namespace scbpf {

std::string FormatHex(std::span<const Instruction> program, bool big_endian) {
  std::string text;
  for (const Instruction& in : program) {
    const std::string bytes = EncodeRaw({&in, 1}, big_endian);
    absl::StrAppend(&text, absl::BytesToHexString(bytes), "\n");
  }
  return text;
}

}  // namespace scbpf
