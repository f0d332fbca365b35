// Small policies by the thousand, and the calls at whose edges they turn.
#ifndef SCBPF_TESTS_EXHAUSTIVE_SMALL_POLICIES_H_
#define SCBPF_TESTS_EXHAUSTIVE_SMALL_POLICIES_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "scbpf/call.h"
#include "scbpf/policy.h"

namespace scbpf::exhaustive {

inline constexpr uint32_t kNumber = 5;  // the one with conditions
inline constexpr uint32_t kX32Bit = 0x40000000;
inline constexpr uint32_t kX86_64 = 0xc000003e;
inline constexpr uint32_t kX86 = 0x40000003;

// Every operator, with values and masks in the low half, in the high half and
// in both, on one argument.
std::vector<ArgCondition> ConditionsOn(uint8_t arg);

// A policy that behaves so at kNumber on x86_64, and the same with low halves
// only on x86 and x32; every other number is ERRNO(1).
Policy OnThreeAbis(const Behavior& behavior);

// Calls of kNumber on the three ABIs and beside it. Arguments 0 and 1 take
// every pair of edge values, or argument 0 alone.
std::vector<Call> EdgeCalls(bool both_arguments);

// Every policy of one token with up to three cuts at edge numbers and four
// kinds of behaviour between them.
void ForEachRangePolicy(const std::function<void(const Policy&)>& take);

// Calls at and beside every edge number, under both tokens and a third.
std::vector<Call> NumberCalls();

}  // namespace scbpf::exhaustive

#endif  // SCBPF_TESTS_EXHAUSTIVE_SMALL_POLICIES_H_
