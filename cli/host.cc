// Asks uname(2) for the host's ABI and kernel.
#include "cli/host.h"

#include <sys/utsname.h>

#include <cstdio>

namespace scbpf::cli {

const Abi* HostAbi() {
  utsname name{};
  if (uname(&name) != 0) return nullptr;
  const Abi* abi = FindAbi(name.machine);
  return abi != nullptr && abi->has_table ? abi : nullptr;
}

KernelVersion HostKernel() {
  utsname name{};
  KernelVersion version{0, 0};
  if (uname(&name) == 0) {
    std::sscanf(name.release, "%d.%d", &version.major, &version.minor);
  }
  return version;
}

std::optional<KernelVersion> ParseKernelVersion(const std::string& text) {
  KernelVersion version{0, 0};
  int* part = &version.major;
  int digits = 0;
  for (const char c : text) {
    if (c == '.' && digits > 0 && part == &version.major) {
      part = &version.minor;
      digits = 0;
    } else if (c >= '0' && c <= '9' && digits < 3) {
      *part = *part * 10 + (c - '0');
      ++digits;
    } else {
      return std::nullopt;
    }
  }
  const bool whole = part == &version.minor && digits > 0;
  if (!whole || version.major > 255 || version.minor > 255) return std::nullopt;
  if (version == KernelVersion{0, 0}) return std::nullopt;
  return version;
}

std::string FormatKernelVersion(const KernelVersion& version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor);
}

}  // namespace scbpf::cli
