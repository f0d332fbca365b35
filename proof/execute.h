// Exact symbolic execution of a program: what it answers from an instruction
// on, as a diagram.
#ifndef SCBPF_PROOF_EXECUTE_H_
#define SCBPF_PROOF_EXECUTE_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "proof/diagram.h"
#include "proof/flow.h"
#include "proof/order.h"
#include "proof/value.h"
#include "scbpf/program.h"

namespace scbpf {

// How Executor puts together what a long chain of rules answers.
enum class Chains : uint8_t {
  kBackward,  // link by link: fast as long as links follow the diagram's order
  kBalanced,  // the links alone, then laid over each other in pairs
};

// A state is an instruction and the values of the registers that are still
// read; equal states have equal answers and are executed once.
class Executor {
 public:
  // All must outlive the executor. `in_stack`: see Values::Return.
  Executor(std::span<const Instruction> program, const Flow& flow,
           Diagram& diagram, const Order& order, Chains chains, bool in_stack);

  // The answer from `pc` on with every register 0.
  Diagram::Ref Run(uint32_t pc);

 private:
  using Memory = std::array<Value, 16>;
  static constexpr uint32_t kNone = 0xffffffffu;
  struct State {
    uint32_t pc = 0;
    // Who gets here is not followed: the answer is Diagram::kNone.
    uint32_t stop = kNone;
    uint32_t memory = 0;  // index in memories_
    Value a, x;

    bool operator==(const State&) const = default;
    template <typename H>
    friend H AbslHashValue(H h, const State& s) {
      return H::combine(std::move(h), s.pc, s.stop, s.memory, s.a, s.x);
    }
  };
  struct Step {
    State state;
    // then: the only successor, or where a branch holds.
    uint32_t then_step = kNone, else_step = kNone;
    uint32_t chain = kNone;  // index in chains_, instead of successors
    uint32_t cases = kNone;  // index in cases_, instead of then_step
    bool expanded = false, done = false;
    Diagram::Ref root = 0;
  };

  uint32_t Find(State state);
  uint32_t Follow(State state, size_t next);
  void Expand(uint32_t index);
  bool ExpandChain(uint32_t index);
  bool ExpandCases(uint32_t index);
  Diagram::Ref FinishChain(const std::vector<uint32_t>& links);
  void Transfer(const Instruction& instruction, State* state);
  void Store(uint32_t slot, Value value, State* state);
  Diagram::Ref Finish(const Step& step);

  std::span<const Instruction> program_;
  const Flow& flow_;
  Diagram& diagram_;
  Values values_;
  bool in_stack_;
  std::vector<uint32_t> links_;                // by FindLinks; empty: kBackward
  std::vector<std::vector<uint32_t>> chains_;  // steps, in order
  // Values that one word is compared with in turn, and the steps then.
  std::vector<std::vector<std::pair<uint32_t, uint32_t>>> cases_;
  std::vector<Step> steps_;
  absl::flat_hash_map<State, uint32_t> index_;
  std::vector<Memory> memories_;
  absl::flat_hash_map<Memory, uint32_t> memory_index_;
};

}  // namespace scbpf

#endif  // SCBPF_PROOF_EXECUTE_H_
