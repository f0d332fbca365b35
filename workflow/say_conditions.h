// Conditions of a policy in the words of profile entries.
#ifndef SCBPF_WORKFLOW_SAY_CONDITIONS_H_
#define SCBPF_WORKFLOW_SAY_CONDITIONS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "scbpf/profile.h"
#include "scbpf/prove.h"

namespace scbpf {

// Ways to say the same values: they differ on ABIs of another width.
enum class Wording : uint8_t {
  kPlain,    // as it stands, a half argument as if it were the whole one
  kShifted,  // "< 5" for "<= 4", and the like
  kMasked,   // half arguments by masks
};

// The conditions of entries that hold together where `all_of` does. Each has
// at most one condition on an argument, as entries with two are ORed, unless
// `repeat` allows more. Ranges and exceptions become values and masks.
// nullopt: that takes more than kMostWordings entries. {}: it never holds;
// {{}}: always.
inline constexpr size_t kMostWordings = 256;
std::optional<std::vector<std::vector<ProfileArg>>> SayConjunction(
    const Conjunction& all_of, Wording wording, bool repeat);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_SAY_CONDITIONS_H_
