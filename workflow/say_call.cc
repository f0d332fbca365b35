// Rules that are right on every ABI, and enough of them to say it all.
#include "workflow/say_call.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/resolve_parts.h"
#include "proof/behavior.h"
#include "proof/describe.h"
#include "syscall-tables/names.h"
#include "workflow/cover_by_masks.h"
#include "workflow/say_conditions.h"

namespace scbpf {
namespace {

constexpr uint64_t kHighHalf = 0xffffffff00000000;

using Ref = Diagram::Ref;
using Rules = std::vector<NameRule>;

constexpr Wording kWordings[] = {Wording::kPlain, Wording::kShifted,
                                 Wording::kMasked};
// More rules of one call are not shortened.
constexpr size_t kMostShortened = 64;
// More candidates are not weighed against each other.
constexpr size_t kMostCandidates = 1024;

// The wanted answers of ABIs that read conditions alike and want the same.
struct View {
  const Abi* abi = nullptr;
  const Behavior* behavior = nullptr;
  std::vector<Clause> given;
  Ref root = 0;
  std::vector<ReturnValue> leaves{};  // what it answers
};

ReturnValue ValueOf(const NameRule& rule) {
  return MakeReturnValue(rule.action, rule.data);
}

// The work on one call.
class Sayer {
 public:
  Sayer(const Target& target, ReturnValue default_action,
        const DataOrder& order, Diagram& diagram, const std::string& name,
        const std::vector<Wanted>& wanted)
      : target_(target),
        default_(AsKernelReads(default_action)),
        order_(order),
        diagram_(diagram),
        name_(name),
        repeat_(target.arg_semantics == ArgSemantics::kAnd) {
    for (const Wanted& want : wanted) AddView(want);
  }

  absl::StatusOr<Rules> Run();

 private:
  void AddView(const Wanted& want);
  absl::Status CheckGiven();
  absl::Status Differs() const;
  absl::StatusOr<std::vector<ReturnValue>> Results();

  std::vector<ArgCondition> NarrowTo(const View& view,
                                     const NameRule& rule) const;
  bool Means(const View& view, const Rules& rules);
  bool MeansAll(const Rules& rules);

  std::optional<Rules> FromClauses(ReturnValue value, const View& view,
                                   Wording wording);
  std::optional<Rules> AllFromClauses();
  void Shorten(Rules& rules);

  Ref Is(Ref root, ReturnValue value) {
    return diagram_.Apply(Diagram::Op::kIs, root, diagram_.Leaf(value.raw));
  }
  // Where a rule that answers `value` does no harm.
  Ref AreaOf(const View& view, ReturnValue value);
  bool Fits(const View& view, Ref area, const NameRule& rule, Ref* ref);
  void AddSaid(ReturnValue value, const Conjunction& all_of, Rules& pool);
  void AddDescribed(ReturnValue value, Ref condition, Rules& pool);
  std::optional<Rules> Cover(ReturnValue value, const Rules& pool);
  std::optional<Rules> SayResult(ReturnValue value);
  std::optional<Rules> SayByWidth();

