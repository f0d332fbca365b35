// Fields first, by numbers; diagrams of arguments only where they decide.
#include "proof/compare.h"

#include <algorithm>
#include <set>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "bpf/instruction.h"
#include "bpf/simulate.h"

namespace scbpf {
namespace {

using Ref = Diagram::Ref;
using RootPair = std::pair<Ref, Ref>;

// A workspace with more nodes is not carried on to the next field.
constexpr size_t kMaxKept = 1000000;

absl::Status Spent() {
  return absl::ResourceExhaustedError(
      "the budget of the proof ran out before every call was compared");
}

// Arguments with few different values first: what comes behind an argument is
// kept once for each of its values.
Order OrderByValues(const Behavior& behavior) {
  std::array<std::set<uint64_t>, 6> values;
  for (const Clause& clause : behavior.clauses) {
    for (const ArgCondition& condition : clause.all_of) {
      values[condition.arg].insert(condition.value);
    }
  }
  Order order;
  std::stable_sort(order.args.begin(), order.args.end(),
                   [&](uint8_t a, uint8_t b) {
                     return values[a].size() < values[b].size();
                   });
  return order;
}

// Arguments in the order in which the program may load them first.
Order OrderByLoads(std::span<const Instruction> program, size_t entry) {
  std::vector<bool> reached(program.size());
  reached[entry] = true;
  std::vector<uint8_t> args;
  const auto add = [&](uint8_t arg) {
    if (std::find(args.begin(), args.end(), arg) == args.end()) {
      args.push_back(arg);
    }
  };
  for (size_t pc = entry; pc < program.size(); ++pc) {
    if (!reached[pc]) continue;
    const Instruction& i = program[pc];
    if (i.code == op::kLdAbs && i.k >= op::kArgsOffset) {
      add(static_cast<uint8_t>((i.k - op::kArgsOffset) / 8));
    }
    if (op::Class(i.code) == op::kRet) continue;
    if (op::Class(i.code) != op::kJmp) {
      reached[pc + 1] = true;
    } else if (op::Operation(i.code) == op::kJa) {
      reached[pc + 1 + i.k] = true;
    } else {
      reached[pc + 1 + i.jt] = true;
      reached[pc + 1 + i.jf] = true;
    }
  }
  for (uint8_t arg = 0; arg < 6; ++arg) add(arg);
  Order order;
  std::copy(args.begin(), args.end(), order.args.begin());
  return order;
}

// Sets the bits of a path to leaves on which the functions differ.
void FollowDifference(const Diagram& diagram, const Order& order, Ref a, Ref b,
                      Call* call) {
  while (true) {
    const uint32_t level = std::min(diagram.LevelOf(a), diagram.LevelOf(b));
    if (level == Diagram::kLeafLevel) return;
    const auto low = [&](Ref ref) {
      return diagram.LevelOf(ref) == level ? diagram.Low(ref) : ref;
    };
    const auto high = [&](Ref ref) {
      return diagram.LevelOf(ref) == level ? diagram.High(ref) : ref;
    };
    if (low(a) != low(b)) {
      a = low(a);
      b = low(b);
      continue;
    }
    SetBit(order, level, call);
    a = high(a);
    b = high(b);
  }
}

ReturnValue AnswerOf(const Side& side, const Call& call) {
  if (const Policy* policy = std::get_if<Policy>(&side.value)) {
    return Evaluate(*policy, call);
  }
  return SimulateStack(std::get<std::vector<Program>>(side.value), call).result;
}

absl::StatusOr<std::optional<Call>> FindChecked(Relation relation,
                                                const Side& a, const Side& b,
                                                const ProofBudget& budget) {
  const auto comparison = Comparison::Make(a, b, budget);
  if (!comparison.ok()) return comparison.status();
  const auto call = (*comparison)->Find(relation);
  if (!call.ok() || !call->has_value()) return call;
  const ReturnValue of_a = AsKernelReads(AnswerOf(a, **call));
  const ReturnValue of_b = AsKernelReads(AnswerOf(b, **call));
  const bool holds = relation == Relation::kDifferent
                         ? of_a != of_b
                         : MoreRestrictive(of_b, of_a);
  if (holds) return call;
  return absl::InternalError("the proof found a call that proves nothing");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Comparison>> Comparison::Make(
    const Side& a, const Side& b, const ProofBudget& budget) {
  std::unique_ptr<Comparison> comparison(new Comparison(budget));
  auto layers = PrepareLayers(a, b, comparison->budget_);
  if (!layers.ok()) return layers.status();
  comparison->layers_ = *std::move(layers);
  comparison->Renew();
  return comparison;
}

void Comparison::Renew() {
  workspace_ = std::make_unique<Workspace>(layers_, budget_);
}

std::vector<Plan> Comparison::PlansFor(
    const std::vector<Answer>& answers) const {
  Order by_values;
  std::optional<Order> by_loads;
  for (size_t i = 0; i < answers.size(); ++i) {
    const uint32_t data = answers[i].data;
    if (answers[i].kind == Answer::Kind::kEntry && !by_loads) {
      by_loads = OrderByLoads(layers_.all[i].program, data);
    } else if (answers[i].kind == Answer::Kind::kBehavior) {
      by_values = OrderByValues(*layers_.all[i].behaviors[data]);
    }
  }
  std::vector<Plan> plans{{by_values, Chains::kBalanced}};
  if (by_loads && *by_loads != by_values) {
    plans.push_back({*by_loads, Chains::kBalanced});
  }
  if (by_values != Order{} && by_loads != Order{}) {
    plans.push_back({{}, Chains::kBalanced});
  }
  return plans;
}

bool Comparison::Try(const std::vector<Answer>& answers, const Plan& plan,
                     Budget attempt, RootPair* roots) {
  workspace_->diagram().UseBudget(attempt);
  *roots = workspace_->Roots(answers, plan);
  workspace_->diagram().UseBudget(budget_);
  const bool done = !attempt.spent();
  budget_.Return(attempt);
  if (!done) Renew();
  return done;
}

bool Comparison::BuildRoots(const std::vector<Answer>& answers, Order* order,
                            RootPair* roots) {
  if (workspace_->diagram().size() > kMaxKept) Renew();
  *order = {};
  if (!balanced_first_) {
    if (Try(answers, {}, budget_.Lend(budget_.units() / 8, 2), roots)) {
      return true;
    }
    balanced_first_ = true;
  }
  const std::vector<Plan> plans = PlansFor(answers);
  for (size_t i = 0; i < plans.size() && !budget_.spent(); ++i) {
    const uint64_t share = i + 1 == plans.size() ? 1 : 2;
    *order = plans[i].order;
    if (Try(answers, plans[i], budget_.Lend(budget_.units() / share), roots)) {
      return true;
    }
  }
  gave_up_ = true;
  return false;
}

std::optional<Call> Comparison::Violation(Relation relation, const Order& order,
                                          RootPair roots) {
  Diagram& diagram = workspace_->diagram();
  if (relation == Relation::kMorePermissive) {
    roots.first =
        diagram.Apply(Diagram::Op::kPermissive, roots.first, roots.second);
    roots.second = diagram.Leaf(0);
  }
  if (roots.first == roots.second || budget_.spent()) return std::nullopt;
  Call call;
  FollowDifference(diagram, order, roots.first, roots.second, &call);
  return call;
}

bool Comparison::HasViolation(Relation relation,
                              const std::vector<Answer>& answers,
                              std::optional<Call>* call) {
  if (answers.size() == 2 && answers[0].IsValue() && answers[1].IsValue()) {
    const ReturnValue a{answers[0].data};
    const ReturnValue b{answers[1].data};
    const bool found =
        relation == Relation::kDifferent ? a != b : MoreRestrictive(b, a);
    if (found) *call = Call{};
    return found;
  }
  Order order;
  RootPair roots;
  if (!BuildRoots(answers, &order, &roots)) return false;
  *call = Violation(relation, order, roots);
  return call->has_value();
}

absl::StatusOr<std::optional<Call>> Comparison::Find(Relation relation) {
  std::optional<Call> call;
  if (budget_.spent()) return Spent();
  if (layers_.NeedBits()) {
    const RootPair roots = workspace_->WholeRoots();
    if (!budget_.spent()) call = Violation(relation, {}, roots);
    if (budget_.spent()) return Spent();
    return call;
  }
  absl::flat_hash_set<std::vector<Answer>> known;
  VisitFields(layers_, [&](const Field& field) {
    const bool plain =
        std::all_of(field.answers.begin(), field.answers.end(),
                    [](const Answer& answer) { return answer.IsValue(); });
    if (!plain && known.contains(field.answers)) return true;
    if (HasViolation(relation, field.answers, &call)) {
      call->arch = field.arch.first;
      call->nr = field.nr.first;
      return false;
    }
    if (!plain) known.insert(field.answers);
    return !budget_.spent() && !gave_up_;
  });
  if (budget_.spent() || gave_up_) return Spent();
  return call;
}

absl::StatusOr<Comparison::Pairs> Comparison::PairsOf(
    const std::vector<Answer>& answers) {
  Pairs pairs;
  RootPair roots;
  const bool built = BuildRoots(answers, &pairs.order, &roots);
  if (!built) return Spent();
  pairs.diagram = &workspace_->diagram();
  pairs.root =
      pairs.diagram->Apply(Diagram::Op::kPair, roots.first, roots.second);
  if (budget_.spent()) return Spent();
  return pairs;
}

absl::StatusOr<Comparison::Pairs> Comparison::WholePairs() {
  Pairs pairs;
  const RootPair roots = workspace_->WholeRoots();
  pairs.diagram = &workspace_->diagram();
  pairs.root =
      pairs.diagram->Apply(Diagram::Op::kPair, roots.first, roots.second);
  if (budget_.spent()) return Spent();
  return pairs;
}

absl::StatusOr<std::optional<Call>> FindDifference(const Side& a, const Side& b,
                                                   const ProofBudget& budget) {
  return FindChecked(Relation::kDifferent, a, b, budget);
}

absl::StatusOr<std::optional<Call>> FindMorePermissive(
    const Side& a, const Side& b, const ProofBudget& budget) {
  return FindChecked(Relation::kMorePermissive, a, b, budget);
}

absl::StatusOr<std::optional<Call>> Prove(const Policy& policy,
                                          const Program& program,
                                          const ProofBudget& budget) {
  return FindDifference(Side::Of(policy), Side::Of(program), budget);
}

}  // namespace scbpf
