// Decides a behavior that looks at arguments in 32-bit tests.
//
// A state is the list of clauses that may still hold, each with what is known
// of its conditions, and the answer if none does. One view (a word under a
// mask) is chosen, its values are divided into intervals in which the next
// state is the same, each interval is decided, and a search tree is put over
// them.
#include "compiler/argument_decision.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/index_set.h"
#include "compiler/shade.h"
#include "compiler/value_search.h"
#include "compiler/word_conditions.h"

namespace scbpf {
namespace {

// What the states may hold in all, per condition of the behavior and at least.
constexpr uint64_t kWorkPerCondition = 64;
constexpr uint64_t kLeastWork = 200000;
// Lists this short try every view; longer ones take the best estimate.
constexpr size_t kTryAll = 4;
constexpr size_t kMemoized = 64;  // clauses
// In longer lists a clause is held against the ranges of those before it.
constexpr size_t kShaded = 32;
// A clause that is looked at and left out is less work than one that stays.
constexpr uint64_t kLooksPerWork = 2;
constexpr int kMaxDepth = 64;
constexpr size_t kMaxConditions = 32;  // of one clause: two bits each

struct Open {
  uint32_t clause = 0;
  uint64_t known = 0;

  auto operator<=>(const Open&) const = default;
};

Known KnownOf(const Open& open, size_t i) {
  return static_cast<Known>(open.known >> (2 * i) & 3);
}

void SetKnown(Open& open, size_t i, Known known) {
  open.known &= ~(uint64_t{3} << (2 * i));
  open.known |= static_cast<uint64_t>(known) << (2 * i);
}

bool IsDecided(Known known) {
  return known == Known::kHolds || known == Known::kFails;
}

struct State {
  std::vector<Open> open;
  uint32_t rest = 0;  // the raw answer if none holds

  auto operator<=>(const State&) const = default;
};

// A view that some condition needs next.
struct Candidate {
  View view;
  size_t mentions = 0;  // clauses that look at it
  std::vector<uint64_t> cuts;
  uint64_t estimate = 0;  // of what the next states hold in all
};

// Values of a view that no cut divides.
struct Interval {
  View view;
  uint32_t first = 0;
  uint32_t last = 0;
};

class ArgumentDecider {
 public:
  ArgumentDecider(DecisionBuilder& builder, const Behavior& behavior)
      : builder_(builder), clauses_(behavior.clauses) {
    uint64_t conditions = 0;
    for (const Clause& clause : clauses_) conditions += clause.all_of.size();
    work_left_ = kLeastWork + conditions * kWorkPerCondition;
  }

  // nullopt: too much work.
  std::optional<NodeId> Run(ReturnValue otherwise) {
    State state;
    state.rest = otherwise.raw;
    state.open.reserve(clauses_.size());
    for (const uint32_t c : WidestFirst()) {
      const std::vector<ArgCondition>& all_of = clauses_[c].all_of;
      if (all_of.size() > kMaxConditions) return std::nullopt;
      Open open{c, 0};
      for (size_t i = 0; i < all_of.size(); ++i) {
        SetKnown(open, i, Initially(all_of[i]));
      }
      if (Add(state, open)) break;
    }
    const NodeId node = Decide(std::move(state), 0);
    if (exhausted_) return std::nullopt;
    return node;
  }

 private:
  // The clauses in order; of neighbours with one answer, which may change
  // places, those first that can hide others.
  std::vector<uint32_t> WidestFirst() const {
    std::vector<uint32_t> order(clauses_.size());
    std::iota(order.begin(), order.end(), 0);
    if (clauses_.size() <= kShaded) return order;
    using Key = decltype(Box().WidestFirst());
    std::vector<std::pair<uint32_t, Key>> keys;  // run of one answer, box
    keys.reserve(clauses_.size());
    for (const Clause& clause : clauses_) {
      const bool same =
          !keys.empty() && clauses_[keys.size() - 1].result == clause.result;
      Box box;
      for (const ArgCondition& c : clause.all_of) box.Take(c, Initially(c));
      keys.emplace_back(keys.empty() ? 0 : keys.back().first + (same ? 0 : 1),
                        box.WidestFirst());
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](uint32_t a, uint32_t b) { return keys[a] < keys[b]; });
    return order;
  }

  // Adds a clause unless it fails. True: it holds, and nothing after counts.
  bool Add(State& state, const Open& open) const {
    bool holds = true;
    for (size_t i = 0; i < clauses_[open.clause].all_of.size(); ++i) {
      const Known known = KnownOf(open, i);
      if (known == Known::kFails) return false;
      holds = holds && known == Known::kHolds;
    }
    if (holds) {
      state.rest = clauses_[open.clause].result.raw;
    } else {
      state.open.push_back(open);
    }
    return holds;
  }

