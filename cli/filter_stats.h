// What a stack of filters costs, and what of its calls the kernel's bitmap
// answers.
#ifndef SCBPF_CLI_FILTER_STATS_H_
#define SCBPF_CLI_FILTER_STATS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "arch/abi.h"
#include "scbpf/compile.h"
#include "scbpf/program.h"
#include "scbpf/prove.h"
#include "scbpf/return_value.h"

namespace scbpf::cli {

// Instructions executed per call with arguments 0, by all filters together.
struct ExecutedStats {
  double mean = 0;      // over the numbers of the ABI's table
  double weighted = 0;  // by how often programs make each call
  // The same over the calls that the bitmap does not answer; 0: there is none.
  double weighted_past_bitmap = 0;
  uint32_t max = 0;
};
// `weights` of kind kMeasured weigh by their counts, others by the built-in
// frequencies.
ExecutedStats MeasureExecutedStats(std::span<const Program> stack,
                                   const Abi& abi, const Weights& weights);

// Whether kernels keep an action bitmap for the ABI: x32 has none.
bool HasActionBitmap(const Abi& abi);

// Whether the bitmap answers `nr` of `abi`: every filter must allow it.
bool IsInActionBitmap(std::span<const Program> stack, const Abi& abi,
                      uint32_t nr);

// About how long seccomp(2) takes for the newest filter of `stack`, in
// microseconds, on a kernel >= 5.11 whose ABIs are `abis`: 15 + 0.155 for each
// instruction + 0.0021 for each that is interpreted to fill the bitmap.
double EstimateInstall(std::span<const Program> stack,
                       std::span<const Abi* const> abis);

// How the stack answers the numbers of an ABI's table.
struct Coverage {
  size_t numbers = 0;
  size_t allowed = 0;       // whatever the arguments
  size_t by_arguments = 0;  // ALLOW or not, or which refusal
  size_t in_bitmap = 0;     // of `allowed`
};
struct Answers {
  std::vector<Coverage> coverage;      // one for each ABI asked
  std::vector<ReturnValue> reachable;  // most restrictive first
};
// Errors: ResourceExhausted (budget).
absl::StatusOr<Answers> FindAnswers(const std::vector<Program>& stack,
                                    std::span<const Abi* const> abis,
                                    const ProofBudget& budget);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_FILTER_STATS_H_
