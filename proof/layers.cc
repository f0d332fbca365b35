// Preparing layers, walking their fields, and building their diagrams.
#include "proof/layers.h"

#include <algorithm>
#include <limits>

#include "bpf/check.h"
#include "proof/behavior.h"

namespace scbpf {
namespace {

constexpr uint32_t kMax = std::numeric_limits<uint32_t>::max();

absl::Status AddSide(const Side& side, Budget& budget, Layers* layers) {
  if (const Policy* policy = std::get_if<Policy>(&side.value)) {
    Layer& layer = layers->all.emplace_back();
    layer.policy = policy;
    layer.partition = PartitionPolicy(*policy, &layer.behaviors);
    return absl::OkStatus();
  }
  const auto& stack = std::get<std::vector<Program>>(side.value);
  if (stack.empty()) return absl::InvalidArgumentError("a stack of no filter");
  for (const Program& program : stack) {
    const absl::Status accepted = CheckProgram(program);
    if (!accepted.ok()) return accepted;
    Layer& layer = layers->all.emplace_back();
    layer.program = program;
    layer.in_stack = stack.size() > 1;
    layer.flow = FindFlow(program);
    layer.partition =
        PartitionProgram(program, layer.flow, layer.in_stack, budget);
  }
  return absl::OkStatus();
}

// Where a list of intervals, given by their firsts, stands.
template <typename T>
struct Cursor {
  const std::vector<T>* list = nullptr;
  size_t at = 0;

