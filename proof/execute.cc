// States are found forward and answered backward, without recursion.
#include "proof/execute.h"

#include "bpf/instruction.h"
#include "scbpf/return_value.h"

namespace scbpf {

namespace {

// Chains of fewer links, and fewer comparisons in turn, are not worth it.
constexpr size_t kMinLinks = 8;
constexpr size_t kMinCases = 4;

}  // namespace

Executor::Executor(std::span<const Instruction> program, const Flow& flow,
                   Diagram& diagram, const Order& order, Chains chains,
                   bool in_stack)
    : program_(program),
      flow_(flow),
      diagram_(diagram),
      values_(diagram, order),
      in_stack_(in_stack) {
  if (chains == Chains::kBalanced) links_ = FindLinks(program, flow);
  memories_.push_back({});
  memory_index_.try_emplace(memories_[0], 0u);
}

Diagram::Ref Executor::Run(uint32_t pc) {
  State start;
  start.pc = pc;
  const uint32_t first = Find(start);
  std::vector<uint32_t> open{first};
  while (!open.empty()) {
    if (diagram_.budget().spent()) return 0;
    const uint32_t index = open.back();
    if (steps_[index].done) {
      open.pop_back();
      continue;
    }
    if (!steps_[index].expanded) Expand(index);
    bool ready = true;
    const auto wait_for = [&](uint32_t next) {
      if (next == kNone || steps_[next].done) return;
      open.push_back(next);
      ready = false;
    };
    wait_for(steps_[index].then_step);
    wait_for(steps_[index].else_step);
    if (steps_[index].chain != kNone) {
      for (const uint32_t link : chains_[steps_[index].chain]) wait_for(link);
    }
    if (steps_[index].cases != kNone) {
      for (const auto& [k, step] : cases_[steps_[index].cases]) wait_for(step);
    }
    if (!ready) continue;
    steps_[index].root = Finish(steps_[index]);
    steps_[index].done = true;
    open.pop_back();
  }
  return steps_[first].root;
}

uint32_t Executor::Find(State state) {
  const auto [entry, added] =
      index_.try_emplace(state, static_cast<uint32_t>(steps_.size()));
  if (added) {
    diagram_.budget().TakeUnit();
    steps_.push_back({state});
  }
  return entry->second;
}

// The state at `next`, without the registers nobody reads there.
uint32_t Executor::Follow(State state, size_t next) {
  state.pc = static_cast<uint32_t>(next);
  if (state.pc > state.stop) state.stop = kNone;
  const uint32_t live = flow_.live[next];
  if ((live & kRegisterA) == 0) state.a = {};
  if ((live & kRegisterX) == 0) state.x = {};
  if (state.memory != 0) {
    Memory memory = memories_[state.memory];
    for (uint32_t slot = 0; slot < memory.size(); ++slot) {
      if ((live >> slot & 1) == 0) memory[slot] = {};
    }
    const auto [entry, added] = memory_index_.try_emplace(
        memory, static_cast<uint32_t>(memories_.size()));
    if (added) memories_.push_back(memory);
    state.memory = entry->second;
  }
  return Find(state);
}

// A state without registers at the start of a long chain: the links.
bool Executor::ExpandChain(uint32_t index) {
  const State state = steps_[index].state;
  if (links_.empty() || flow_.live[state.pc] != 0) return false;
  std::vector<uint32_t> starts{state.pc};
  for (uint32_t pc = links_[state.pc]; pc < state.stop && pc != kNoLink;
       pc = links_[pc]) {
    starts.push_back(pc);
  }
  if (starts.size() < kMinLinks) return false;
  std::vector<uint32_t> links;
  for (size_t i = 0; i < starts.size(); ++i) {
    State link;
    link.pc = starts[i];
    link.stop = i + 1 < starts.size() ? starts[i + 1] : state.stop;
    links.push_back(Find(link));
  }
  steps_[index].chain = static_cast<uint32_t>(chains_.size());
  chains_.push_back(std::move(links));
  return true;
}

Diagram::Ref Executor::FinishChain(const std::vector<uint32_t>& links) {
  std::vector<Diagram::Ref> roots;
  for (const uint32_t link : links) roots.push_back(steps_[link].root);
  return diagram_.OverlayAll(std::move(roots));
}

// A word compared with one value after the other, where nobody else enters.
bool Executor::ExpandCases(uint32_t index) {
  const State state = steps_[index].state;
  if (state.a.kind != Value::Kind::kWord || state.memory != 0 ||
      state.x != Value{}) {
    return false;
  }
  const auto compares = [&](uint32_t pc) {
    return program_[pc].code == op::kJeqK && program_[pc].jt != program_[pc].jf;
  };
  if (!compares(state.pc)) return false;
  std::vector<uint32_t> pcs{state.pc};
  uint32_t next = state.pc + 1 + program_[state.pc].jf;
  while (next < state.stop && compares(next) && flow_.entries[next] == 1) {
    pcs.push_back(next);
    next += 1 + program_[next].jf;
  }
  if (pcs.size() < kMinCases) return false;
  std::vector<std::pair<uint32_t, uint32_t>> cases;
  for (const uint32_t pc : pcs) {
    cases.push_back({program_[pc].k, Follow(state, pc + 1 + program_[pc].jt)});
  }
  const uint32_t else_step = Follow(state, next);
  steps_[index].else_step = else_step;
  steps_[index].cases = static_cast<uint32_t>(cases_.size());
  cases_.push_back(std::move(cases));
  return true;
}

void Executor::Expand(uint32_t index) {
  steps_[index].expanded = true;
  State state = steps_[index].state;
  if (state.pc == state.stop || ExpandChain(index) || ExpandCases(index)) {
    return;
  }
  const Instruction& instruction = program_[state.pc];
  const size_t pc = state.pc;
  uint32_t then_step = kNone;
  uint32_t else_step = kNone;
  const uint16_t operation = op::Operation(instruction.code);
  switch (op::Class(instruction.code)) {
    case op::kRet:
      break;
    case op::kJmp: {
      if (operation == op::kJa) {
        then_step = Follow(state, pc + 1 + instruction.k);
        break;
      }
      const Value b = op::Source(instruction.code) == op::kX
                          ? state.x
                          : Value::Constant(instruction.k);
      const size_t on_true = pc + 1 + instruction.jt;
      const size_t on_false = pc + 1 + instruction.jf;
      if (on_true == on_false) {
        then_step = Follow(state, on_true);
      } else if (state.a.IsConstant() && b.IsConstant()) {
        const bool holds = values_.Branch(operation, state.a, b, 1, 0) == 1;
        then_step = Follow(state, holds ? on_true : on_false);
      } else {
        then_step = Follow(state, on_true);
        else_step = Follow(state, on_false);
      }
      break;
    }
    default:
      Transfer(instruction, &state);
      then_step = Follow(state, pc + 1);
      break;
  }
  Step& step = steps_[index];
  step.then_step = then_step;
  step.else_step = else_step;
}

void Executor::Store(uint32_t slot, Value value, State* state) {
  Memory memory = memories_[state->memory];
  memory[slot] = value;
  const auto [entry, added] = memory_index_.try_emplace(
      memory, static_cast<uint32_t>(memories_.size()));
  if (added) memories_.push_back(memory);
  state->memory = entry->second;
}

// The registers behind an instruction that is no jump and no return.
void Executor::Transfer(const Instruction& instruction, State* state) {
  const uint16_t code = instruction.code;
  const uint32_t k = instruction.k;
  switch (op::Class(code)) {
    case op::kLd:
    case op::kLdx: {
      Value loaded;
      switch (code & 0xe0) {
        case op::kAbs:
          loaded = Values::Word(k / 4);
          break;
        case op::kMem:
          loaded = memories_[state->memory][k];
          break;
        case op::kLen:
          loaded = Value::Constant(op::kDataSize);
          break;
        default:
          loaded = Value::Constant(k);
          break;
      }
      (op::Class(code) == op::kLd ? state->a : state->x) = loaded;
      break;
    }
    case op::kSt:
      Store(k, state->a, state);
      break;
    case op::kStx:
      Store(k, state->x, state);
      break;
    case op::kAlu:
      state->a = values_.Compute(
          op::Operation(code), state->a,
          op::Source(code) == op::kX ? state->x : Value::Constant(k));
      break;
    default:
      if (op::Operation(code) == op::kTxa) {
        state->a = state->x;
      } else {
        state->x = state->a;
      }
      break;
  }
}

// The answer of a state whose successors are answered.
Diagram::Ref Executor::Finish(const Step& step) {
  if (step.state.pc == step.state.stop) return diagram_.Leaf(Diagram::kNone);
  if (step.chain != kNone) return FinishChain(chains_[step.chain]);
  if (step.cases != kNone) {
    std::vector<Diagram::Case> cases;
    for (const auto& [k, next] : cases_[step.cases]) {
      cases.push_back({k, steps_[next].root});
    }
    return values_.Switch(step.state.a, std::move(cases),
                          steps_[step.else_step].root);
  }
  const Instruction& instruction = program_[step.state.pc];
  const Value b = op::Source(instruction.code) == op::kX
                      ? step.state.x
                      : Value::Constant(instruction.k);
  switch (op::Class(instruction.code)) {
    case op::kRet:
      return values_.Return((instruction.code & 0x18) == op::kA
                                ? step.state.a
                                : Value::Constant(instruction.k),
                            in_stack_);
    case op::kJmp:
      if (step.else_step == kNone) break;
      return values_.Branch(op::Operation(instruction.code), step.state.a, b,
                            steps_[step.then_step].root,
                            steps_[step.else_step].root);
    case op::kAlu:
      if (instruction.code == (op::kAlu | op::kDiv | op::kX)) {
        // The kernel ends a program that divides by zero with 0.
        return diagram_.Ite(values_.IsZero(b), diagram_.Leaf(KillThread().raw),
                            steps_[step.then_step].root);
      }
      break;
    default:
      break;
  }
  return steps_[step.then_step].root;
}

}  // namespace scbpf
