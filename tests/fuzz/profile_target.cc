// Profile text -> Compile with the proof on. Whatever the text, the answer is
// a status; a filter that is not its profile (Internal) is a crash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "scbpf/compile.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  scbpf::CompileOptions options;
  options.target.capabilities = scbpf::DockerCapabilities();
  // The last byte chooses among targets, so that one corpus serves them all.
  const uint8_t choice = size == 0 ? 0 : data[size - 1];
  if ((choice & 1) != 0) options.target.multiplex = scbpf::Multiplex::kStrict;
  if ((choice & 2) != 0) options.target.int_args = scbpf::IntArgs::kKernel;
  if ((choice & 4) != 0) {
    options.target.unknown_syscalls = scbpf::UnknownSyscalls::kEnosys;
  }
  if ((choice & 8) != 0) {
    options.target.abis = {"x86_64", "x86", "x32"};
  }
  options.budget.thousands = 200;
  scbpf::Diagnostics findings;
  const auto compilation = scbpf::Compile(text, options, findings);
  if (compilation.status().code() == absl::StatusCode::kInternal) std::abort();
  scbpf::FormatDiagnostics(text, findings, {"profile.json", true});
  return 0;
}
