// Why the kernel refused to install a filter, in words.
#ifndef SCBPF_RUNTIME_EXPLAIN_H_
#define SCBPF_RUNTIME_EXPLAIN_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "runtime/probe.h"

namespace scbpf {

// An installation that failed, and what is known about the kernel.
struct KernelRefusal {
  int error = 0;  // an errno, positive
  uint32_t flags = 0;
  int thread = 0;  // the id of the thread that refused TSYNC; 0: not told
  FilterSupport support = FilterSupport::kSeccomp;
  uint32_t offered = 0;  // OfferedFlags()
};

// The status for `refusal`, as Install() documents it. `error` 0 is no
// refusal and gives Ok.
absl::Status ExplainRefusal(const KernelRefusal& refusal);

// "TSYNC|LOG", bits without a name in hex ("LOG|0x40"); "none" for 0.
std::string JoinedFlagNames(uint32_t flags);

}  // namespace scbpf

#endif  // SCBPF_RUNTIME_EXPLAIN_H_
