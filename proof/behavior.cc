// Clauses as cubes, laid over each other in their order.
#include "proof/behavior.h"

#include <algorithm>
#include <tuple>

#include "proof/partition.h"
#include "proof/value.h"

namespace scbpf {
namespace {

constexpr size_t kWorthSorting = 8;

using Ref = Diagram::Ref;

// The conditions with the one that is tested last first.
std::vector<ArgCondition> DeepestFirst(std::vector<ArgCondition> all_of,
                                       const Order& order) {
  std::stable_sort(all_of.begin(), all_of.end(),
                   [&](const ArgCondition& a, const ArgCondition& b) {
                     return LevelOfArg(order, a.arg) > LevelOfArg(order, b.arg);
                   });
  return all_of;
}

// Clauses with one result commute: neighbours then share most of their paths.
void SortRuns(const Order& order, std::vector<const Clause*>* clauses) {
  using Key = std::vector<std::tuple<uint32_t, uint64_t>>;
  std::vector<std::pair<Key, const Clause*>> keyed;
  for (const Clause* clause : *clauses) {
    Key key;
    for (const ArgCondition& condition : clause->all_of) {
      key.push_back({LevelOfArg(order, condition.arg), condition.value});
    }
    std::sort(key.begin(), key.end());
    keyed.push_back({std::move(key), clause});
  }
  auto run = keyed.begin();
  while (run != keyed.end()) {
    const auto end = std::find_if(run, keyed.end(), [&](const auto& next) {
      return next.second->result != run->second->result;
    });
    std::sort(run, end,
              [](const auto& a, const auto& b) { return a.first < b.first; });
    run = end;
  }
  for (size_t i = 0; i < keyed.size(); ++i) (*clauses)[i] = keyed[i].second;
}

}  // namespace

Ref BuildCondition(const ArgCondition& condition, const Order& order,
                   Ref then_ref, Ref else_ref, Diagram& diagram) {
  const auto test = [&](WordTest::Op op, bool high, uint32_t k) {
    return WordTest{
        op,
        static_cast<uint16_t>(LevelOfArg(order, condition.arg) +
                              (high ? 0 : 32)),
        static_cast<uint32_t>(high ? condition.mask >> 32 : condition.mask), k};
  };
  const auto high = static_cast<uint32_t>(condition.value >> 32);
  const auto low = static_cast<uint32_t>(condition.value);
  const auto equal = [&](Ref yes, Ref no) {
    return diagram.If(test(WordTest::Op::kEq, true, high),
                      diagram.If(test(WordTest::Op::kEq, false, low), yes, no),
                      no);
  };
  const auto at_least = [&](Ref yes, Ref no) {
    return diagram.If(test(WordTest::Op::kEq, true, high),
                      diagram.If(test(WordTest::Op::kGe, false, low), yes, no),
                      diagram.If(test(WordTest::Op::kGe, true, high), yes, no));
  };
  const auto greater = [&](Ref yes, Ref no) {
    return diagram.If(
        test(WordTest::Op::kEq, true, high),
        low == 0xffffffffu
            ? no
            : diagram.If(test(WordTest::Op::kGe, false, low + 1), yes, no),
        diagram.If(test(WordTest::Op::kGe, true, high), yes, no));
  };
  switch (condition.op) {
    case CompareOp::kEq:
      return equal(then_ref, else_ref);
    case CompareOp::kNe:
      return equal(else_ref, then_ref);
    case CompareOp::kLt:
      return at_least(else_ref, then_ref);
    case CompareOp::kLe:
      return greater(else_ref, then_ref);
    case CompareOp::kGt:
      return greater(then_ref, else_ref);
    case CompareOp::kGe:
      return at_least(then_ref, else_ref);
  }
  return else_ref;
}

Ref BuildConjunction(const std::vector<ArgCondition>& all_of,
                     const Order& order, Ref then_ref, Ref else_ref,
                     Diagram& diagram) {
  Ref root = then_ref;
  for (const ArgCondition& condition : DeepestFirst(all_of, order)) {
    root = BuildCondition(condition, order, root, else_ref, diagram);
  }
  return root;
}

Ref BuildBehavior(const Behavior& behavior, const Order& order, bool in_stack,
                  Diagram& diagram) {
  const auto leaf = [&](ReturnValue value) {
    return diagram.Leaf(CanonicalReturn(value.raw, in_stack));
  };
  std::vector<const Clause*> clauses;
  for (const Clause& clause : behavior.clauses) clauses.push_back(&clause);
  if (clauses.size() >= kWorthSorting) SortRuns(order, &clauses);
  const Ref none = diagram.Leaf(Diagram::kNone);
  std::vector<Ref> roots;
  for (const Clause* clause : clauses) {
    if (diagram.budget().spent()) return none;
    roots.push_back(BuildConjunction(clause->all_of, order,
                                     leaf(clause->result), none, diagram));
  }
  roots.push_back(leaf(behavior.otherwise));
  return diagram.OverlayAll(std::move(roots));
}

Partition PartitionPolicy(const Policy& policy,
                          std::vector<const Behavior*>* behaviors) {
  const Answer bad_arch{Answer::Kind::kValue,
                        CanonicalReturn(policy.bad_arch.raw, false)};
  Partition partition;
  uint64_t next = 0;  // the first token not yet covered
  for (const ArchPolicy& arch : policy.arches) {
    if (arch.audit_arch > next) {
      AppendCell(static_cast<uint32_t>(next), {{0, bad_arch}}, &partition);
    }
    std::vector<Piece> pieces;
    for (const Range& range : arch.ranges) {
      Answer answer{Answer::Kind::kValue,
                    CanonicalReturn(range.behavior.otherwise.raw, false)};
      if (!range.behavior.clauses.empty()) {
        answer = {Answer::Kind::kBehavior,
                  static_cast<uint32_t>(behaviors->size())};
        behaviors->push_back(&range.behavior);
      }
      if (!pieces.empty() && pieces.back().answer == answer) continue;
      pieces.push_back({range.first, answer});
    }
    AppendCell(arch.audit_arch, std::move(pieces), &partition);
    next = uint64_t{arch.audit_arch} + 1;
  }
  if (next <= 0xffffffffu) {
    AppendCell(static_cast<uint32_t>(next), {{0, bad_arch}}, &partition);
  }
  return partition;
}

}  // namespace scbpf
