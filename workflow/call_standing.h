// What a policy answers to a call of which a log does not tell all arguments.
#ifndef SCBPF_WORKFLOW_CALL_STANDING_H_
#define SCBPF_WORKFLOW_CALL_STANDING_H_

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "scbpf/policy.h"
#include "workflow/learn.h"

namespace scbpf {

// From the best on.
enum class Standing : uint8_t { kAllowed, kConditional, kRefused };

// How a call comes in: a number, and those of its arguments that are known.
struct Way {
  uint32_t nr = 0;
  std::map<uint8_t, uint64_t> known;
};

// The ways of a call whose narrowed argument, where it is known, is `value`:
// its number and, of a call that a log names, its multiplexer.
std::vector<Way> WaysOf(const LearnedCall& call,
                        std::optional<uint64_t> value = std::nullopt);

// Whether all conditions hold; nullopt: that depends on other arguments.
std::optional<bool> Hold(const std::vector<ArgCondition>& conditions,
                         const Way& way);

// Of all its ways the worst.
Standing StandingOf(const Policy& policy, const LearnedCall& call,
                    std::optional<uint64_t> value = std::nullopt);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_CALL_STANDING_H_
