// Argument by argument: which values lead where, then fewer words.
#include "proof/describe.h"

#include <algorithm>

#include "proof/behavior.h"

namespace scbpf {
namespace {

using Ref = Diagram::Ref;

// Conjunctions built before shortening; shortening then leaves fewer.
constexpr size_t kMaxRaw = 4 * kMaxConjunctions;

struct Item {
  Ref condition;
  Conjunction so_far;
};

// Each path through the arguments as one conjunction of value sets.
Description RawDescription(Diagram& diagram, const Order& order,
                           Ref condition) {
  Description told;
  std::vector<Item> open{{condition, {}}};
  while (!open.empty()) {
    if (told.any_of.size() + open.size() > kMaxRaw) {
      told.partial = true;
      break;
    }
    Item item = std::move(open.back());
    open.pop_back();
    if (diagram.IsLeaf(item.condition)) {
      if (diagram.ValueOf(item.condition) != 0) {
        told.any_of.push_back(std::move(item.so_far));
      }
      continue;
    }
    const uint32_t level = diagram.LevelOf(item.condition);
    if (level >= kIpLevel) {
      told.partial = true;
      continue;
    }
    const uint32_t place = (level - kArgsLevel) / 64;
    const uint32_t base = kArgsLevel + 64 * place;
    const std::vector<Ref> nexts =
        Successors(diagram, item.condition, base + 64);
    if (nexts.size() > kMaxConjunctions) told.partial = true;
    for (auto next = nexts.rbegin(); next != nexts.rend(); ++next) {
      const Ref set =
          SelectSuccessor(diagram, item.condition, base + 64, *next);
      const Description values =
          DescribeValues(diagram, set, base, order.args[place]);
      told.partial = told.partial || values.partial;
      for (auto all_of = values.any_of.rbegin(); all_of != values.any_of.rend();
           ++all_of) {
        Item longer{*next, item.so_far};
        longer.so_far.insert(longer.so_far.end(), all_of->begin(),
                             all_of->end());
        open.push_back(std::move(longer));
      }
    }
  }
  return told;
}

class Shortener {
 public:
  Shortener(Diagram& diagram, const Order& order, Ref condition)
      : diagram_(diagram), order_(order), elsewhere_(diagram.Not(condition)) {}

  Ref Build(const Conjunction& all_of) {
    return BuildConjunction(all_of, order_, diagram_.Leaf(1), diagram_.Leaf(0),
                            diagram_);
  }

  // Drops conditions without which the conjunction still stays inside.
  void Widen(Conjunction* all_of) {
    for (size_t i = 0; i < all_of->size();) {
      Conjunction wider = *all_of;
      wider.erase(wider.begin() + static_cast<ptrdiff_t>(i));
      if (diagram_.Apply(Diagram::Op::kAnd, Build(wider), elsewhere_) ==
          diagram_.Leaf(0)) {
        *all_of = std::move(wider);
      } else {
        ++i;
      }
    }
  }

  // Leaves out conjunctions that the others cover, the longest first.
  void LeaveOut(std::vector<Conjunction>* any_of) {
    const size_t size = any_of->size();
    std::vector<Ref> refs;
    std::vector<Ref> before{diagram_.Leaf(0)};  // [i]: the first i together
    for (const Conjunction& all_of : *any_of) {
      refs.push_back(Build(all_of));
      before.push_back(
          diagram_.Apply(Diagram::Op::kOr, before.back(), refs.back()));
    }
    Ref behind = diagram_.Leaf(0);
    for (size_t i = size; i-- > 0;) {
      const Ref others = diagram_.Apply(Diagram::Op::kOr, before[i], behind);
      const Ref with = diagram_.Apply(Diagram::Op::kOr, others, refs[i]);
      if (with == others) {
        any_of->erase(any_of->begin() + static_cast<ptrdiff_t>(i));
      } else {
        behind = diagram_.Apply(Diagram::Op::kOr, behind, refs[i]);
      }
    }
  }

 private:
  Diagram& diagram_;
  Order order_;
  Ref elsewhere_;
};

}  // namespace

Description DescribeCondition(Diagram& diagram, const Order& order,
                              Ref condition) {
  Description told = RawDescription(diagram, order, condition);
  Shortener shortener(diagram, order, condition);
  if (!told.partial) {
    for (Conjunction& all_of : told.any_of) shortener.Widen(&all_of);
  }
  std::stable_sort(told.any_of.begin(), told.any_of.end(),
                   [](const Conjunction& a, const Conjunction& b) {
                     return a.size() < b.size();
                   });
  told.any_of.erase(std::unique(told.any_of.begin(), told.any_of.end()),
                    told.any_of.end());
  if (told.any_of.size() <= kMaxConjunctions) shortener.LeaveOut(&told.any_of);
  if (told.any_of.size() > kMaxConjunctions) {
    told.any_of.resize(kMaxConjunctions);
    told.partial = true;
  }
  // Ranges before single values, as people say it.
  std::stable_sort(told.any_of.begin(), told.any_of.end(),
                   [](const Conjunction& a, const Conjunction& b) {
                     const auto is_value = [](const Conjunction& all_of) {
                       return !all_of.empty() && all_of[0].op == CompareOp::kEq;
                     };
                     return is_value(a) < is_value(b);
                   });
  for (Conjunction& all_of : told.any_of) {
    std::stable_sort(all_of.begin(), all_of.end(),
                     [](const ArgCondition& a, const ArgCondition& b) {
                       return a.arg < b.arg;
                     });
  }
  return told;
}

}  // namespace scbpf
