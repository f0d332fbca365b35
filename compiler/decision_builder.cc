// Builds decisions: equal nodes are one node, tests that decide nothing are
// none.
#include "compiler/decision_builder.h"

namespace scbpf {
namespace {

constexpr NodeId kNone = ~NodeId{0};

uint64_t Hash(const Node& node) {
  uint64_t h = node.leaf ? 0x9e3779b97f4a7c15u ^ node.value.raw
                         : (uint64_t{node.test.value} << 32) ^ node.test.mask;
  if (!node.leaf) {
    h ^= (uint64_t{node.test.word.offset} << 8 |
          static_cast<uint64_t>(node.test.op))
         << 40;
    h = (h ^ (h >> 29)) * 0xbf58476d1ce4e5b9u;
    h ^= uint64_t{node.then_node} << 32 | node.else_node;
  }
  h = (h ^ (h >> 31)) * 0x94d049bb133111ebu;
  return h ^ (h >> 29);
}

}  // namespace

DecisionBuilder::DecisionBuilder() : table_(512, kNone) { nodes_.reserve(256); }

NodeId DecisionBuilder::Leaf(ReturnValue value) {
  Node node;
  node.leaf = true;
  node.value = value;
  return Intern(node);
}

NodeId DecisionBuilder::If(const Test& test, NodeId then_node,
                           NodeId else_node) {
  if (then_node == else_node) return then_node;
  Node node;
  node.test = test;
  node.then_node = then_node;
  node.else_node = else_node;
  switch (test.op) {
    case TestOp::kEq:
      if ((test.value & ~test.mask) != 0) return else_node;
      if (test.mask == 0) return then_node;
      if (test.value == 0 && test.mask != ~uint32_t{0}) {
        node.test.op = TestOp::kAnySet;
        std::swap(node.then_node, node.else_node);
      }
      break;
    case TestOp::kGe:
      if (test.value == 0) return then_node;
      if (test.value > test.mask) return else_node;
      if (test.value == 1 && test.mask != ~uint32_t{0}) {
        node.test.op = TestOp::kAnySet;
        node.test.value = 0;
      }
      break;
    case TestOp::kAnySet:
      if (test.mask == 0) return else_node;
      node.test.value = 0;
      break;
  }
  return Intern(node);
}

NodeId DecisionBuilder::Intern(const Node& node) {
  if (nodes_.size() * 2 >= table_.size()) Grow();
  const size_t limit = table_.size() - 1;
  for (size_t slot = Hash(node) & limit;; slot = (slot + 1) & limit) {
    if (table_[slot] == kNone) {
      table_[slot] = static_cast<NodeId>(nodes_.size());
      nodes_.push_back(node);
      return table_[slot];
    }
    if (nodes_[table_[slot]] == node) return table_[slot];
  }
}

void DecisionBuilder::Grow() {
  table_.assign(table_.size() * 4, kNone);
  const size_t limit = table_.size() - 1;
  for (NodeId id = 0; id < nodes_.size(); ++id) {
    size_t slot = Hash(nodes_[id]) & limit;
    while (table_[slot] != kNone) slot = (slot + 1) & limit;
    table_[slot] = id;
  }
}

uint32_t DecisionBuilder::CountTests(NodeId root) const {
  std::vector<bool> reached(root + 1, false);
  reached[root] = true;
  uint32_t count = 0;
  for (NodeId id = root + 1; id-- > 0;) {
    if (!reached[id] || nodes_[id].leaf) continue;
    ++count;
    reached[nodes_[id].then_node] = true;
    reached[nodes_[id].else_node] = true;
  }
  return count;
}

Decision DecisionBuilder::Finish(NodeId root) const {
  std::vector<bool> reached(root + 1, false);
  reached[root] = true;
  for (NodeId id = root + 1; id-- > 0;) {
    if (!reached[id] || nodes_[id].leaf) continue;
    reached[nodes_[id].then_node] = true;
    reached[nodes_[id].else_node] = true;
  }
  Decision decision;
  std::vector<NodeId> renamed(root + 1, 0);
  for (NodeId id = 0; id <= root; ++id) {
    if (!reached[id]) continue;
    renamed[id] = static_cast<NodeId>(decision.nodes.size());
    Node node = nodes_[id];
    if (!node.leaf) {
      node.then_node = renamed[node.then_node];
      node.else_node = renamed[node.else_node];
    }
    decision.nodes.push_back(node);
  }
  decision.root = renamed[root];
  return decision;
}

}  // namespace scbpf
