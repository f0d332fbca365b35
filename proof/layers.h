// Both sides of a comparison, prepared: each program or policy with its
// partition, and its answers as diagrams.
#ifndef SCBPF_PROOF_LAYERS_H_
#define SCBPF_PROOF_LAYERS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "proof/diagram.h"
#include "proof/execute.h"
#include "proof/flow.h"
#include "proof/interval.h"
#include "proof/order.h"
#include "proof/partition.h"
#include "scbpf/prove.h"

namespace scbpf {

// One program or one policy (the other is empty, nullptr).
struct Layer {
  std::span<const Instruction> program;
  const Policy* policy = nullptr;
  bool in_stack = false;
  Flow flow;
  std::vector<const Behavior*> behaviors;
  // nullopt: bits of nr and arch are needed.
  std::optional<Partition> partition;
};

// The layers of `a`, then those of `b`, oldest first.
struct Layers {
  std::vector<Layer> all;
  size_t of_a = 0;

  bool NeedBits() const;
};

// InvalidArgument: the kernel would not take a program. The sides must
// outlive the layers.
absl::StatusOr<Layers> PrepareLayers(const Side& a, const Side& b,
                                     Budget& budget);

// Tokens and numbers on which every layer has one answer.
struct Field {
  Interval arch;
  Interval nr;
  std::vector<Answer> answers;  // one a layer
};

// Every field in the order of tokens and numbers, until `visit` says false.
// Every layer must have a partition.
void VisitFields(const Layers& layers,
                 const std::function<bool(const Field&)>& visit);

// How diagrams are built.
struct Plan {
  Order order;
  Chains chains = Chains::kBackward;

  bool operator==(const Plan&) const = default;
};

// Diagrams of what layers answer, by any plan.
class Workspace {
 public:
  using Ref = Diagram::Ref;
  Workspace(const Layers& layers, Budget& budget)
      : layers_(layers), diagram_(budget) {}

  Diagram& diagram() { return diagram_; }
  // What each side answers on a field: as the kernel reads it.
  std::pair<Ref, Ref> Roots(const std::vector<Answer>& answers,
                            const Plan& plan);
  // What each side answers to everything, nr and arch as bits.
  std::pair<Ref, Ref> WholeRoots();

 private:
  struct Context {
    Plan plan;
    std::vector<std::unique_ptr<Executor>> executors;  // one a layer
    std::vector<absl::flat_hash_map<uint32_t, Ref>> roots;
  };
  Context& ContextFor(const Plan& plan);
  Executor& ExecutorOf(size_t layer, Context& context);
  Ref RootOf(size_t layer, Answer answer, Context& context);
  Ref WholeRoot(size_t layer, Context& context);
  std::pair<Ref, Ref> Combine(const std::vector<Ref>& roots);

  const Layers& layers_;
  Diagram diagram_;
  std::vector<std::unique_ptr<Context>> contexts_;
};

}  // namespace scbpf

#endif  // SCBPF_PROOF_LAYERS_H_
