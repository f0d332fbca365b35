// Comparing two sides field by field, or as a whole.
#ifndef SCBPF_PROOF_COMPARE_H_
#define SCBPF_PROOF_COMPARE_H_

#include <memory>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "proof/layers.h"
#include "scbpf/prove.h"

namespace scbpf {

// What one side must not be in relation to the other.
enum class Relation : uint8_t { kDifferent, kMorePermissive };

class Comparison {
 public:
  // The sides must outlive the comparison.
  static absl::StatusOr<std::unique_ptr<Comparison>> Make(
      const Side& a, const Side& b, const ProofBudget& budget);

  // A call on which `a` is in that relation to `b`.
  absl::StatusOr<std::optional<Call>> Find(Relation relation);

  // Where the sides differ: a diagram of pairs (Diagram::Op::kPair) in a
  // diagram and order that stay valid until the next call.
  struct Pairs {
    Diagram* diagram = nullptr;
    Order order;
    Diagram::Ref root = 0;
  };
  absl::StatusOr<Pairs> PairsOf(const std::vector<Answer>& answers);
  absl::StatusOr<Pairs> WholePairs();

  const Layers& layers() const { return layers_; }
  Budget& budget() { return budget_; }

 private:
  explicit Comparison(const ProofBudget& budget) : budget_(budget) {}
  // Builds a field's roots by the first plan that the budget allows.
  bool BuildRoots(const std::vector<Answer>& answers, Order* order,
                  std::pair<Diagram::Ref, Diagram::Ref>* roots);
  bool Try(const std::vector<Answer>& answers, const Plan& plan, Budget attempt,
           std::pair<Diagram::Ref, Diagram::Ref>* roots);
  std::vector<Plan> PlansFor(const std::vector<Answer>& answers) const;
  std::optional<Call> Violation(Relation relation, const Order& order,
                                std::pair<Diagram::Ref, Diagram::Ref> roots);
  bool HasViolation(Relation relation, const std::vector<Answer>& answers,
                    std::optional<Call>* call);
  void Renew();

  Budget budget_;
  bool balanced_first_ = false;  // the other plan failed before
  bool gave_up_ = false;         // on a field: then nothing is proved
  Layers layers_;
  std::unique_ptr<Workspace> workspace_;
};

}  // namespace scbpf

#endif  // SCBPF_PROOF_COMPARE_H_
