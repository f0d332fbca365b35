// How much a proof may still do: shared by everything one proof builds.
#ifndef SCBPF_PROOF_BUDGET_H_
#define SCBPF_PROOF_BUDGET_H_

#include <cstdint>

#include "scbpf/prove.h"

namespace scbpf {

// Once spent it stays spent: whoever works on then may return nonsense
// quickly, and whoever started the work looks at spent() before the result.
class Budget {
 public:
  explicit Budget(uint64_t units) : units_(units), steps_(units * 6) {}
  explicit Budget(const ProofBudget& budget)
      : Budget(uint64_t{budget.thousands} * 1000) {}

  // A diagram node or an interval.
  bool TakeUnit() {
    if (units_ == 0) return false;
    --units_;
    return true;
  }
  // A step of an operation that may build nothing: bounds the time.
  bool TakeStep() {
    if (steps_ == 0) units_ = 0;
    if (units_ == 0) return false;
    --steps_;
    return true;
  }
  bool spent() const { return units_ == 0; }
  uint64_t units() const { return units_; }

  // Moves at most `units` to a budget of its own; Return gives the rest back.
  Budget Lend(uint64_t units, uint64_t steps_per_unit = 6) {
    Budget lent(units < units_ ? units : units_);
    lent.steps_ = lent.units_ * steps_per_unit;
    if (lent.steps_ > steps_) lent.steps_ = steps_;
    units_ -= lent.units_;
    steps_ -= lent.steps_;
    return lent;
  }
  void Return(const Budget& rest) {
    units_ += rest.units_;
    steps_ += rest.steps_;
  }

 private:
  uint64_t units_;
  uint64_t steps_;
};

}  // namespace scbpf

#endif  // SCBPF_PROOF_BUDGET_H_
