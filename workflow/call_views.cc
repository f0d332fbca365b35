// Wanted answers as diagrams, and rules held against them.
#include "workflow/call_views.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/resolve_parts.h"
#include "proof/behavior.h"
#include "syscall-tables/names.h"
#include "workflow/cover_by_masks.h"

namespace scbpf {
namespace {

ReturnValue ValueOf(const NameRule& rule) {
  return AsKernelReads(MakeReturnValue(rule.action, rule.data));
}

}  // namespace

CallViews::CallViews(const Target& target, ReturnValue default_action,
                     const DataOrder& order, Diagram& diagram,
                     const std::string& name, const std::vector<Wanted>& wanted)
    : target_(target),
      default_(AsKernelReads(default_action)),
      order_(order),
      diagram_(diagram),
      name_(name) {
  for (const Wanted& want : wanted) Add(want);
}

void CallViews::Add(const Wanted& want) {
  for (const View& view : views_) {
    if (view.abi->compares_64_bits == want.abi->compares_64_bits &&
        *view.behavior == *want.behavior && view.given == want.given) {
      return;
    }
  }
  View view{want.abi, want.behavior, want.given};
  view.root = BuildBehavior(*want.behavior, {}, false, diagram_);
  view.given_root = Build(want.given);
  for (const uint32_t leaf : LeavesOf(diagram_, view.root)) {
    view.leaves.push_back({leaf});
  }
  // The widest first: its values say most.
  const auto at = want.abi->compares_64_bits ? views_.begin() : views_.end();
  views_.insert(at, std::move(view));
}

// Clauses in the order of the file, none of which decides alone.
Diagram::Ref CallViews::Build(std::vector<Clause> clauses) {
  std::stable_sort(clauses.begin(), clauses.end(),
                   [](const Clause& a, const Clause& b) {
                     return MoreRestrictive(a.result, b.result);
                   });
  return BuildBehavior({std::move(clauses), default_}, {}, false, diagram_);
}

std::vector<ArgCondition> CallViews::NarrowTo(const View& view,
                                              const NameRule& rule) const {
  if (rule.args.empty()) return {};
  ProfileEntry entry;
  entry.args = rule.args;
  return Narrow(SplitConditions(entry, ArgSemantics::kAnd)[0], *view.abi, name_,
                target_.int_args);
}

bool CallViews::Means(const View& view, const Rules& rules) {
  std::vector<Clause> clauses;
  for (const NameRule& rule : rules) {
    clauses.push_back({NarrowTo(view, rule), ValueOf(rule)});
    if (clauses.back().all_of.empty()) {
      return view.root == diagram_.Leaf(clauses.back().result.raw);
    }
  }
  clauses.insert(clauses.end(), view.given.begin(), view.given.end());
  return Build(std::move(clauses)) == view.root;
}

bool CallViews::MeanAll(const Rules& rules) {
  Rules in_order = rules;
  std::stable_sort(in_order.begin(), in_order.end(),
                   [&](const NameRule& a, const NameRule& b) {
                     return StandsBefore(a, b, order_);
                   });
  return std::all_of(views_.begin(), views_.end(),
                     [&](const View& view) { return Means(view, in_order); });
}

Diagram::Ref CallViews::Is(const View& view, ReturnValue value) {
  return diagram_.Apply(Diagram::Op::kIs, view.root, diagram_.Leaf(value.raw));
}

Diagram::Ref CallViews::AreaOf(const View& view, ReturnValue value) {
  Ref area = diagram_.Leaf(0);
  for (const ReturnValue leaf : view.leaves) {
    if (leaf == default_) continue;
    if (leaf == value || Precedes(leaf, value, order_)) {
      area = diagram_.Apply(Diagram::Op::kOr, area, Is(view, leaf));
    }
  }
  return area;
}

bool CallViews::Fits(const View& view, Ref area, const NameRule& rule,
                     Ref* ref) {
  const Ref yes = diagram_.Leaf(1);
  const Ref no = diagram_.Leaf(0);
  *ref = yes;
  if (view.decided) return true;
  const std::vector<ArgCondition> all_of = NarrowTo(view, rule);
  if (all_of.empty()) return view.root == diagram_.Leaf(ValueOf(rule).raw);
  *ref = BuildConjunction(all_of, {}, yes, no, diagram_);
  return diagram_.Apply(Diagram::Op::kAnd, *ref, diagram_.Not(area)) == no;
}

absl::Status CallViews::CheckGiven() {
  const Ref no = diagram_.Leaf(0);
  for (const View& view : views_) {
    for (const Clause& clause : view.given) {
      // Rules on the call itself stand before: they win over other data.
      Ref area = no;
      for (const ReturnValue leaf : view.leaves) {
        if (leaf == default_ || ActionOf(leaf) > ActionOf(clause.result)) {
          continue;
        }
        area = diagram_.Apply(Diagram::Op::kOr, area, Is(view, leaf));
      }
      const Ref ref =
          BuildConjunction(clause.all_of, {}, diagram_.Leaf(1), no, diagram_);
      if (diagram_.Apply(Diagram::Op::kAnd, ref, diagram_.Not(area)) == no) {
        continue;
      }
      return CannotSay(absl::StrCat(
          name_, " on ", std::string(view.abi->id),
          " answers otherwise than the calls that it multiplexes, and an "
          "entry on one of them holds for both; --multiplex=none keeps them "
          "apart"));
    }
  }
  return absl::OkStatus();
}

absl::Status CallViews::CannotSayAll() const {
  if (views_.size() == 1) {
    return CannotSay(absl::StrCat(
        name_, " on ", std::string(views_[0].abi->id),
        " answers by conditions that would take too many entries"));
  }
  std::vector<std::pair<std::string, std::string>> answers;  // value, ABIs
  for (const View& view : views_) {
    const std::string value =
        view.leaves.size() > 1
            ? absl::StrCat("by its arguments on ", std::string(view.abi->id))
            : absl::StrCat(FormatReturnValue(view.leaves[0]), " on ");
    const auto same =
        std::find_if(answers.begin(), answers.end(),
                     [&](const auto& answer) { return answer.first == value; });
    const std::string abi =
        view.leaves.size() > 1 ? std::string() : std::string(view.abi->id);
    if (same == answers.end()) {
      answers.emplace_back(value, abi);
    } else {
      absl::StrAppend(&same->second, " and ", abi);
    }
  }
  const auto join = [](std::string* out, const auto& answer) {
    absl::StrAppend(out, answer.first, answer.second);
  };
  return CannotSay(absl::StrCat(
      name_, " answers ", absl::StrJoin(answers, ", but ", join),
      ", and an entry holds for all of them; --archs selects one"));
}

}  // namespace scbpf
