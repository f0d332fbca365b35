// A decision: the graph of 32-bit tests that answers what a policy answers.
#ifndef SCBPF_COMPILER_DECISION_H_
#define SCBPF_COMPILER_DECISION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "scbpf/call.h"
#include "scbpf/compile.h"
#include "scbpf/policy.h"
#include "scbpf/program.h"
#include "scbpf/return_value.h"

namespace scbpf {

// A 32-bit word of the call, by its offset in struct seccomp_data.
struct Word {
  uint8_t offset = 0;

  bool operator==(const Word&) const = default;
};
inline constexpr Word kNrWord{0};
inline constexpr Word kArchWord{4};
// Little-endian ABIs: the low half of an argument comes first.
constexpr Word ArgWord(int arg, bool high) {
  return {static_cast<uint8_t>(16 + 8 * arg + (high ? 4 : 0))};
}

// (w & mask) == value | (w & mask) >= value | (w & mask) != 0
enum class TestOp : uint8_t { kEq, kGe, kAnySet };

struct Test {
  Word word;
  TestOp op = TestOp::kEq;
  uint32_t mask = ~uint32_t{0};
  uint32_t value = 0;

  bool operator==(const Test&) const = default;
};

using NodeId = uint32_t;

// A leaf when `leaf` is set: then `value` counts and nothing else.
struct Node {
  bool leaf = false;
  ReturnValue value;
  Test test;
  NodeId then_node = 0;
  NodeId else_node = 0;

  bool operator==(const Node&) const = default;
};

// Children stand before their parents; equal nodes are one.
struct Decision {
  std::vector<Node> nodes;
  NodeId root = 0;
};

bool Holds(const Test& test, const Call& call);
ReturnValue Evaluate(const Decision& decision, const Call& call);

// Section 4 and 5 of docs/design.md: the cheapest decision under `weights`.
Decision BuildDecision(const Policy& policy, const Weights& weights);

// --emit=decision and --emit=dot.
std::string FormatDecision(const Decision& decision);
std::string FormatDot(const Decision& decision);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_DECISION_H_
