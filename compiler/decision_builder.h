// Builds decisions: equal nodes are one node, tests that decide nothing are
// none.
#ifndef SCBPF_COMPILER_DECISION_BUILDER_H_
#define SCBPF_COMPILER_DECISION_BUILDER_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "compiler/decision.h"
#include "compiler/range_programme.h"

namespace scbpf {

class DecisionBuilder {
 public:
  DecisionBuilder();

  NodeId Leaf(ReturnValue value);

  // The node that goes to `then_node` where the test holds. It is `then_node`
  // itself where both are one or the test always holds, and so on. A masked
  // comparison with 0 becomes kAnySet.
  NodeId If(const Test& test, NodeId then_node, NodeId else_node);

  const Node& node(NodeId id) const { return nodes_[id]; }
  size_t size() const { return nodes_.size(); }

  // What searches have found that others can use.
  RangeMemory& range_memory() { return range_memory_; }

  // How many nodes `root` reaches, leaves not counted.
  uint32_t CountTests(NodeId root) const;

  // The decision of what `root` reaches, in an order with children first.
  Decision Finish(NodeId root) const;

 private:
  NodeId Intern(const Node& node);
  void Grow();

  std::vector<Node> nodes_;
  std::vector<NodeId> table_;  // open addressing; kNone: free
  RangeMemory range_memory_;
};

}  // namespace scbpf

#endif  // SCBPF_COMPILER_DECISION_BUILDER_H_
