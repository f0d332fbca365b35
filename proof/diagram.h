// Functions of the bits of a system call: an interned multi-terminal binary
// decision diagram, the canonical value of the proof.
#ifndef SCBPF_PROOF_DIAGRAM_H_
#define SCBPF_PROOF_DIAGRAM_H_

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "proof/budget.h"

namespace scbpf {

// A test of one 32-bit word. kEq: (w & mask) == k, k within mask; kGe:
// (w & mask) >= k.
struct WordTest {
  enum class Op : uint8_t { kEq, kGe };
  Op op = Op::kEq;
  uint16_t level = 0;  // of the word's most significant bit
  uint32_t mask = 0;
  uint32_t k = 0;
};

// Every function is a Ref; equal functions have equal Refs (of one Diagram).
// Leaves carry 32 bits: return values, or 0 and 1 where a function is a
// condition. Levels are the 512 bits of a call, tested in ascending order.
//
// When the budget is spent, every operation returns some Ref without meaning.
class Diagram {
 public:
  using Ref = uint32_t;
  static constexpr uint32_t kLeafLevel = 512;
  // A leaf that no return value has: "nothing decided yet".
  static constexpr uint32_t kNone = 0xffffffffu;

  enum class Op : uint8_t {
    kAnd,         // conditions
    kOr,          // conditions
    kXor,         // conditions
    kOverlay,     // the first, where it is kNone the second
    kStack,       // what the kernel answers; the first is the newer filter's
    kPair,        // kNone where equal, else the index of the pair (PairAt)
    kPermissive,  // 1 where the first's action is more permissive
    kIs,          // 1 where the first has the value of the second, a leaf
    kCanonical,   // the first as the kernel reads it
  };

  explicit Diagram(Budget& budget);

  Ref Leaf(uint32_t value) { return Intern(kLeafLevel, value, 0); }
  Ref Node(uint32_t level, Ref low, Ref high) {
    return low == high ? low : Intern(level, low, high);
  }

  bool IsLeaf(Ref ref) const { return nodes_[ref].level == kLeafLevel; }
  uint32_t ValueOf(Ref leaf) const { return nodes_[leaf].low; }
  uint32_t LevelOf(Ref ref) const { return nodes_[ref].level; }
  Ref Low(Ref node) const { return nodes_[node].low; }
  Ref High(Ref node) const { return nodes_[node].high; }

  // then_ref where the test holds, else_ref elsewhere.
  Ref If(const WordTest& test, Ref then_ref, Ref else_ref);
  // Many values of the word at `level` at once: each where it equals its
  // first, else_ref elsewhere. Ascending firsts, no seconds above the next
  // word, else_ref not above this one.
  using Case = std::pair<uint32_t, Ref>;
  Ref Switch(uint32_t level, std::span<const Case> cases, Ref else_ref);
  // The same under a condition.
  Ref Ite(Ref condition, Ref then_ref, Ref else_ref);
  Ref Apply(Op op, Ref a, Ref b);
  // All of them by kOverlay, in their order; at least one.
  Ref OverlayAll(std::vector<Ref> layers);
  Ref Not(Ref condition) { return Apply(Op::kXor, condition, Leaf(1)); }

  // What a leaf of kPair stands for.
  std::pair<uint32_t, uint32_t> PairAt(uint32_t index) const {
    return pairs_[index];
  }

  size_t size() const { return nodes_.size(); }
  Budget& budget() { return *budget_; }
  void UseBudget(Budget& budget) { budget_ = &budget; }

 private:
  struct NodeData {
    uint32_t level, low, high;
  };
  struct Slot {
    uint32_t hash = 0;
    Ref ref = 0;  // 0: empty
  };
  struct Cached {
    uint32_t tag = 0, a = 0, b = 0, c = 0;
    Ref result = 0;
  };

  Ref Intern(uint32_t level, uint32_t low, uint32_t high);
  void Grow();
  bool Find(uint32_t tag, uint32_t a, uint32_t b, uint32_t c, Ref* result);
  void Remember(uint32_t tag, uint32_t a, uint32_t b, uint32_t c, Ref result);
  // Cofactor of `ref` at a level not below its top.
  Ref LowAt(Ref ref, uint32_t level) const {
    return nodes_[ref].level == level ? nodes_[ref].low : ref;
  }
  Ref HighAt(Ref ref, uint32_t level) const {
    return nodes_[ref].level == level ? nodes_[ref].high : ref;
  }
  Ref Splice(const WordTest& test, uint32_t mask, Ref f, Ref g);
  bool Shortcut(Op op, Ref a, Ref b, Ref* result);
  uint32_t LeafOp(Op op, uint32_t a, uint32_t b);

  Budget* budget_;
  std::vector<NodeData> nodes_;
  std::vector<Slot> table_;  // open addressing
  std::vector<Cached> cache_;
  std::vector<std::pair<uint32_t, uint32_t>> pairs_;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, uint32_t> pair_index_;
  uint32_t tests_ = 0;  // tells the tests of Splice apart in the cache
};

}  // namespace scbpf

#endif  // SCBPF_PROOF_DIAGRAM_H_
