// The canonical value of a side, asked for one call: what tests hold against
// the simulator.
#ifndef SCBPF_PROOF_ANSWER_H_
#define SCBPF_PROOF_ANSWER_H_

#include <vector>

#include "absl/status/statusor.h"
#include "scbpf/prove.h"

namespace scbpf {

// How a side was read: by intervals of numbers, or with nr and arch as bits.
enum class ReadBy : uint8_t { kNumbers, kBits };

// What the proof takes `side` to answer to each of `calls`; *read_by tells
// how, if it is not null. Errors as FindDifference's.
absl::StatusOr<std::vector<ReturnValue>> AnswersOf(
    const Side& side, const std::vector<Call>& calls,
    const ProofBudget& budget = {}, ReadBy* read_by = nullptr);

}  // namespace scbpf

#endif  // SCBPF_PROOF_ANSWER_H_
