// One call that is not yet covered at a time, and as much around it as holds.
#include "workflow/cover_by_masks.h"

#include <array>
#include <bit>
#include <cstdint>
#include <set>
#include <utility>

#include "proof/behavior.h"

namespace scbpf {
namespace {

using Ref = Diagram::Ref;

struct Cube {
  std::array<uint64_t, 6> masks{};
  Call call;
  // Instead of a mask.
  std::array<std::optional<ArgCondition>, 6> bounds{};
};

Conjunction Tell(const Cube& cube) {
  Conjunction all_of;
  for (uint8_t arg = 0; arg < 6; ++arg) {
    if (cube.bounds[arg]) {
      all_of.push_back(*cube.bounds[arg]);
      continue;
    }
    const uint64_t mask = cube.masks[arg];
    if (mask == 0) continue;
    all_of.push_back({arg, CompareOp::kEq, cube.call.args[arg] & mask, mask});
  }
  return all_of;
}

class Coverer {
 public:
  Coverer(Diagram& diagram, const Order& order, Ref condition)
      : diagram_(diagram),
        order_(order),
        condition_(condition),
        elsewhere_(diagram.Not(condition)) {}

  std::optional<std::vector<Conjunction>> Run(size_t most) {
    const Ref no = diagram_.Leaf(0);
    std::vector<Conjunction> any_of;
    Ref open = condition_;
    while (open != no) {
      if (any_of.size() == most || diagram_.budget().spent()) {
        return std::nullopt;
      }
      Cube cube;
      if (!Point(open, &cube.call) || !Follow(&cube)) return std::nullopt;
      Widen(&cube);
      any_of.push_back(Tell(cube));
      const Ref rest = diagram_.Not(Build(any_of.back()));
      open = diagram_.Apply(Diagram::Op::kAnd, open, rest);
    }
    return any_of;
  }

 private:
  Ref Build(const Conjunction& all_of) {
    const Ref yes = diagram_.Leaf(1);
    const Ref no = diagram_.Leaf(0);
    return BuildConjunction(all_of, order_, yes, no, diagram_);
  }

  // A call for which `ref` is 1; false: it takes the instruction pointer.
  bool Point(Ref ref, Call* call) const {
    while (!diagram_.IsLeaf(ref)) {
      const uint32_t level = diagram_.LevelOf(ref);
      if (level >= kIpLevel) return false;
      const Ref low = diagram_.Low(ref);
      if (!diagram_.IsLeaf(low) || diagram_.ValueOf(low) != 0) {
        ref = low;
        continue;
      }
      SetBit(order_, level, call);
      ref = diagram_.High(ref);
    }
    return true;
  }

  // The bits that the condition looks at on the way of the call.
  bool Follow(Cube* cube) const {
    Ref ref = condition_;
    while (!diagram_.IsLeaf(ref)) {
      const uint32_t level = diagram_.LevelOf(ref);
      if (level >= kIpLevel) return false;
      Call bit;
      SetBit(order_, level, &bit);
      bool set = false;
      for (size_t arg = 0; arg < 6; ++arg) {
        cube->masks[arg] |= bit.args[arg];
        set = set || (cube->call.args[arg] & bit.args[arg]) != 0;
      }
      ref = set ? diagram_.High(ref) : diagram_.Low(ref);
    }
    return true;
  }

  bool StaysInside(const Cube& cube) {
    const Ref outside =
        diagram_.Apply(Diagram::Op::kAnd, Build(Tell(cube)), elsewhere_);
    return outside == diagram_.Leaf(0);
  }

  // Whether the cube without the bits `dropped` of `arg` stays inside.
  bool TryDrop(size_t arg, uint64_t dropped, Cube* cube) {
    if ((cube->masks[arg] & dropped) == 0) return true;
    Cube wider = *cube;
    wider.masks[arg] &= ~dropped;
    if (!StaysInside(wider)) return false;
    *cube = wider;
    return true;
  }

  // Everything from the argument's value down, or up, as far as it goes, where
  // that is more than its mask says.
  void TryBound(uint8_t arg, Cube* cube) {
    const uint64_t most =
        cube->masks[arg] >> 32 != 0 ? ~uint64_t{0} : uint64_t{0xffffffff};
    const uint64_t value = cube->call.args[arg] & most;
    for (const CompareOp op : {CompareOp::kLe, CompareOp::kGe}) {
      Cube bounded = *cube;
      const auto set = [&](uint64_t bound) {
        bounded.bounds[arg] = ArgCondition{arg, op, bound, most};
        return StaysInside(bounded);
      };
      if (!set(value)) continue;
      // Between `good`, which stays inside, and `bad`, which may not.
      uint64_t good = value;
      const uint64_t end = op == CompareOp::kLe ? most : 0;
      for (uint64_t step = (most >> 1) + 1; step != 0; step >>= 1) {
        const uint64_t left = op == CompareOp::kLe ? end - good : good - end;
        if (step > left) continue;
        const uint64_t next = op == CompareOp::kLe ? good + step : good - step;
        if (set(next)) good = next;
      }
      set(good);
      const uint64_t more = op == CompareOp::kLe ? good : most - good;
      const int free = std::popcount(most & ~cube->masks[arg]);
      if (more > (uint64_t{1} << free) - 1) {
        *cube = bounded;
        return;
      }
    }
  }

  // Whole arguments first, then halves, then bits.
  void Widen(Cube* cube) {
    constexpr uint64_t kAll = ~uint64_t{0};
    for (size_t arg = 0; arg < 6; ++arg) TryDrop(arg, kAll, cube);
    for (size_t arg = 0; arg < 6; ++arg) {
      if (cube->masks[arg] == 0) continue;
      for (const int half : {32, 0}) {
        if (TryDrop(arg, uint64_t{0xffffffff} << half, cube)) continue;
        for (int bit = half + 31; bit >= half; --bit) {
          TryDrop(arg, uint64_t{1} << bit, cube);
        }
      }
    }
    for (uint8_t arg = 0; arg < 6; ++arg) {
      if (cube->masks[arg] != 0) TryBound(arg, cube);
    }
  }

  Diagram& diagram_;
  const Order& order_;
  const Ref condition_;
  const Ref elsewhere_;
};

}  // namespace

std::optional<std::vector<Conjunction>> CoverByMasks(Diagram& diagram,
                                                     const Order& order,
                                                     Diagram::Ref condition,
                                                     size_t most) {
  return Coverer(diagram, order, condition).Run(most);
}

std::vector<uint32_t> LeavesOf(const Diagram& diagram, Diagram::Ref root) {
  std::vector<uint32_t> leaves;
  std::vector<Ref> open{root};
  std::set<Ref> seen{root};
  while (!open.empty()) {
    const Ref ref = open.back();
    open.pop_back();
    if (diagram.IsLeaf(ref)) {
      leaves.push_back(diagram.ValueOf(ref));
      continue;
    }
    for (const Ref next : {diagram.Low(ref), diagram.High(ref)}) {
      if (seen.insert(next).second) open.push_back(next);
    }
  }
  return leaves;
}

}  // namespace scbpf
