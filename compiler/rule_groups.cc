// Rules in the order of their numbers.
#include "compiler/rule_groups.h"

#include <algorithm>
#include <numeric>

namespace scbpf {
namespace {

// Numbers within a span this long are ordered by counting.
constexpr uint32_t kCountable = 4096;

void CountingSort(const std::vector<Rule>& rules, uint32_t least, uint32_t span,
                  std::vector<uint32_t>& order) {
  std::vector<uint32_t> next(span + 1);
  for (const Rule& rule : rules) ++next[rule.nr - least + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  for (uint32_t i = 0; i < rules.size(); ++i) {
    order[next[rules[i].nr - least]++] = i;
  }
}

// Indices ascending by number; those of one number stay in order.
std::vector<uint32_t> OrderByNumber(const std::vector<Rule>& rules) {
  std::vector<uint32_t> order(rules.size());
  if (rules.empty()) return order;
  uint32_t least = rules[0].nr;
  uint32_t greatest = rules[0].nr;
  for (const Rule& rule : rules) {
    least = std::min(least, rule.nr);
    greatest = std::max(greatest, rule.nr);
  }
  if (greatest - least < kCountable) {
    CountingSort(rules, least, greatest - least + 1, order);
    return order;
  }
  std::iota(order.begin(), order.end(), uint32_t{0});
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return rules[a].nr < rules[b].nr;
  });
  return order;
}

}  // namespace

RuleGroups::RuleGroups(const std::vector<Rule>& rules)
    : rules_(&rules), order_(OrderByNumber(rules)) {
  groups_.reserve(rules.size());
  const std::span<const uint32_t> order = order_;
  for (size_t begin = 0; begin < order.size();) {
    RuleGroup group{rules[order[begin]].nr, {}, nullptr};
    size_t end = begin;
    for (; end < order.size() && rules[order[end]].nr == group.nr; ++end) {
      const Rule& rule = rules[order[end]];
      if (group.decider == nullptr && rule.all_of.empty()) {
        group.decider = &rule;
      }
    }
    group.members = order.subspan(begin, end - begin);
    groups_.push_back(group);
    begin = end;
  }
}

const RuleGroup* RuleGroups::Find(uint32_t nr) const {
  const auto at = std::lower_bound(groups_.begin(), groups_.end(), nr,
                                   [](const RuleGroup& group, uint32_t number) {
                                     return group.nr < number;
                                   });
  return at == groups_.end() || at->nr != nr ? nullptr : &*at;
}

}  // namespace scbpf
