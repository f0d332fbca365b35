// Walks partitions and diagrams for single calls.
#include "proof/answer.h"

#include "absl/status/status.h"
#include "proof/compare.h"

namespace scbpf {
namespace {

using Ref = Diagram::Ref;

uint32_t Follow(const Diagram& diagram, const Order& order, Ref ref,
                const Call& call) {
  while (!diagram.IsLeaf(ref)) {
    Call bit;
    SetBit(order, diagram.LevelOf(ref), &bit);
    bool set = (call.nr & bit.nr) != 0 || (call.arch & bit.arch) != 0 ||
               (call.instruction_pointer & bit.instruction_pointer) != 0;
    for (size_t i = 0; i < call.args.size(); ++i) {
      set = set || (call.args[i] & bit.args[i]) != 0;
    }
    ref = set ? diagram.High(ref) : diagram.Low(ref);
  }
  return diagram.ValueOf(ref);
}

template <typename T>
const T& Covering(const std::vector<T>& list, uint32_t value) {
  const auto next = std::upper_bound(
      list.begin(), list.end(), value,
      [](uint32_t number, const T& item) { return number < item.first; });
  return *(next - 1);
}

}  // namespace

absl::StatusOr<std::vector<ReturnValue>> AnswersOf(
    const Side& side, const std::vector<Call>& calls, const ProofBudget& budget,
    ReadBy* read_by) {
  Budget left(budget);
  const auto layers = PrepareLayers(side, side, left);
  if (!layers.ok()) return layers.status();
  if (read_by != nullptr) {
    *read_by = layers->NeedBits() ? ReadBy::kBits : ReadBy::kNumbers;
  }
  Workspace workspace(*layers, left);
  const Ref whole = layers->NeedBits() ? workspace.WholeRoots().first : 0;
  std::vector<ReturnValue> answers;
  for (const Call& call : calls) {
    Ref root = whole;
    if (!layers->NeedBits()) {
      std::vector<Answer> parts;
      for (const Layer& layer : layers->all) {
        const Cell& cell = Covering(*layer.partition, call.arch);
        parts.push_back(Covering(cell.pieces, call.nr).answer);
      }
      root = workspace.Roots(parts, {}).first;
    }
    if (left.spent()) {
      return absl::ResourceExhaustedError("the budget of the proof ran out");
    }
    answers.push_back({Follow(workspace.diagram(), {}, root, call)});
  }
  return answers;
}

}  // namespace scbpf
