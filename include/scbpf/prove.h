// Exact statements about what filters and policies answer for all inputs.
//
// Every comparison reads return values as the kernel does (return_value.h).
#ifndef SCBPF_PROVE_H_
#define SCBPF_PROVE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "scbpf/call.h"
#include "scbpf/policy.h"
#include "scbpf/program.h"

namespace scbpf {

// How much work a proof may do before it gives up, in thousands of diagram
// nodes and intervals.
struct ProofBudget {
  uint32_t thousands = 4000;
};

// One side of a comparison: a policy, or a stack of programs (the newest
// last), whose answer is the kernel's: the most restrictive action, and of
// equal ones the newest filter's.
struct Side {
  std::variant<Policy, std::vector<Program>> value;

  static Side Of(Policy policy) { return {std::move(policy)}; }
  static Side Of(Program program) {
    return {std::vector<Program>{std::move(program)}};
  }
};

// nullopt: they agree on every input; otherwise a call on which they differ.
// Errors: ResourceExhausted (budget), InvalidArgument (the kernel would not
// accept a program).
absl::StatusOr<std::optional<Call>> Prove(const Policy& policy,
                                          const Program& program,
                                          const ProofBudget& budget = {});
absl::StatusOr<std::optional<Call>> FindDifference(
    const Side& a, const Side& b, const ProofBudget& budget = {});

// nullopt: `a` is nowhere more permissive than `b`, by the kernel's order of
// actions; otherwise a call on which it is. Errors as above.
absl::StatusOr<std::optional<Call>> FindMorePermissive(
    const Side& a, const Side& b, const ProofBudget& budget = {});

// (args[arg] & mask) op value, on a full or half argument; all of one list
// hold together.
using Conjunction = std::vector<ArgCondition>;

// A region where two sides differ: numbers first..last of one token, under
// one of `any_of` (empty: whatever the arguments).
struct Region {
  uint32_t arch = 0;
  // Every token from arch to arch_last (a lone token: equal).
  uint32_t arch_last = 0;
  uint32_t first = 0;
  uint32_t last = 0;
  std::vector<Conjunction> any_of;
  // any_of leaves calls out: there are too many conjunctions to tell, or it
  // takes the instruction pointer to tell them. `witness` is in the region.
  bool partial = false;
  ReturnValue a;
  ReturnValue b;
  Call witness;
};

// Every region where they differ, ordered by token and number; no two
// overlap. Errors as above.
absl::StatusOr<std::vector<Region>> FindRegions(const Side& a, const Side& b,
                                                const ProofBudget& budget = {});

// The regions in the words of a profile, one row a group of syscalls and ABIs
// that differ alike. `abis`: ids the reader cares about.
struct DifferenceRow {
  std::vector<std::string> syscalls;  // names, or ranges of numbers
  std::vector<std::string> abis;      // ids, or tokens
  std::string when;                   // "domain == AF_VSOCK", "" always
  bool partial = false;               // `when` ends in "...": see Region
  ReturnValue a;
  ReturnValue b;
  Call witness;
};
std::vector<DifferenceRow> TellDifference(const std::vector<Region>& regions);

}  // namespace scbpf

#endif  // SCBPF_PROVE_H_