  NodeId Decide(State state, int depth) {
    while (!state.open.empty() &&
           clauses_[state.open.back().clause].result.raw == state.rest) {
      state.open.pop_back();
    }
    if (state.open.empty()) return builder_.Leaf({state.rest});
    if (depth > kMaxDepth || work_left_ < state.open.size()) exhausted_ = true;
    if (exhausted_) return builder_.Leaf({state.rest});
    work_left_ -= state.open.size();
    const bool memoized = state.open.size() <= kMemoized;
    if (memoized) {
      const auto found = memo_.find(state);
      if (found != memo_.end()) return found->second;
    }
    const NodeId node = DecideBest(state, depth);
    if (memoized && !exhausted_) memo_.emplace(std::move(state), node);
    return node;
  }

  std::vector<Candidate> FindCandidates(const State& state) const {
    std::vector<Candidate> all;
    all.reserve(4);
    for (const Open& open : state.open) {
      uint64_t counted = 0;  // candidates that this clause mentions already
      for (size_t i = 0; i < clauses_[open.clause].all_of.size(); ++i) {
        const ArgCondition& condition = clauses_[open.clause].all_of[i];
        const Known known = KnownOf(open, i);
        if (IsDecided(known)) continue;
        const View view = NextView(condition, known);
        size_t c = 0;
        while (c < all.size() && all[c].view != view) ++c;
        if (c == all.size()) {
          if (c == 64) continue;
          all.push_back({view, 0, {}, 0});
          all.back().cuts.reserve(std::min<size_t>(2 * state.open.size(), 64));
        }
        if ((counted >> c & 1) == 0) ++all[c].mentions;
        counted |= uint64_t{1} << c;
        uint64_t cuts[2];
        const int count = CutsOf(condition, known, cuts);
        all[c].cuts.insert(all[c].cuts.end(), cuts, cuts + count);
      }
    }
    return all;
  }

  // Best estimate first. A low half waits while a condition of the same
  // argument needs the high one.
  std::vector<Candidate> RankCandidates(const State& state) const {
    std::vector<Candidate> all = FindCandidates(state);
    uint32_t needs_high = 0;
    for (const Candidate& c : all) {
      if (c.view.high) needs_high |= 1u << c.view.arg;
    }
    std::erase_if(all, [&](const Candidate& c) {
      return !c.view.high && (needs_high >> c.view.arg & 1) != 0;
    });
    for (Candidate& c : all) {
      std::sort(c.cuts.begin(), c.cuts.end());
      c.cuts.erase(std::unique(c.cuts.begin(), c.cuts.end()), c.cuts.end());
      c.estimate =
          c.mentions + (c.cuts.size() + 1) * (state.open.size() - c.mentions);
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Candidate& a, const Candidate& b) {
                       if (a.estimate != b.estimate) {
                         return a.estimate < b.estimate;
                       }
                       return a.cuts.size() < b.cuts.size();
                     });
    return all;
  }

  NodeId DecideBest(const State& state, int depth) {
    const std::vector<Candidate> candidates = RankCandidates(state);
    const size_t tried =
        state.open.size() <= kTryAll ? candidates.size() : size_t{1};
    NodeId best = 0;
    uint32_t best_tests = 0;
    for (size_t i = 0; i < tried && !exhausted_; ++i) {
      const NodeId node = Branch(state, candidates[i], depth);
      const uint32_t tests = tried == 1 ? 0 : builder_.CountTests(node);
      if (i == 0 || tests < best_tests) {
        best = node;
        best_tests = tests;
      }
    }
    return best;
  }

  // The values of the view, first and last, outside of which a clause fails.
  std::pair<uint32_t, uint32_t> ReachInView(const Open& open,
                                            const View& view) const {
    std::pair<uint32_t, uint32_t> reach{0, view.mask};
    const std::vector<ArgCondition>& all_of = clauses_[open.clause].all_of;
    for (size_t i = 0; i < all_of.size(); ++i) {
      const Known known = KnownOf(open, i);
      if (IsDecided(known) || NextView(all_of[i], known) != view) continue;
      const auto [first, last] = ReachOf(all_of[i], known);
      reach.first = std::max(reach.first, first);
      reach.second = std::min(reach.second, last);
    }
    return reach;
  }

