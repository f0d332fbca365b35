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

}  // namespace

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

size_t GroupLength(const std::vector<Rule>& rules,
                   std::span<const uint32_t> order, size_t begin) {
  size_t end = begin + 1;
  while (end < order.size() && rules[order[end]].nr == rules[order[begin]].nr) {
    ++end;
  }
  return end - begin;
}

std::span<const uint32_t> FindGroup(const std::vector<Rule>& rules,
                                    std::span<const uint32_t> order,
                                    uint32_t nr) {
  const auto begin = std::lower_bound(
      order.begin(), order.end(), nr,
      [&](uint32_t i, uint32_t number) { return rules[i].nr < number; });
  if (begin == order.end() || rules[*begin].nr != nr) return {};
  const size_t at = static_cast<size_t>(begin - order.begin());
  return order.subspan(at, GroupLength(rules, order, at));
}

const Rule* FindDecider(const std::vector<Rule>& rules,
                        std::span<const uint32_t> group) {
  for (const uint32_t i : group) {
    if (rules[i].all_of.empty()) return &rules[i];
  }
  return nullptr;
}

}  // namespace scbpf
