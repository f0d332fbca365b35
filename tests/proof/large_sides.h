// Sides at the border of what a proof must manage.
#ifndef SCBPF_TESTS_PROOF_LARGE_SIDES_H_
#define SCBPF_TESTS_PROOF_LARGE_SIDES_H_

#include <cstddef>
#include <cstdint>

#include "scbpf/policy.h"
#include "scbpf/program.h"

namespace scbpf {

// `rules` rules of one to three conditions on `calls` syscalls of x86_64.
struct RulesShape {
  size_t rules = 1000;
  size_t calls = 10;
  int arguments = 3;        // used by a syscall's rules
  uint64_t values = 1000;   // different values of an argument
  bool equal_only = true;   // else every operator
  bool low_halves = false;  // compare 32 bits
};
Policy RulesPolicy(const RulesShape& shape, uint64_t seed);

// The same policy with the clauses of each behavior in another order; they
// have one result.
Policy Shuffled(Policy policy, uint64_t seed);

// One syscall with `count` allowed values of one argument.
Policy ValuesPolicy(size_t count);

// The rules of a RulesPolicy with low_halves and equal_only, one after the
// other. At most 4096 instructions: what does not fit is left out of *policy.
Program ChainOf(Policy* policy);

// As long as a filter can be: one number after the other, the numbers as a
// tree, one value of an argument after the other, or all of these.
enum class Plain : uint8_t { kNumbers, kTree, kValues, kMixed };
Program PlainProgram(Plain kind, size_t length);

// Programs that no budget is enough for.
enum class Hostile : uint8_t { kProduct, kLowBits, kCompareArguments };
Program HostileProgram(Hostile kind);

}  // namespace scbpf

#endif  // SCBPF_TESTS_PROOF_LARGE_SIDES_H_
