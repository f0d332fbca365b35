// The names of the flags that a filter is installed with.
#ifndef SCBPF_BPF_FILTER_FLAGS_H_
#define SCBPF_BPF_FILTER_FLAGS_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace scbpf {

struct FilterFlagName {
  std::string_view name;  // "SECCOMP_FILTER_FLAG_LOG"
  uint32_t bit;           // FilterFlags
};

// All flags, in the order of their bits.
std::span<const FilterFlagName> AllFilterFlags();

// The names of the bits of `flags`; bits without a name are left out.
std::vector<std::string_view> FlagNames(uint32_t flags);

}  // namespace scbpf

#endif  // SCBPF_BPF_FILTER_FLAGS_H_
