// A call some of whose arguments are not known, and what its conditions can
// be then.
#ifndef SCBPF_WORKFLOW_CALL_PATTERN_H_
#define SCBPF_WORKFLOW_CALL_PATTERN_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "arch/abi.h"
#include "scbpf/policy.h"

namespace scbpf {

using KnownArgs = std::array<std::optional<uint64_t>, 6>;

struct CallPattern {
  std::string word;  // a name, or a number as it was written
  KnownArgs args{};  // no value: any

  bool operator==(const CallPattern&) const = default;
};

// "openat2", "socket(AF_ALG, *, 0)", "437", "0x1b5(3)": arguments that are left
// out, or "*", are any. InvalidArgument: no syscall (with the nearest name), an
// argument that is no number and no known name, more than six.
absl::StatusOr<CallPattern> ParseCallPattern(std::string_view text);

// As it would be written: names of constants where there are some, "*".
std::string FormatCallPattern(const CallPattern& pattern);

// A value of argument `arg` of `syscall`: "AF_ALG", "38".
std::string FormatArgument(std::string_view syscall, size_t arg,
                           uint64_t value);

// The pattern's number on `abi`, with the ABI's base; nullopt: it has none.
std::optional<uint32_t> NumberOfPattern(const Abi& abi,
                                        const CallPattern& pattern);

enum class Truth : uint8_t { kNo, kMaybe, kYes };

// Whether `condition` holds for arguments of which some are not known.
Truth Judge(const ArgCondition& condition, const KnownArgs& args);
// The same for all of them together. Maybe: nothing says no.
Truth JudgeAll(const std::vector<ArgCondition>& all_of, const KnownArgs& args);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_CALL_PATTERN_H_
