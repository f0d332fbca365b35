// BuildDecision with a bug: one border between numbers is off by one.
#include "compiler/decision.h"

namespace scbpf {

Decision Real(const Policy&, const Weights&) asm(
    "__real__ZN5scbpf13BuildDecisionERKNS_6PolicyERKNS_7WeightsE");
Decision Doctored(const Policy&, const Weights&) asm(
    "__wrap__ZN5scbpf13BuildDecisionERKNS_6PolicyERKNS_7WeightsE");

Decision Doctored(const Policy& policy, const Weights& weights) {
  Decision decision = Real(policy, weights);
  for (Node& node : decision.nodes) {
    if (node.leaf || !(node.test.word == kNrWord)) continue;
    if (node.test.op != TestOp::kGe || node.test.value > 400) continue;
    ++node.test.value;
    break;
  }
  return decision;
}

}  // namespace scbpf
