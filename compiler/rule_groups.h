// The rules of an ABI, number by number.
#ifndef SCBPF_COMPILER_RULE_GROUPS_H_
#define SCBPF_COMPILER_RULE_GROUPS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/rule_set.h"

namespace scbpf {

// Indices into `rules`, ascending by number; those of one number in order.
std::vector<uint32_t> OrderByNumber(const std::vector<Rule>& rules);

// The length of the stretch of `order`, from `begin` on, with one number.
size_t GroupLength(const std::vector<Rule>& rules,
                   std::span<const uint32_t> order, size_t begin);

// The rules of `nr`, as a stretch of `order`.
std::span<const uint32_t> FindGroup(const std::vector<Rule>& rules,
                                    std::span<const uint32_t> order,
                                    uint32_t nr);

// The first rule of the group without conditions: it decides alone. nullptr:
// there is none.
const Rule* FindDecider(const std::vector<Rule>& rules,
                        std::span<const uint32_t> group);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_RULE_GROUPS_H_