  const Target& target_;
  ReturnValue default_;
  const DataOrder& order_;
  Diagram& diagram_;
  const std::string& name_;
  bool repeat_;
  std::vector<View> views_;
};

void Sayer::AddView(const Wanted& want) {
  for (const View& view : views_) {
    if (view.abi->compares_64_bits == want.abi->compares_64_bits &&
        *view.behavior == *want.behavior && view.given == want.given) {
      return;
    }
  }
  View view{want.abi, want.behavior, want.given};
  view.root = BuildBehavior(*want.behavior, {}, false, diagram_);
  for (const uint32_t leaf : LeavesOf(diagram_, view.root)) {
    view.leaves.push_back({leaf});
  }
  // The widest first: its values say most.
  const auto at = want.abi->compares_64_bits ? views_.begin() : views_.end();
  views_.insert(at, std::move(view));
}

// The conditions of `rule` as the ABI reads them.
std::vector<ArgCondition> Sayer::NarrowTo(const View& view,
                                          const NameRule& rule) const {
  if (rule.args.empty()) return {};
  ProfileEntry entry;
  entry.args = rule.args;
  return Narrow(SplitConditions(entry, ArgSemantics::kAnd)[0], *view.abi, name_,
                target_.int_args);
}

// Whether the rules, with what is given, make what the view wants.
bool Sayer::Means(const View& view, const Rules& rules) {
  Behavior behavior{view.given, default_};
  for (const NameRule& rule : rules) {
    Clause clause{NarrowTo(view, rule), ValueOf(rule)};
    if (clause.all_of.empty()) {
      return view.root == diagram_.Leaf(AsKernelReads(clause.result).raw);
    }
    behavior.clauses.push_back(std::move(clause));
  }
  std::stable_sort(behavior.clauses.begin(), behavior.clauses.end(),
                   [&](const Clause& a, const Clause& b) {
                     return Precedes(a.result, b.result, order_);
                   });
  return BuildBehavior(behavior, {}, false, diagram_) == view.root;
}

bool Sayer::MeansAll(const Rules& rules) {
  return std::all_of(views_.begin(), views_.end(),
                     [&](const View& view) { return Means(view, rules); });
}

Ref Sayer::AreaOf(const View& view, ReturnValue value) {
  Ref area = diagram_.Leaf(0);
  for (const ReturnValue leaf : view.leaves) {
    if (leaf == default_) continue;
    if (leaf == value || Precedes(leaf, value, order_)) {
      area = diagram_.Apply(Diagram::Op::kOr, area, Is(view.root, leaf));
    }
  }
  return area;
}

// Whether the rule answers nothing that it must not; *ref: where it holds.
bool Sayer::Fits(const View& view, Ref area, const NameRule& rule, Ref* ref) {
  const std::vector<ArgCondition> all_of = NarrowTo(view, rule);
  const Ref yes = diagram_.Leaf(1);
  const Ref no = diagram_.Leaf(0);
  if (all_of.empty()) {
    *ref = yes;
    return view.root == diagram_.Leaf(AsKernelReads(ValueOf(rule)).raw);
  }
  *ref = BuildConjunction(all_of, {}, yes, no, diagram_);
  return diagram_.Apply(Diagram::Op::kAnd, *ref, diagram_.Not(area)) == no;
}

// What is given must not answer what is wanted otherwise.
absl::Status Sayer::CheckGiven() {
  const Ref no = diagram_.Leaf(0);
  for (const View& view : views_) {
    if (diagram_.IsLeaf(view.root) && view.leaves[0] != default_) continue;
    for (const Clause& clause : view.given) {
      const Ref ref =
          BuildConjunction(clause.all_of, {}, diagram_.Leaf(1), no, diagram_);
      const Ref area = AreaOf(view, AsKernelReads(clause.result));
      if (diagram_.Apply(Diagram::Op::kAnd, ref, diagram_.Not(area)) == no) {
        continue;
      }
      return CannotSay(absl::StrCat(
          name_, " on ", std::string(view.abi->id),
          " answers otherwise than the calls that it multiplexes, and an "
          "entry on one of them holds for both (--multiplex=none says so "
          "not)"));
    }
  }
  return absl::OkStatus();
}

absl::Status Sayer::Differs() const {
  std::vector<std::string> answers;
  for (const View& view : views_) {
    const std::string value = view.leaves.size() == 1
                                  ? FormatReturnValue(view.leaves[0])
                                  : std::string("by its arguments");
    answers.push_back(absl::StrCat(value, " on ", std::string(view.abi->id)));
  }
  if (views_.size() == 1) {
    return CannotSay(absl::StrCat(
        name_, " on ", std::string(views_[0].abi->id),
        " answers by conditions that would take too many entries"));
  }
  return CannotSay(absl::StrCat(name_, " answers ",
                                absl::StrJoin(answers, ", but "),
                                ", and an entry holds for all of them"));
}

// Every value but the default that some ABI answers.
absl::StatusOr<std::vector<ReturnValue>> Sayer::Results() {
  std::vector<ReturnValue> results;
  for (const View& view : views_) {
    for (const ReturnValue value : view.leaves) {
      if (value == default_ ||
          std::find(results.begin(), results.end(), value) != results.end()) {
        continue;
      }
      const absl::StatusOr<NameRule> rule = SayValue(name_, value);
      if (!rule.ok()) return rule.status();
      results.push_back(value);
    }
  }
  std::sort(results.begin(), results.end(),
            [](ReturnValue a, ReturnValue b) { return a.raw > b.raw; });
  return results;
}

void Sayer::AddSaid(ReturnValue value, const Conjunction& all_of, Rules& pool) {
  for (const Wording wording : kWordings) {
    const auto entries = SayConjunction(all_of, wording, repeat_);
    if (!entries) continue;
    for (const std::vector<ProfileArg>& args : *entries) {
      NameRule rule = *SayValue(name_, value);
      rule.args = args;
      pool.push_back(std::move(rule));
    }
  }
}

void Sayer::AddDescribed(ReturnValue value, Ref condition, Rules& pool) {
  if (condition == diagram_.Leaf(0)) return;
  const Description told = DescribeCondition(diagram_, {}, condition);
  for (const Conjunction& all_of : told.any_of) AddSaid(value, all_of, pool);
}

// The clauses of `view` as they stand, in one wording.
std::optional<Rules> Sayer::FromClauses(ReturnValue value, const View& view,
                                        Wording wording) {
  Rules rules;
  for (const Clause& clause : view.behavior->clauses) {
    if (AsKernelReads(clause.result) != value) continue;
    const auto entries = SayConjunction(clause.all_of, wording, repeat_);
    if (!entries) return std::nullopt;
    for (const std::vector<ProfileArg>& args : *entries) {
      NameRule rule = *SayValue(name_, value);
      rule.args = args;
      rules.push_back(std::move(rule));
    }
  }
  return rules;
}

// The clauses of one view, where all views take them for what they want.
std::optional<Rules> Sayer::AllFromClauses() {
  const absl::StatusOr<std::vector<ReturnValue>> results = Results();
  for (const View& view : views_) {
    for (const Wording wording : kWordings) {
      Rules rules;
      bool all = true;
      for (const ReturnValue value : *results) {
        const std::optional<Rules> some = FromClauses(value, view, wording);
        all = all && some.has_value();
        if (some) rules.insert(rules.end(), some->begin(), some->end());
      }
      if (all && MeansAll(rules)) return rules;
    }
  }
  return std::nullopt;
}

// Leaves out rules without which the others mean the same, the longest first.
void Sayer::Shorten(Rules& rules) {
  if (rules.size() > kMostShortened) return;
  for (size_t length = 6; length > 0; --length) {
    for (size_t i = rules.size(); i-- > 0;) {
      if (rules[i].args.size() != length) continue;
      Rules fewer = rules;
      fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(i));
      if (MeansAll(fewer)) rules = std::move(fewer);
    }
  }
}

// Rules of the pool that answer `value` wherever it is wanted.
std::optional<Rules> Sayer::Cover(ReturnValue value, const Rules& pool) {
  std::vector<Ref> areas;
  std::vector<Ref> open;  // what is not yet covered
  const Ref no = diagram_.Leaf(0);
  for (const View& view : views_) {
    areas.push_back(AreaOf(view, value));
    open.push_back(Is(view.root, value));
    for (const Clause& clause : view.given) {
      if (AsKernelReads(clause.result) != value) continue;
      const Ref ref =
          BuildConjunction(clause.all_of, {}, diagram_.Leaf(1), no, diagram_);
      open.back() =
          diagram_.Apply(Diagram::Op::kAnd, open.back(), diagram_.Not(ref));
    }
  }
  Rules chosen;
  for (const NameRule& rule : pool) {
    std::vector<Ref> left;
    bool fits = true;
    for (size_t i = 0; i < views_.size() && fits; ++i) {
      Ref ref = 0;
      fits = Fits(views_[i], areas[i], rule, &ref);
      left.push_back(
          diagram_.Apply(Diagram::Op::kAnd, open[i], diagram_.Not(ref)));
    }
    if (diagram_.budget().spent()) return std::nullopt;
    if (!fits || left == open) continue;
    open = left;
    chosen.push_back(rule);
  }
  const bool covered =
      std::all_of(open.begin(), open.end(), [&](Ref ref) { return ref == no; });
  if (!covered) return std::nullopt;
  return chosen;
}

// The fewest rules that say where `value` is answered.
std::optional<Rules> Sayer::SayResult(ReturnValue value) {
  std::vector<Rules> pools(3);
  for (const View& view : views_) {
    for (const Clause& clause : view.behavior->clauses) {
      if (AsKernelReads(clause.result) != value) continue;
      AddSaid(value, clause.all_of, pools[0]);
      if (pools[0].size() > kMostCandidates) break;
    }
    AddDescribed(value, AreaOf(view, value), pools[1]);
    AddDescribed(value, Is(view.root, value), pools[2]);
  }
  std::optional<Rules> best;
  Rules all;
  for (const Rules& pool : pools) {
    std::optional<Rules> rules = Cover(value, pool);
    if (rules && (!best || rules->size() < best->size())) {
      best = std::move(rules);
    }
    all.insert(all.end(), pool.begin(), pool.end());
  }
  if (best) return best;
  for (const View& view : views_) {
    const auto any_of =
        CoverByMasks(diagram_, {}, AreaOf(view, value), kMostShortened);
    if (!any_of) continue;
    for (const Conjunction& all_of : *any_of) AddSaid(value, all_of, all);
  }
  return Cover(value, all);
}

// Where ABIs of 64 bits and the others answer two values whatever the
// arguments: a condition on a high half is none on the others, and among
// rules without conditions the first decides.
std::optional<Rules> Sayer::SayByWidth() {
  NameRule narrow;
  NameRule wide;
  for (const View& view : views_) {
    if (view.leaves.size() > 1 || view.leaves[0] == default_) {
      return std::nullopt;
    }
    (view.abi->compares_64_bits ? wide : narrow) =
        *SayValue(name_, view.leaves[0]);
  }
  for (uint32_t arg = 0; arg < 6; ++arg) {
    ProfileArg high;
    high.index.value = arg;
    high.op.value = ProfileOp::kMaskedEq;
    high.value.value = kHighHalf;
    high.value_two = At<uint64_t>{0};
    narrow.args = {high};
    Rules rules{narrow, wide};
    if (MeansAll(rules)) return rules;
  }
  return std::nullopt;
}

absl::StatusOr<Rules> Sayer::Run() {
  const absl::StatusOr<std::vector<ReturnValue>> results = Results();
  if (!results.ok()) return results.status();
  const ReturnValue first = views_[0].leaves[0];
  const bool plain =
      std::all_of(views_.begin(), views_.end(), [&](const View& view) {
        return view.leaves == std::vector<ReturnValue>{first};
      });
  if (plain && first != default_) return Rules{*SayValue(name_, first)};
  const absl::Status given = CheckGiven();
  if (!given.ok()) return given;

  std::optional<Rules> as_they_stand = AllFromClauses();
  if (as_they_stand) Shorten(*as_they_stand);
  if (as_they_stand &&
      (as_they_stand->size() < 2 || as_they_stand->size() > kMostShortened)) {
    return *as_they_stand;
  }
  Rules rules;
  bool said = true;
  for (const ReturnValue value : *results) {
    const std::optional<Rules> some = SayResult(value);
    said = said && some.has_value();
    if (some) rules.insert(rules.end(), some->begin(), some->end());
  }
  said = said && MeansAll(rules);
  if (said) Shorten(rules);
  if (as_they_stand && (!said || as_they_stand->size() <= rules.size())) {
    return *as_they_stand;
  }
  if (said) return rules;
  const std::optional<Rules> by_width = SayByWidth();
  return by_width ? absl::StatusOr<Rules>(*by_width) : Differs();
}

}  // namespace

