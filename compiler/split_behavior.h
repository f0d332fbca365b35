// A behavior too large for one filter, as several that share its arguments.
#ifndef SCBPF_COMPILER_SPLIT_BEHAVIOR_H_
#define SCBPF_COMPILER_SPLIT_BEHAVIOR_H_

#include <cstddef>
#include <vector>

#include "scbpf/policy.h"

namespace scbpf {

// Behaviors of at most `limit` instructions each (room.h), for stretches of
// the values of an argument: for every call one of them answers what
// `behavior` does and all others ALLOW. Empty: no argument divides it.
std::vector<Behavior> SplitBehavior(const Behavior& behavior, size_t limit);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_SPLIT_BEHAVIOR_H_
