// Any text -> the reader of profiles and back: the normal form of a normal
// form is itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "scbpf/diagnostic.h"
#include "scbpf/profile.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  scbpf::Diagnostics findings;
  const auto profile =
      scbpf::ParseProfile(text, scbpf::Dialect::kAuto, findings);
  scbpf::FormatDiagnostics(text, findings, {"text", true});
  if (!profile) {
    if (scbpf::CountErrors(findings) == 0) std::abort();
    return 0;
  }
  const std::string written = scbpf::FormatProfile(*profile);
  scbpf::Diagnostics again;
  const auto read = scbpf::ParseProfile(written, profile->dialect, again);
  if (!read || scbpf::FormatProfile(*read) != written) std::abort();
  return 0;
}
