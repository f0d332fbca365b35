// Rules that are right on every ABI, and enough of them to say it all.
#include "workflow/say_call.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "proof/describe.h"
#include "syscall-tables/names.h"
#include "workflow/call_views.h"
#include "workflow/cover_by_masks.h"
#include "workflow/say_conditions.h"

namespace scbpf {
namespace {

constexpr uint64_t kHighHalf = 0xffffffff00000000;

using Ref = Diagram::Ref;
using Rules = std::vector<NameRule>;

// Whether a condition looks at nothing but the high half of its argument.
bool IsHighAlone(const ProfileArg& arg) {
  return arg.op.value == ProfileOp::kMaskedEq &&
         static_cast<uint32_t>(arg.value.value) == 0;
}

constexpr Wording kWordings[] = {Wording::kPlain, Wording::kShifted,
                                 Wording::kMasked};
// More rules of one call are not shortened.
constexpr size_t kMostShortened = 64;
// More candidates are not weighed against each other.
constexpr size_t kMostCandidates = 1024;

// The work on one call.
class Sayer {
 public:
  Sayer(CallViews& views, Diagram& diagram, const std::string& name,
        bool repeat)
      : views_(views), diagram_(diagram), name_(name), repeat_(repeat) {}

  absl::StatusOr<Rules> Run();

 private:
  absl::StatusOr<std::vector<ReturnValue>> Results();
  std::optional<Rules> FromClauses(ReturnValue value, const View& view,
                                   Wording wording);
  std::optional<Rules> AllFromClauses(const std::vector<ReturnValue>& results);
  std::optional<Rules> FromAreas(const std::vector<ReturnValue>& results);
  void Shorten(Rules& rules);

  void AddSaid(ReturnValue value, const Conjunction& all_of, Rules& pool);
  void AddDescribed(ReturnValue value, Ref condition, Rules& pool);
  std::optional<Rules> Cover(ReturnValue value, const Rules& pool);
  std::optional<Rules> SayResult(ReturnValue value);
  std::optional<Rules> SayByWidth();
  void Decide(View& view, Rules& deciders);

