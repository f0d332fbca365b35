// What the running kernel can do with filters.
#ifndef SCBPF_RUNTIME_PROBE_H_
#define SCBPF_RUNTIME_PROBE_H_

#include <cstdint>

namespace scbpf {

// How a filter can be installed here.
enum class FilterSupport : uint8_t {
  kNone,     // CONFIG_SECCOMP_FILTER is off, or both calls are refused
  kPrctl,    // prctl(2) alone: before Linux 3.17, or seccomp(2) is filtered
  kSeccomp,  // seccomp(2)
};
FilterSupport ProbeFilterSupport();

}  // namespace scbpf

#endif  // SCBPF_RUNTIME_PROBE_H_
