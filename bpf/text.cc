// Small pieces of text that several rooms write alike.
#include "bpf/text.h"

#include "absl/strings/str_cat.h"

namespace scbpf {

std::string Hex(uint64_t value) { return absl::StrCat("0x", absl::Hex(value)); }

std::string Count(uint64_t count, const char* noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

}  // namespace scbpf
