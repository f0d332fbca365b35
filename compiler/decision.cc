// What a decision answers.
#include "compiler/decision.h"

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

}  // namespace scbpf
