// The words of a profile that no other room needs.
#ifndef SCBPF_COMPILER_PROFILE_WORDS_H_
#define SCBPF_COMPILER_PROFILE_WORDS_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "scbpf/program.h"

namespace scbpf {

// In the order of ProfileOp.
inline constexpr std::array<std::string_view, 7> kOperatorNames = {
    "SCMP_CMP_EQ", "SCMP_CMP_NE", "SCMP_CMP_LT",       "SCMP_CMP_LE",
    "SCMP_CMP_GT", "SCMP_CMP_GE", "SCMP_CMP_MASKED_EQ"};

struct FlagName {
  std::string_view name;
  uint32_t bit;
};

// Flags that a profile may ask for.
inline constexpr std::array<FlagName, 4> kFlagNames = {{
    {"SECCOMP_FILTER_FLAG_TSYNC", kFlagTsync},
    {"SECCOMP_FILTER_FLAG_LOG", kFlagLog},
    {"SECCOMP_FILTER_FLAG_SPEC_ALLOW", kFlagSpecAllow},
    {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", kFlagWaitKillableRecv},
}};

}  // namespace scbpf

#endif  // SCBPF_COMPILER_PROFILE_WORDS_H_
