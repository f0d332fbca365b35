// Rules in the order of their numbers.
#include "compiler/rule_groups.h"

#include <algorithm>
#include <numeric>

namespace scbpf {
namespace {

// Numbers within a span this long are ordered by counting.
constexpr uint32_t kCountable = 4096;

// Indices ascending by number; those of one number stay in order.
std::vector<uint32_t> OrderByNumber(std::span<const uint32_t> numbers) {
  std::vector<uint32_t> order(numbers.size());
  if (numbers.empty()) return order;
  const auto [least, greatest] =
      std::minmax_element(numbers.begin(), numbers.end());
  const uint32_t base = *least;
  const uint32_t span = *greatest - base;
  if (span >= kCountable) {
    std::iota(order.begin(), order.end(), uint32_t{0});
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      return numbers[a] < numbers[b];
    });
    return order;
  }
  std::vector<uint32_t> next(span + 2);
  for (const uint32_t nr : numbers) ++next[nr - base + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  for (uint32_t i = 0; i < numbers.size(); ++i) {
    order[next[numbers[i] - base]++] = i;
  }
  return order;
}

}  // namespace

RuleGroups::RuleGroups(const std::vector<Rule>& rules) : rules_(&rules) {
  // One pass over the rules; all else looks at these two lists.
  std::vector<uint32_t> numbers(rules.size());
  std::vector<uint8_t> plain(rules.size());
  for (size_t i = 0; i < rules.size(); ++i) {
    numbers[i] = rules[i].nr;
    plain[i] = rules[i].all_of.empty();
  }
  order_ = OrderByNumber(numbers);
  groups_.reserve(rules.size());
  const std::span<const uint32_t> order = order_;
  for (size_t begin = 0; begin < order.size();) {
    const uint32_t nr = numbers[order[begin]];
    const Rule* decider = nullptr;
    size_t end = begin;
    for (; end < order.size() && numbers[order[end]] == nr; ++end) {
      if (decider == nullptr && plain[order[end]] != 0) {
        decider = &rules[order[end]];
      }
    }
    groups_.push_back({nr, order.subspan(begin, end - begin), decider});
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
