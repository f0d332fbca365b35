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

// A state is an instruction and the values of the registers that are still
// read; equal states have equal answers and are executed once.
class Executor {
 public:
  // All must outlive the executor. `in_stack`: see Values::Return.
  Executor(std::span<const Instruction> program, const Flow& flow,
           Diagram& diagram, const Order& order, bool in_stack)
      : program_(program),
        flow_(flow),
        diagram_(diagram),
        values_(diagram, order),
        in_stack_(in_stack) {
    memories_.push_back({});
    memory_index_.try_emplace(memories_[0], 0u);
  }

  // The answer from `pc` on with every register 0.
  Diagram::Ref Run(uint32_t pc);

 private:
  using Memory = std::array<Value, 16>;
  struct State {
    uint32_t pc = 0;
    uint32_t memory = 0;  // index in memories_
    Value a, x;

    bool operator==(const State&) const = default;
    template <typename H>
    friend H AbslHashValue(H h, const State& s) {
      return H::combine(std::move(h), s.pc, s.memory, s.a, s.x);
    }
  };
  static constexpr uint32_t kNone = 0xffffffffu;
  struct Step {
    State state;
    // then: the only successor, or where a branch holds.
    uint32_t then_step = kNone, else_step = kNone;
    bool expanded = false, done = false;
    Diagram::Ref root = 0;
  };

  uint32_t Find(State state);
  uint32_t Follow(State state, size_t next);
  void Expand(uint32_t index);
  void Transfer(const Instruction& instruction, State* state);
  void Store(uint32_t slot, Value value, State* state);
  Diagram::Ref Finish(const Step& step);

  std::span<const Instruction> program_;
  const Flow& flow_;
  Diagram& diagram_;
  Values values_;
  bool in_stack_;
  std::vector<Step> steps_;
  absl::flat_hash_map<State, uint32_t> index_;
  std::vector<Memory> memories_;
  absl::flat_hash_map<Memory, uint32_t> memory_index_;
};

}  // namespace scbpf

#endif  // SCBPF_PROOF_EXECUTE_H_
