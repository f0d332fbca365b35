// A condition on the arguments as a list of masked values.
#ifndef SCBPF_WORKFLOW_COVER_BY_MASKS_H_
#define SCBPF_WORKFLOW_COVER_BY_MASKS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "proof/diagram.h"
#include "proof/order.h"
#include "scbpf/prove.h"

namespace scbpf {

// Conjunctions of masked values and bounds (kEq, kLe, kGe), one an argument at
// most, each as wide as it can be, that together hold exactly where
// `condition`, a function with leaves 0 and 1, is 1. They may overlap. nullopt:
// it takes more than `most` of them, or the instruction pointer, or more than
// the diagram's budget.
std::optional<std::vector<Conjunction>> CoverByMasks(Diagram& diagram,
                                                     const Order& order,
                                                     Diagram::Ref condition,
                                                     size_t most);

// Every value that a function of the diagram has.
std::vector<uint32_t> LeavesOf(const Diagram& diagram, Diagram::Ref root);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_COVER_BY_MASKS_H_
