// What the machine that scbpf runs on is: the defaults of the target options.
#ifndef SCBPF_CLI_HOST_H_
#define SCBPF_CLI_HOST_H_

#include <optional>
#include <string>

#include "arch/abi.h"
#include "scbpf/target.h"

namespace scbpf::cli {

// The native ABI of the running kernel; nullptr: one scbpf has no table for.
const Abi* HostAbi();

// X.Y of the running kernel.
KernelVersion HostKernel();

// "6.1"; nullopt: not a version.
std::optional<KernelVersion> ParseKernelVersion(const std::string& text);
std::string FormatKernelVersion(const KernelVersion& version);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_HOST_H_