  const T& Here() const { return (*list)[at]; }
  uint32_t Last() const {
    return at + 1 < list->size() ? (*list)[at + 1].first - 1 : kMax;
  }
  void PassTo(uint32_t last) {
    if (Last() == last && last != kMax) ++at;
  }
};

template <typename T>
uint32_t FirstEnd(const std::vector<Cursor<T>>& cursors) {
  uint32_t end = kMax;
  for (const Cursor<T>& cursor : cursors) end = std::min(end, cursor.Last());
  return end;
}

// A diagram over the 32 bits from `level` of intervals with their refs.
struct Part {
  uint32_t first;
  Diagram::Ref ref;
};
Diagram::Ref FromIntervals(uint32_t level, std::span<const Part> parts,
                           uint32_t first, Diagram& diagram) {
  if (parts.size() == 1) return parts[0].ref;
  // Bits above the first level are the same for all of these parts.
  const uint32_t bits = 32 - level % 32;
  const uint32_t middle = first + (1u << (bits - 1));
  const auto upper = std::upper_bound(
      parts.begin(), parts.end(), middle,
      [](uint32_t number, const Part& part) { return number < part.first; });
  const auto index = static_cast<size_t>(upper - parts.begin());
  const size_t low_size = parts[index - 1].first == middle ? index - 1 : index;
  const Diagram::Ref low =
      FromIntervals(level + 1, parts.subspan(0, low_size), first, diagram);
  const Diagram::Ref high =
      FromIntervals(level + 1, parts.subspan(index - 1), middle, diagram);
  return diagram.Node(level, low, high);
}

}  // namespace

bool Layers::NeedBits() const {
  return std::any_of(all.begin(), all.end(), [](const Layer& layer) {
    return !layer.partition.has_value();
  });
}

absl::StatusOr<Layers> PrepareLayers(const Side& a, const Side& b,
                                     Budget& budget) {
  Layers layers;
  absl::Status status = AddSide(a, budget, &layers);
  layers.of_a = layers.all.size();
  if (status.ok()) status = AddSide(b, budget, &layers);
  if (!status.ok()) return status;
  return layers;
}

void VisitFields(const Layers& layers,
                 const std::function<bool(const Field&)>& visit) {
  std::vector<Cursor<Cell>> cells;
  for (const Layer& layer : layers.all) cells.push_back({&*layer.partition});
  std::vector<Cursor<Piece>> pieces(cells.size());
  Field field;
  field.answers.resize(cells.size());
  while (true) {
    field.arch.last = FirstEnd(cells);
    for (size_t i = 0; i < cells.size(); ++i) {
      pieces[i] = {&cells[i].Here().pieces};
    }
    field.nr = {0, 0};
    while (true) {
      field.nr.last = FirstEnd(pieces);
      for (size_t i = 0; i < pieces.size(); ++i) {
        field.answers[i] = pieces[i].Here().answer;
      }
      if (!visit(field)) return;
      if (field.nr.last == kMax) break;
      for (Cursor<Piece>& piece : pieces) piece.PassTo(field.nr.last);
      field.nr.first = field.nr.last + 1;
    }
    if (field.arch.last == kMax) return;
    for (Cursor<Cell>& cell : cells) cell.PassTo(field.arch.last);
    field.arch.first = field.arch.last + 1;
  }
}

Workspace::Context& Workspace::ContextFor(const Plan& plan) {
  for (const auto& context : contexts_) {
    if (context->plan == plan) return *context;
  }
  contexts_.push_back(std::make_unique<Context>());
  Context& context = *contexts_.back();
  context.plan = plan;
  context.executors.resize(layers_.all.size());
  context.roots.resize(layers_.all.size());
  return context;
}

Executor& Workspace::ExecutorOf(size_t layer, Context& context) {
  std::unique_ptr<Executor>& executor = context.executors[layer];
  if (executor == nullptr) {
    const Layer& from = layers_.all[layer];
    executor = std::make_unique<Executor>(from.program, from.flow, diagram_,
                                          context.plan.order,
                                          context.plan.chains, from.in_stack);
  }
  return *executor;
}

Diagram::Ref Workspace::RootOf(size_t layer, Answer answer, Context& context) {
  if (answer.IsValue()) return diagram_.Leaf(answer.data);
  const auto found = context.roots[layer].find(answer.data);
  if (found != context.roots[layer].end()) return found->second;
  const Ref root =
      answer.kind == Answer::Kind::kEntry
          ? ExecutorOf(layer, context).Run(answer.data)
          : BuildBehavior(*layers_.all[layer].behaviors[answer.data],
                          context.plan.order, false, diagram_);
  context.roots[layer][answer.data] = root;
  return root;
}

// The kernel asks the newest filter first.
std::pair<Diagram::Ref, Diagram::Ref> Workspace::Combine(
    const std::vector<Ref>& roots) {
  const auto side = [&](size_t begin, size_t end) {
    Ref root = roots[end - 1];
    if (end - begin == 1) return root;
    for (size_t i = end - 1; i-- > begin;) {
      root = diagram_.Apply(Diagram::Op::kStack, root, roots[i]);
    }
    return diagram_.Apply(Diagram::Op::kCanonical, root, diagram_.Leaf(0));
  };
  const Ref a = side(0, layers_.of_a);
  return {a, side(layers_.of_a, roots.size())};
}

std::pair<Diagram::Ref, Diagram::Ref> Workspace::Roots(
    const std::vector<Answer>& answers, const Plan& plan) {
  Context& context = ContextFor(plan);
  std::vector<Ref> roots;
  for (size_t i = 0; i < answers.size(); ++i) {
    roots.push_back(RootOf(i, answers[i], context));
  }
  return Combine(roots);
}

Diagram::Ref Workspace::WholeRoot(size_t layer, Context& context) {
  const Layer& from = layers_.all[layer];
  if (!from.partition) return ExecutorOf(layer, context).Run(0);
  std::vector<Part> cells;
  for (const Cell& cell : *from.partition) {
    std::vector<Part> pieces;
    for (const Piece& piece : cell.pieces) {
      pieces.push_back({piece.first, RootOf(layer, piece.answer, context)});
    }
    cells.push_back({cell.first, FromIntervals(kNrLevel, pieces, 0, diagram_)});
  }
  return FromIntervals(kArchLevel, cells, 0, diagram_);
}

std::pair<Diagram::Ref, Diagram::Ref> Workspace::WholeRoots() {
  Context& context = ContextFor({});
  std::vector<Ref> roots;
  for (size_t i = 0; i < layers_.all.size(); ++i) {
    roots.push_back(WholeRoot(i, context));
  }
  return Combine(roots);
}

}  // namespace scbpf
