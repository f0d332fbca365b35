// Rules in the order of their numbers.
#include "compiler/rule_groups.h"

#include <algorithm>
#include <numeric>

namespace scbpf {
namespace {

// Numbers within a span this long are ordered by counting.
constexpr uint32_t kCountable = 4096;

// The rules' indices ascending by number; those of one number stay in order.
std::vector<uint32_t> OrderByNumber(const std::vector<Rule>& rules) {
  std::vector<uint32_t> order(rules.size());
  if (rules.empty()) return order;
  std::vector<uint32_t> numbers(rules.size());
  uint32_t least = rules[0].nr;
  uint32_t greatest = least;
  for (size_t i = 0; i < rules.size(); ++i) {
    numbers[i] = rules[i].nr;
    least = std::min(least, numbers[i]);
    greatest = std::max(greatest, numbers[i]);
  }
  const uint32_t span = greatest - least;
  if (span >= kCountable) {
    std::iota(order.begin(), order.end(), uint32_t{0});
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      return numbers[a] < numbers[b];
    });
    return order;
  }
  std::vector<uint32_t> next(span + 2);
  for (const uint32_t nr : numbers) ++next[nr - least + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  for (uint32_t i = 0; i < numbers.size(); ++i) {
    order[next[numbers[i] - least]++] = i;
  }
  return order;
}

}  // namespace

RuleGroups::RuleGroups(const std::vector<Rule>& rules)
    : rules_(&rules), order_(OrderByNumber(rules)) {
  groups_.reserve(rules.size());
  const uint32_t* const order = order_.data();
  const size_t count = order_.size();
  for (size_t i = 0; i < count;) {
    const size_t begin = i;
    const uint32_t nr = rules[order[i]].nr;
    const Rule* decider = nullptr;
    do {
      const Rule& rule = rules[order[i]];
      if (rule.nr != nr) break;
      if (decider == nullptr && rule.all_of.empty()) decider = &rule;
    } while (++i < count);
    groups_.push_back({nr, {order + begin, i - begin}, decider});
  }
}

const RuleGroup* RuleGroups::Find(uint32_t nr) const {
  const auto at = std::lower_bound(groups_.begin(), groups_.end(), nr,
                                   [](const RuleGroup& group, uint32_t number) {
                                     return group.nr < number;
                                   });
  return at == groups_.end() || at->nr != nr ? nullptr : &*at;
}

std::vector<RuleGroups> GroupRules(const RuleSet& rules) {
  std::vector<RuleGroups> groups;
  groups.reserve(rules.abis.size());
  for (const AbiRules& abi : rules.abis) groups.emplace_back(abi.rules);
  return groups;
}

}  // namespace scbpf
