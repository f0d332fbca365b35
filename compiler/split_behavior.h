// A behavior too large for one filter, as several that share its arguments.
#ifndef SCBPF_COMPILER_SPLIT_BEHAVIOR_H_
#define SCBPF_COMPILER_SPLIT_BEHAVIOR_H_

#include <cstddef>
#include <vector>

#include "scbpf/policy.h"

namespace scbpf {

struct SizedBehavior {
  Behavior behavior;
  size_t instructions = 0;  // as CountInstructions (room.h) says
};

// Behaviors of at most `limit` instructions each, for stretches of the values
// of an argument: for every call one of them answers what `behavior` does and
// all others ALLOW. Empty: no argument divides it. Of pieces with more than
// `most` instructions in all, only the first ones that have as many.
std::vector<SizedBehavior> SplitBehavior(const Behavior& behavior, size_t limit,
                                         size_t most);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_SPLIT_BEHAVIOR_H_
