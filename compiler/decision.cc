// What a decision answers, and a decision as text.
#include "compiler/decision.h"

#include "absl/strings/str_cat.h"
#include "bpf/text.h"
#include "syscall-tables/names.h"

namespace scbpf {
namespace {

uint32_t ReadWord(Word word, const Call& call) {
  switch (word.offset) {
    case 0:
      return call.nr;
    case 4:
      return call.arch;
    case 8:
      return static_cast<uint32_t>(call.instruction_pointer);
    case 12:
      return static_cast<uint32_t>(call.instruction_pointer >> 32);
    default:
      break;
  }
  const uint64_t arg = call.args[(word.offset - 16) / 8];
  return static_cast<uint32_t>(word.offset % 8 == 0 ? arg : arg >> 32);
}

std::string WordName(Word word) {
  if (word == kNrWord) return "nr";
  if (word == kArchWord) return "arch";
  return absl::StrCat("arg", (word.offset - 16) / 8,
                      word.offset % 8 == 0 ? ".low" : ".high");
}

std::string FormatTest(const Test& test) {
  std::string word = WordName(test.word);
  if (test.op == TestOp::kAnySet) {
    return absl::StrCat(word, " & ", Hex(test.mask), " != 0");
  }
  if (test.mask != ~uint32_t{0}) {
    word = absl::StrCat("(", word, " & ", Hex(test.mask), ")");
  }
  const bool is_number = test.word == kNrWord;
  return absl::StrCat(word, test.op == TestOp::kEq ? " == " : " >= ",
                      is_number && test.value < 4096 ? absl::StrCat(test.value)
                                                     : Hex(test.value));
}

std::string NodeName(const Decision& decision, NodeId id) {
  const Node& node = decision.nodes[id];
  if (node.leaf) return FormatReturnValue(node.value);
  return absl::StrCat("n", decision.root - id);
}

}  // namespace

bool Holds(const Test& test, const Call& call) {
  const uint32_t word = ReadWord(test.word, call) & test.mask;
  switch (test.op) {
    case TestOp::kEq:
      return word == test.value;
    case TestOp::kGe:
      return word >= test.value;
    case TestOp::kAnySet:
      return word != 0;
  }
  return false;
}

ReturnValue Evaluate(const Decision& decision, const Call& call) {
  NodeId id = decision.root;
  while (!decision.nodes[id].leaf) {
    const Node& node = decision.nodes[id];
    id = Holds(node.test, call) ? node.then_node : node.else_node;
  }
  return decision.nodes[id].value;
}

std::string FormatDecision(const Decision& decision) {
  std::string text;
  if (decision.nodes[decision.root].leaf) {
    return absl::StrCat(NodeName(decision, decision.root), "\n");
  }
  for (NodeId id = decision.root + 1; id-- > 0;) {
    const Node& node = decision.nodes[id];
    if (node.leaf) continue;
    absl::StrAppend(&text, NodeName(decision, id), ": if ",
                    FormatTest(node.test), " then ",
                    NodeName(decision, node.then_node), " else ",
                    NodeName(decision, node.else_node), "\n");
  }
  return text;
}

std::string FormatDot(const Decision& decision) {
  std::string text = "digraph decision {\n  node [shape=box];\n";
  for (NodeId id = decision.root + 1; id-- > 0;) {
    const Node& node = decision.nodes[id];
    absl::StrAppend(
        &text, "  n", decision.root - id, " [label=\"",
        node.leaf ? FormatReturnValue(node.value) : FormatTest(node.test),
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
