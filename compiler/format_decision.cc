// A decision as text, with the names that the way to each test allows.
#include <vector>

#include "absl/strings/str_cat.h"
#include "bpf/instruction.h"
#include "bpf/knowledge.h"
#include "bpf/text.h"
#include "compiler/decision.h"
#include "syscall-tables/names.h"

namespace scbpf {
namespace {

// Two steps a node, parents first: the load and the test.
constexpr size_t kSteps = 2;

std::vector<Knowledge> FollowTests(const Decision& decision) {
  std::vector<FlowStep> steps;
  for (NodeId id = decision.root + 1; id-- > 0;) {
    const Node& node = decision.nodes[id];
    if (node.leaf) {
      steps.resize(steps.size() + kSteps, {{op::kRetK, 0, 0, 0}});
      continue;
    }
    const auto step_of = [&](NodeId to) {
      return (decision.root - to) * kSteps;
    };
    const bool whole = node.test.mask == ~uint32_t{0};
    uint16_t code = op::kJsetK;  // tells nothing of a number
    if (whole && node.test.op == TestOp::kEq) code = op::kJeqK;
    if (whole && node.test.op == TestOp::kGe) code = op::kJgeK;
    const uint32_t k = whole ? node.test.value : node.test.mask;
    steps.push_back(
        {{op::kLdAbs, 0, 0, node.test.word.offset}, steps.size() + 1});
    steps.push_back(
        {{code, 0, 0, k}, step_of(node.then_node), step_of(node.else_node)});
  }
  return FollowKnowledge(steps);
}

std::string WordName(const Knowledge& at, Word word) {
  if (word == kNrWord) return "nr";
  if (word == kArchWord) return "arch";
  return ArgumentName(at, static_cast<uint8_t>((word.offset - 16) / 8)) +
         (word.offset % 8 == 0 ? ".low" : ".high");
}

std::string FormatTest(const Knowledge& at, const Test& test) {
  std::string word = WordName(at, test.word);
  if (test.op == TestOp::kAnySet) {
    return absl::StrCat(word, " & ", ConstantText(at, op::kJset, test.mask),
                        " != 0");
  }
  if (test.mask != ~uint32_t{0}) {
    word = absl::StrCat("(", word, " & ", Hex(test.mask), ")");
  }
  const bool equal = test.op == TestOp::kEq;
  return absl::StrCat(
      word, equal ? " == " : " >= ",
      ConstantText(at, equal ? op::kJeq : op::kJge, test.value));
}

std::string NodeName(const Decision& decision, NodeId id) {
  const Node& node = decision.nodes[id];
  if (node.leaf) return FormatReturnValue(node.value);
  return absl::StrCat("n", decision.root - id);
}

}  // namespace

std::string FormatDecision(const Decision& decision) {
  const std::vector<Knowledge> known = FollowTests(decision);
  std::string text;
  if (decision.nodes[decision.root].leaf) {
    return absl::StrCat(NodeName(decision, decision.root), "\n");
  }
  for (NodeId id = decision.root + 1; id-- > 0;) {
    const Node& node = decision.nodes[id];
    if (node.leaf) continue;
    absl::StrAppend(
        &text, NodeName(decision, id), ": if ",
        FormatTest(known[(decision.root - id) * kSteps + 1], node.test),
        " then ", NodeName(decision, node.then_node), " else ",
        NodeName(decision, node.else_node), "\n");
  }
  return text;
}

std::string FormatDot(const Decision& decision) {
  const std::vector<Knowledge> known = FollowTests(decision);
  std::string text = "digraph decision {\n  node [shape=box];\n";
  for (NodeId id = decision.root + 1; id-- > 0;) {
    const Node& node = decision.nodes[id];
    absl::StrAppend(
        &text, "  n", decision.root - id, " [label=\"",
        node.leaf
            ? FormatReturnValue(node.value)
            : FormatTest(known[(decision.root - id) * kSteps + 1], node.test),
        "\"];\n");
    if (node.leaf) continue;
    absl::StrAppend(&text, "  n", decision.root - id, " -> n",
                    decision.root - node.then_node, ";\n");
    absl::StrAppend(&text, "  n", decision.root - id, " -> n",
                    decision.root - node.else_node, " [style=dashed];\n");
  }
  absl::StrAppend(&text, "}\n");
  return text;
}

}  // namespace scbpf
