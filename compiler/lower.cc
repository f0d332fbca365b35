// Puts a decision's nodes in order and adds the loads that are needed.
//
// A node may be reached with its word in the accumulator or not: its lines are
// LD, AND and the test, and each edge enters at the first one it needs. Parents
// stand before their children, so one pass knows every edge into a node before
// it writes the node.
#include <algorithm>
#include <vector>

#include "bpf/instruction.h"
#include "compiler/assembly.h"

namespace scbpf {
namespace {

constexpr uint32_t kAll = ~uint32_t{0};
constexpr uint8_t kNoWord = 0xff;

// What the accumulator holds: word & mask; of the word itself, the bits in
// `zero` are known to be 0.
struct Held {
  uint8_t word = kNoWord;
  uint32_t mask = 0;
  uint32_t zero = 0;
};

constexpr uint32_t kNone = ~uint32_t{0};

struct Edge {
  Held held;
  Label line = 0;  // the line whose branch it is
  bool is_then = false;
  uint32_t next = kNone;  // the next one into the same node
};

// AND is its own line but where JSET does it.
uint32_t MaskOf(const Test& test) {
  return test.op == TestOp::kAnySet ? kAll : test.mask;
}

enum class Entry : uint8_t { kTest, kAnd, kLoad };

Entry EntryFor(const Held& held, const Test& test) {
  if (held.word != test.word.offset) return Entry::kLoad;
  const uint32_t mask = MaskOf(test);
  // Bits that matter and are gone, then bits that are too many.
  const uint32_t needed = test.op == TestOp::kAnySet ? test.mask : mask;
  if ((needed & ~held.mask & ~held.zero) != 0) return Entry::kLoad;
  if (test.op == TestOp::kAnySet) return Entry::kTest;
  return (held.mask & ~mask & ~held.zero) != 0 ? Entry::kAnd : Entry::kTest;
}

// The order of the nodes: each as late as its last parent allows, so that
// what is decided together stands together.
std::vector<NodeId> Order(const Decision& decision) {
  std::vector<NodeId> order;  // children first
  std::vector<uint8_t> state(decision.nodes.size(), 0);
  std::vector<NodeId> stack{decision.root};
  while (!stack.empty()) {
    const NodeId id = stack.back();
    const Node& node = decision.nodes[id];
    if (state[id] == 0) {
      state[id] = 1;
      if (node.leaf) continue;
      if (state[node.then_node] == 0) stack.push_back(node.then_node);
      if (state[node.else_node] == 0) stack.push_back(node.else_node);
      continue;
    }
    stack.pop_back();
    if (state[id] == 2) continue;
    state[id] = 2;
    order.push_back(id);
  }
  std::reverse(order.begin(), order.end());
  return order;
}

class Lowering {
 public:
  explicit Lowering(const Decision& decision)
      : decision_(decision),
        first_(decision.nodes.size(), kNone),
        last_(decision.nodes.size(), kNone) {
    edges_.reserve(2 * decision.nodes.size());
    assembly_.lines.reserve(2 * decision.nodes.size());
  }

  Assembly Run() {
    const std::vector<NodeId> order = Order(decision_);
    // Leaves are lines at the very end: they are far from few and cheap to
    // clone.
    for (NodeId id : order) {
      if (!decision_.nodes[id].leaf) Write(id);
    }
    for (NodeId id : order) {
      if (decision_.nodes[id].leaf) WriteLeaf(id);
    }
    return std::move(assembly_);
  }

 private:
  Label Next() const { return static_cast<Label>(assembly_.lines.size()); }

  void AddEdge(NodeId to, const Held& held, Label line, bool is_then) {
    const auto edge = static_cast<uint32_t>(edges_.size());
    edges_.push_back({held, line, is_then, kNone});
    (first_[to] == kNone ? first_[to] : edges_[last_[to]].next) = edge;
    last_[to] = edge;
  }

  void Enter(NodeId id, const Label entries[3]) {
    for (uint32_t e = first_[id]; e != kNone; e = edges_[e].next) {
      const Edge& edge = edges_[e];
      const Node& node = decision_.nodes[id];
      const Label target =
          node.leaf ? entries[0]
                    : entries[static_cast<int>(EntryFor(edge.held, node.test))];
      Line& line = assembly_.lines[edge.line];
      (edge.is_then ? line.then_line : line.else_line) = target;
    }
  }

  void WriteLeaf(NodeId id) {
    const Label here = Next();
    const Label entries[3] = {here, here, here};
    Enter(id, entries);
    Line line;
    line.instruction = op::Return(decision_.nodes[id].value.raw);
    assembly_.lines.push_back(line);
  }

  void Write(NodeId id) {
    const Node& node = decision_.nodes[id];
    const Test& test = node.test;
    Entry deepest = id == decision_.root ? Entry::kLoad : Entry::kTest;
    uint32_t zero = kAll;
    for (uint32_t e = first_[id]; e != kNone; e = edges_[e].next) {
      const Edge& edge = edges_[e];
      deepest = std::max(deepest, EntryFor(edge.held, test));
      zero &= edge.held.word == test.word.offset ? edge.held.zero : 0;
    }
    if (id == decision_.root) zero = 0;
    const bool masks = MaskOf(test) != kAll && deepest != Entry::kTest;
    Label entries[3];
    entries[2] = Next();
    if (deepest == Entry::kLoad) {
      Line load;
      load.instruction = op::Load(test.word.offset);
      assembly_.lines.push_back(load);
    }
    entries[1] = Next();
    if (masks) {
      Line mask;
      mask.instruction = op::And(test.mask);
      assembly_.lines.push_back(mask);
    }
    entries[0] = Next();
    Enter(id, entries);
    WriteTest(node, HeldAt(id, zero));
  }

  // What the accumulator holds when the node's test runs. JSET takes whatever
  // holds its bits, so that edges may bring different masks.
  Held HeldAt(NodeId id, uint32_t zero) const {
    const Test& test = decision_.nodes[id].test;
    Held held{test.word.offset, MaskOf(test), zero};
    if (test.op != TestOp::kAnySet) return held;
    for (uint32_t e = first_[id]; e != kNone; e = edges_[e].next) {
      const Edge& edge = edges_[e];
      const uint32_t mask =
          EntryFor(edge.held, test) == Entry::kLoad ? kAll : edge.held.mask;
      if (e == first_[id]) held.mask = mask;
      if (mask != held.mask) held.word = kNoWord;
    }
    return held;
  }

  void WriteTest(const Node& node, Held held) {
    const Test& test = node.test;
    Line line;
    line.is_branch = true;
    uint16_t code = op::kJeqK;
    uint32_t k = test.value;
    switch (test.op) {
      case TestOp::kEq:
        break;
      case TestOp::kGe:
        code = op::kJgeK;
        break;
      case TestOp::kAnySet:
        code = op::kJsetK;
        k = test.mask;
        break;
    }
    line.instruction = op::JumpIf(code, k, 0, 0);
    const Label here = Next();
    assembly_.lines.push_back(line);
    AddEdge(node.then_node, held, here, true);
    // Below a power of two the bits from it up are zero.
    if (test.op == TestOp::kGe && test.mask == kAll &&
        (test.value & (test.value - 1)) == 0) {
      held.zero |= ~(test.value - 1);
    }
    AddEdge(node.else_node, held, here, false);
  }

  const Decision& decision_;
  Assembly assembly_;
  std::vector<Edge> edges_;
  std::vector<uint32_t> first_;  // the edges into each node
  std::vector<uint32_t> last_;
};

}  // namespace

Assembly Lower(const Decision& decision) { return Lowering(decision).Run(); }

}  // namespace scbpf
