// The smallest profile that still shows a failure.
#ifndef SCBPF_TESTS_DIFFERENTIAL_SHRINK_H_
#define SCBPF_TESTS_DIFFERENTIAL_SHRINK_H_

#include <functional>
#include <string>

#include "scbpf/profile.h"
#include "scbpf/target.h"

namespace scbpf::differential {

// Drops entries, names, conditions, filters, data and architectures from
// `profile` for as long as `fails` holds for what is left.
Profile Shrink(Profile profile,
               const std::function<bool(const Profile&)>& fails);

// What is wrong with `profile` when it alone is given to both sides; empty:
// nothing.
std::string FailureOf(const Profile& profile, const Target& target);

// The failure of the smallest profile that still fails, and that profile.
std::string TellShrunk(const Profile& profile, const Target& target);

}  // namespace scbpf::differential

#endif  // SCBPF_TESTS_DIFFERENTIAL_SHRINK_H_