  CallViews& views_;
  Diagram& diagram_;
  const std::string& name_;
  bool repeat_;
};

// Every value but the default that some ABI answers.
absl::StatusOr<std::vector<ReturnValue>> Sayer::Results() {
  std::vector<ReturnValue> results;
  for (const View& view : views_.all()) {
    for (const ReturnValue value : view.leaves) {
      if (value == views_.default_action() ||
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
std::optional<Rules> Sayer::AllFromClauses(
    const std::vector<ReturnValue>& results) {
  for (const View& view : views_.all()) {
    for (const Wording wording : kWordings) {
      Rules rules;
      bool all = true;
      for (const ReturnValue value : results) {
        const std::optional<Rules> some = FromClauses(value, view, wording);
        all = all && some.has_value();
        if (some) rules.insert(rules.end(), some->begin(), some->end());
      }
      if (all && views_.MeanAll(rules)) return rules;
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
      if (views_.MeanAll(fewer)) rules = std::move(fewer);
    }
  }
}

// Rules of the pool that answer `value` wherever it is wanted.
std::optional<Rules> Sayer::Cover(ReturnValue value, const Rules& pool) {
  std::vector<Ref> areas;
  std::vector<Ref> open;  // what is not yet covered
  const Ref no = diagram_.Leaf(0);
  for (const View& view : views_.all()) {
    areas.push_back(views_.AreaOf(view, value));
    const Ref given = diagram_.Apply(Diagram::Op::kIs, view.given_root,
                                     diagram_.Leaf(value.raw));
    const Ref wanted = diagram_.Apply(Diagram::Op::kAnd, views_.Is(view, value),
                                      diagram_.Not(given));
    open.push_back(view.decided ? no : wanted);
  }
  Rules chosen;
  for (const NameRule& rule : pool) {
    std::vector<Ref> left;
    bool fits = true;
    for (size_t i = 0; i < open.size() && fits; ++i) {
      Ref ref = 0;
      fits = views_.Fits(views_.all()[i], areas[i], rule, &ref);
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
  for (const View& view : views_.all()) {
    for (const Clause& clause : view.behavior->clauses) {
      if (AsKernelReads(clause.result) != value) continue;
      AddSaid(value, clause.all_of, pools[0]);
      if (pools[0].size() > kMostCandidates) break;
    }
    AddDescribed(value, views_.AreaOf(view, value), pools[1]);
    AddDescribed(value, views_.Is(view, value), pools[2]);
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
  for (const View& view : views_.all()) {
    const auto any_of =
        CoverByMasks(diagram_, {}, views_.AreaOf(view, value), kMostShortened);
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
  for (const View& view : views_.all()) {
    if (view.leaves.size() > 1 || view.leaves[0] == views_.default_action()) {
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
    if (views_.MeanAll(rules)) return rules;
  }
  return std::nullopt;
}

// A view that wants one value has it, and no other rule counts there, where a
// rule of that value loses its conditions there and fits the other views.
void Sayer::Decide(View& view, Rules& deciders) {
  const ReturnValue value = view.leaves[0];
  if (view.leaves.size() > 1 || value == views_.default_action()) return;
  Rules pool;
  for (const View& other : views_.all()) {
    for (const Clause& clause : other.behavior->clauses) {
      if (AsKernelReads(clause.result) != value) continue;
      AddSaid(value, clause.all_of, pool);
    }
    AddDescribed(value, views_.AreaOf(other, value), pool);
    if (pool.size() > kMostCandidates) return;
  }
  for (const NameRule& rule : pool) {
    if (!views_.NarrowTo(view, rule).empty()) continue;
    const bool fits = std::all_of(
        views_.all().begin(), views_.all().end(), [&](const View& other) {
          Ref ref = 0;
          return views_.Fits(other, views_.AreaOf(other, value), rule, &ref);
        });
    if (!fits) continue;
    view.decided = true;
    deciders.push_back(rule);
    return;
  }
}

// Each value where it is wanted.
std::optional<Rules> Sayer::FromAreas(const std::vector<ReturnValue>& results) {
  Rules rules;
  if (views_.all().size() > 1) {
    for (View& view : views_.all()) Decide(view, rules);
  }
  for (const ReturnValue value : results) {
    const std::optional<Rules> some = SayResult(value);
    if (!some) return std::nullopt;
    rules.insert(rules.end(), some->begin(), some->end());
  }
  if (!views_.MeanAll(rules)) return std::nullopt;
  Shorten(rules);
  return rules;
}

absl::StatusOr<Rules> Sayer::Run() {
  const absl::StatusOr<std::vector<ReturnValue>> results = Results();
  if (!results.ok()) return results.status();
  const ReturnValue first = views_.all()[0].leaves[0];
  const bool plain = std::all_of(
      views_.all().begin(), views_.all().end(), [&](const View& view) {
        return view.leaves == std::vector<ReturnValue>{first};
      });
  if (plain && first != views_.default_action()) {
    return Rules{*SayValue(name_, first)};
  }
  const absl::Status given = views_.CheckGiven();
  if (!given.ok()) return given;
  std::optional<Rules> as_they_stand = AllFromClauses(*results);
  if (as_they_stand) {
    Shorten(*as_they_stand);
    const size_t size = as_they_stand->size();
    if (size < 2 || size > kMostShortened) return *as_they_stand;
  }
  std::optional<Rules> rules = FromAreas(*results);
  if (as_they_stand && (!rules || as_they_stand->size() <= rules->size())) {
    return *as_they_stand;
  }
  if (!rules) rules = SayByWidth();
  if (rules) return *rules;
  return views_.CannotSayAll();
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
  const ReturnValue said = MakeReturnValue(rule.action, rule.data);
  if (AsKernelReads(said) == AsKernelReads(value)) return rule;
  return CannotSay(absl::StrCat(name, " answers ", FormatReturnValue(value),
                                ", an action that has no data there"));
}

bool StandsBefore(const NameRule& a, const NameRule& b,
                  const DataOrder& order) {
  // What ABIs of 32 bits take for no condition must come before what is none
  // anywhere, and, where data decides, rules on a multiplexer before those on
  // its calls.
  const auto rank = [&](const NameRule& rule) {
    if (rule.args.empty()) return 2;
    if (std::all_of(rule.args.begin(), rule.args.end(), IsHighAlone)) return 0;
    const bool multiplexes = rule.name == "socketcall" || rule.name == "ipc";
    return multiplexes && order.size() > 1 ? 1 : 3;
  };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  if (a.action != b.action) return a.action > b.action;
  return Precedes(MakeReturnValue(a.action, a.data),
                  MakeReturnValue(b.action, b.data), order);
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
  CallViews views(target_, default_action_, order_, diagram_, name, wanted);
  const bool repeat = target_.arg_semantics == ArgSemantics::kAnd;
  absl::StatusOr<Rules> rules = Sayer(views, diagram_, name, repeat).Run();
  if (budget_.spent()) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "the budget of the proof ran out at the conditions of ", name));
  }
  return rules;
}

}  // namespace scbpf