  // Every clause is looked at in the intervals that it reaches, as far as one
  // of those before it does not hold.
  NodeId Branch(const State& state, const Candidate& candidate, int depth) {
    const View& view = candidate.view;
    const auto count = static_cast<uint32_t>(state.open.size());
    IndexSet active(count);
    std::vector<uint32_t> lasts(count);
    std::vector<std::pair<uint32_t, uint32_t>> later;  // first value, index
    later.reserve(count);
    for (uint32_t s = 0; s < count; ++s) {
      const auto [first, last] = ReachInView(state.open[s], view);
      lasts[s] = last;
      if (first > last) continue;
      if (first == 0) {
        active.Insert(s);
      } else {
        later.emplace_back(first, s);
      }
    }
    std::sort(later.begin(), later.end());
    std::vector<ValueRange> ranges;
    size_t next = 0;
    for (size_t i = 0; i <= candidate.cuts.size() && !exhausted_; ++i) {
      const uint64_t first = i == 0 ? 0 : candidate.cuts[i - 1];
      const uint64_t end = i < candidate.cuts.size() ? candidate.cuts[i]
                                                     : uint64_t{view.mask} + 1;
      while (next < later.size() && later[next].first < end) {
        active.Insert(later[next++].second);
      }
      const Interval interval{view, static_cast<uint32_t>(first),
                              static_cast<uint32_t>(end - 1)};
      State then = Enter(state, interval, active, lasts);
      if (exhausted_) break;
      const NodeId leaf = Decide(std::move(then), depth + 1);
      if (ranges.empty() || ranges.back().leaf != leaf) {
        ranges.push_back({interval.first, leaf});
      }
    }
    if (exhausted_) return builder_.Leaf({state.rest});
    return SearchValues(builder_, view.word(), view.mask, ranges);
  }

  // What `state` becomes in `interval`. Clauses that end before it leave
  // `active`.
  State Enter(const State& state, const Interval& interval, IndexSet& active,
              const std::vector<uint32_t>& lasts) {
    State next;
    next.rest = state.rest;
    std::optional<Shade> shade;
    const auto count = static_cast<uint32_t>(lasts.size());
    if (count > kShaded) shade.emplace();
    uint64_t looked_at = 0;
    for (uint32_t s = active.Next(0); s < count; s = active.Next(s + 1)) {
      if (lasts[s] < interval.first) {
        active.Erase(s);
        continue;
      }
      ++looked_at;
      Open open = state.open[s];
      const std::vector<ArgCondition>& all_of = clauses_[open.clause].all_of;
      for (size_t i = 0; i < all_of.size(); ++i) {
        SetKnown(open, i,
                 Learn(all_of[i], KnownOf(open, i), interval.view,
                       interval.first, interval.last));
      }
      if (shade && IsShaded(open, *shade)) continue;
      if (Add(next, open)) break;
    }
    const uint64_t work = next.open.size() + looked_at / kLooksPerWork;
    exhausted_ = exhausted_ || work > work_left_;
    work_left_ -= std::min(work, work_left_);
    return next;
  }

  // Whether a clause that stood before it in the state leaves nothing to this
  // one, as far as `shade` tells, which it becomes part of.
  bool IsShaded(const Open& open, Shade& shade) const {
    const std::vector<ArgCondition>& all_of = clauses_[open.clause].all_of;
    Box box;
    for (size_t i = 0; i < all_of.size(); ++i) {
      const Known known = KnownOf(open, i);
      if (known == Known::kFails) return false;
      if (known != Known::kHolds) box.Take(all_of[i], known);
    }
    return shade.Hides(box);
  }

  DecisionBuilder& builder_;
  const std::vector<Clause>& clauses_;
  uint64_t work_left_ = 0;
  bool exhausted_ = false;
  std::map<State, NodeId> memo_;
};

// A condition as at most three tests.
NodeId TestCondition(DecisionBuilder& builder, const ArgCondition& condition,
                     Known known, NodeId then_node, NodeId else_node) {
  if (known == Known::kHolds) return then_node;
  if (known == Known::kFails) return else_node;
  const View view = NextView(condition, known);
  uint64_t cuts[2];
  const int count = CutsOf(condition, known, cuts);
  std::vector<ValueRange> ranges;
  for (int i = 0; i <= count; ++i) {
    const uint64_t first = i == 0 ? 0 : cuts[i - 1];
    const uint64_t end = i < count ? cuts[i] : uint64_t{view.mask} + 1;
    const NodeId leaf = TestCondition(
        builder, condition,
        Learn(condition, known, view, static_cast<uint32_t>(first),
              static_cast<uint32_t>(end - 1)),
        then_node, else_node);
    if (ranges.empty() || ranges.back().leaf != leaf) {
      ranges.push_back({static_cast<uint32_t>(first), leaf});
    }
  }
  return SearchValues(builder, view.word(), view.mask, ranges);
}

}  // namespace

NodeId ChainClauses(DecisionBuilder& builder, const Behavior& behavior) {
  NodeId node = builder.Leaf(behavior.otherwise);
  for (size_t c = behavior.clauses.size(); c-- > 0;) {
    const Clause& clause = behavior.clauses[c];
    NodeId then_node = builder.Leaf(clause.result);
    for (size_t i = clause.all_of.size(); i-- > 0;) {
      const ArgCondition& condition = clause.all_of[i];
      then_node = TestCondition(builder, condition, Initially(condition),
                                then_node, node);
    }
    node = then_node;
  }
  return node;
}

NodeId DecideArguments(DecisionBuilder& builder, const Behavior& behavior) {
  const std::optional<NodeId> node =
      ArgumentDecider(builder, behavior).Run(behavior.otherwise);
  return node ? *node : ChainClauses(builder, behavior);
}

}  // namespace scbpf
