// A condition on the arguments as a readable disjunction.
#ifndef SCBPF_PROOF_DESCRIBE_H_
#define SCBPF_PROOF_DESCRIBE_H_

#include "proof/diagram.h"
#include "proof/order.h"
#include "proof/value_set.h"

namespace scbpf {

// The calls for which `condition`, a function of arguments and instruction
// pointer with leaves 0 and 1, is 1: no conjunction holds elsewhere, and
// together they cover all of it unless `partial`. {{}} stands for all calls.
Description DescribeCondition(Diagram& diagram, const Order& order,
                              Diagram::Ref condition);

}  // namespace scbpf

#endif  // SCBPF_PROOF_DESCRIBE_H_