absl::Status CannotSay(const std::string& why) {
  return absl::InvalidArgumentError("cannot be said in a profile: " + why);
}

absl::StatusOr<NameRule> SayValue(const std::string& name, ReturnValue value) {
  NameRule rule;
  rule.name = name;
  rule.action = ActionOf(value);
  if (rule.action == Action::kErrno || rule.action == Action::kTrace) {
    rule.data = DataOf(value);
  }
  if (AsKernelReads(ValueOf(rule)) == AsKernelReads(value)) return rule;
  return CannotSay(absl::StrCat(name, " answers ", FormatReturnValue(value),
                                ", an action that has no data there"));
}

bool Precedes(ReturnValue a, ReturnValue b, const DataOrder& order) {
  if (ActionOf(a) != ActionOf(b)) return MoreRestrictive(a, b);
  const auto place = [&](ReturnValue value) {
    return std::find(order.begin(), order.end(), AsKernelReads(value));
  };
  return place(a) < place(b);
}

CallSayer::CallSayer(const Target& target, ReturnValue default_action,
                     const DataOrder& order, Budget& budget)
    : target_(target),
      default_action_(default_action),
      order_(order),
      budget_(budget),
      diagram_(budget) {}

absl::StatusOr<std::vector<NameRule>> CallSayer::Say(
    const std::string& name, const std::vector<Wanted>& wanted) {
  absl::StatusOr<Rules> rules =
      Sayer(target_, default_action_, order_, diagram_, name, wanted).Run();
  if (budget_.spent()) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "the budget of the proof ran out at the conditions of ", name));
  }
  return rules;
}

}  // namespace scbpf
