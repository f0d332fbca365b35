// What a profile is compiled for: everything outside the profile that decides
// its meaning. Nothing here is ever taken from the host by a library.
#ifndef SCBPF_TARGET_H_
#define SCBPF_TARGET_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scbpf/return_value.h"

namespace scbpf {

struct KernelVersion {
  int major = 0;
  int minor = 0;

  auto operator<=>(const KernelVersion&) const = default;
};

enum class Dialect : uint8_t { kAuto, kOci, kDocker, kPodman };

// Several conditions of one entry on the same argument: ORed as the OCI
// runtimes do, or ANDed.
enum class ArgSemantics : uint8_t { kOci, kAnd };

// What a rule on a multiplexed call (socket, semop, ...) becomes on an ABI
// with socketcall(2) or ipc(2); docs/semantics.md section 3.
enum class Multiplex : uint8_t { kLibseccomp, kStrict, kNone };

// kKernel: compare only the low half of an argument that the kernel truncates.
enum class IntArgs : uint8_t { kFull, kKernel };

// kEnosys: numbers past the greatest one named answer ENOSYS; with a version,
// every number that no kernel up to it has.
enum class UnknownSyscalls : uint8_t { kDefault, kEnosys };

struct Target {
  std::string native = "x86_64";  // an ABI's id (arch/abi.h)
  // Exactly these ABIs, instead of the profile's list and the native one.
  std::optional<std::vector<std::string>> abis;
  std::set<std::string> capabilities;  // "CAP_CHOWN", ...: the bounding set
  KernelVersion kernel{6, 1};
  Dialect dialect = Dialect::kAuto;
  ArgSemantics arg_semantics = ArgSemantics::kOci;
  Multiplex multiplex = Multiplex::kLibseccomp;
  IntArgs int_args = IntArgs::kFull;
  // Chosen by the user, be it the default: no warning about the choice.
  bool multiplex_chosen = false;
  bool int_args_chosen = false;
  UnknownSyscalls unknown_syscalls = UnknownSyscalls::kDefault;
  std::optional<KernelVersion> unknown_syscalls_kernel;
  ReturnValue bad_arch = KillThread();
};

// Docker's 14 default capabilities.
std::set<std::string> DockerCapabilities();

}  // namespace scbpf

#endif  // SCBPF_TARGET_H_
