// BuildPolicy: the decision of docs/semantics.md section 4 as a total function
// over the numbers of each audit token.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "compiler/rule_groups.h"
#include "compiler/rule_set.h"

namespace scbpf {
namespace {

constexpr uint32_t kUpperHalf = 0x40000000;  // x32's numbers start here
constexpr uint32_t kSkip = 0xffffffff;       // a tracer's "no call"
constexpr ReturnValue kEnosys = Errno(38);

bool Before(const ArgCondition& a, const ArgCondition& b) {
  if (a.arg != b.arg) return a.arg < b.arg;
  if (a.op != b.op) return a.op < b.op;
  if (a.mask != b.mask) return a.mask < b.mask;
  return a.value < b.value;
}

// The conditions of a clause in one order, each once.
void SortConditions(std::vector<ArgCondition>& all_of) {
  if (all_of.size() < 2) return;
  std::sort(all_of.begin(), all_of.end(), Before);
  all_of.erase(std::unique(all_of.begin(), all_of.end()), all_of.end());
}

uint64_t HashOf(const std::vector<ArgCondition>& all_of) {
  uint64_t hash = all_of.size();
  for (const ArgCondition& c : all_of) {
    for (const uint64_t word :
         {uint64_t{c.arg} << 8 | static_cast<uint64_t>(c.op), c.value,
          c.mask}) {
      hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
      hash ^= hash >> 29;
    }
  }
  return hash;
}

// Drops clauses that an earlier one with the same conditions hides.
void DropHidden(std::vector<Clause>& clauses) {
  if (clauses.size() < 2) return;
  absl::flat_hash_map<uint64_t, uint32_t> first;
  first.reserve(clauses.size());
  size_t kept = 0;
  for (size_t i = 0; i < clauses.size(); ++i) {
    const auto [at, is_new] = first.try_emplace(HashOf(clauses[i].all_of),
                                                static_cast<uint32_t>(kept));
    if (!is_new && clauses[at->second].all_of == clauses[i].all_of) continue;
    if (kept != i) clauses[kept] = std::move(clauses[i]);
    ++kept;
  }
  clauses.resize(kept);
}

// What the rules of one number say, none of which decides alone.
Behavior Decide(const std::vector<Rule>& rules, const RuleGroup& group,
                ReturnValue default_action) {
  Behavior behavior{{}, default_action};
  behavior.clauses.reserve(group.members.size());
  for (const uint32_t i : group.members) {
    behavior.clauses.push_back({rules[i].all_of, rules[i].result});
    SortConditions(behavior.clauses.back().all_of);
  }
  std::stable_sort(behavior.clauses.begin(), behavior.clauses.end(),
                   [](const Clause& a, const Clause& b) {
                     return MoreRestrictive(a.result, b.result);
                   });
  DropHidden(behavior.clauses);
  while (!behavior.clauses.empty() &&
         behavior.clauses.back().result == default_action) {
    behavior.clauses.pop_back();
  }
  return behavior;
}

void Append(uint32_t first, Behavior behavior, std::vector<Range>& ranges) {
  if (!ranges.empty() && ranges.back().behavior == behavior) return;
  ranges.push_back({first, std::move(behavior)});
}

void AppendPlain(uint32_t first, ReturnValue value,
                 std::vector<Range>& ranges) {
  if (!ranges.empty() && ranges.back().behavior.clauses.empty() &&
      ranges.back().behavior.otherwise == value) {
    return;
  }
  ranges.push_back({first, {{}, value}});
}

// Appends what `abi` answers to the numbers first..last.
class AbiRanges {
 public:
  AbiRanges(const RuleSet& set, const AbiRules& abi, const RuleGroups& groups)
      : set_(set), abi_(abi), groups_(groups) {}

  void AppendTo(std::vector<Range>& ranges, uint32_t first, uint32_t last) {
    uint64_t next = first;  // the first number not yet covered
    for (const RuleGroup& group : groups_.groups()) {
      if (group.nr < next || group.nr > last) continue;
      AppendGap(ranges, next, group.nr);
      if (IsPastBorder(group.nr)) {
        AppendPlain(group.nr, kEnosys, ranges);
      } else if (group.decider != nullptr) {
        AppendPlain(group.nr, group.decider->result, ranges);
      } else {
        Append(group.nr, Decide(abi_.rules, group, set_.default_action),
               ranges);
      }
      next = uint64_t{group.nr} + 1;
    }
    AppendGap(ranges, next, uint64_t{last} + 1);
  }

 private:
  bool IsPastBorder(uint64_t nr) const {
    return abi_.border.has_value() && nr > *abi_.border;
  }

  // The numbers [first, end), which have no rules.
  void AppendGap(std::vector<Range>& ranges, uint64_t first, uint64_t end) {
    if (first >= end) return;
    if (set_.unknown_by_version) {
      AppendKnown(ranges, first, end);
      return;
    }
    const auto at = static_cast<uint32_t>(first);
    if (IsPastBorder(first)) {
      AppendPlain(at, kEnosys, ranges);
      return;
    }
    AppendPlain(at, set_.default_action, ranges);
    if (abi_.border.has_value() && end - 1 > *abi_.border) {
      AppendPlain(*abi_.border + 1, kEnosys, ranges);
    }
  }

  // As AppendGap, where the known numbers have the default action.
  void AppendKnown(std::vector<Range>& ranges, uint64_t first, uint64_t end) {
    auto known = std::lower_bound(abi_.known.begin(), abi_.known.end(), first);
    while (first < end) {
      if (known != abi_.known.end() && *known == first) {
        AppendPlain(*known, set_.default_action, ranges);
        ++known;
        ++first;
        continue;
      }
      AppendPlain(static_cast<uint32_t>(first), kEnosys, ranges);
      first = known == abi_.known.end() ? end : std::min<uint64_t>(*known, end);
    }
  }

  const RuleSet& set_;
  const AbiRules& abi_;
  const RuleGroups& groups_;
};

// The selected ABIs of one audit token, as their indices: below bit 30 and
// from it on.
struct Token {
  uint32_t audit_arch = 0;
  std::optional<size_t> lower;
  std::optional<size_t> upper;
};

bool IsUpper(const Abi& abi) { return abi.nr_base >= kUpperHalf; }

// Whether the numbers from bit 30 up under this token are an ABI's own.
bool HasUpperAbi(uint32_t audit_arch) {
  const auto all = AllAbis();
  return std::any_of(all.begin(), all.end(), [&](const Abi* abi) {
    return abi->audit_value == audit_arch && IsUpper(*abi);
  });
}

std::vector<Token> TokensOf(const RuleSet& rules) {
  std::vector<Token> tokens;
  for (size_t i = 0; i < rules.abis.size(); ++i) {
    const Abi& abi = *rules.abis[i].abi;
    const uint32_t audit_arch = abi.audit_value;
    auto token = std::find_if(
        tokens.begin(), tokens.end(),
        [&](const Token& t) { return t.audit_arch == audit_arch; });
    if (token == tokens.end()) {
      tokens.push_back({audit_arch, std::nullopt, std::nullopt});
      token = tokens.end() - 1;
    }
    (IsUpper(abi) ? token->upper : token->lower) = i;
  }
  std::sort(tokens.begin(), tokens.end(), [](const Token& a, const Token& b) {
    return a.audit_arch < b.audit_arch;
  });
  return tokens;
}

ArchPolicy BuildArch(const RuleSet& rules, std::span<const RuleGroups> groups,
                     const Token& token) {
  ArchPolicy arch{token.audit_arch, {}};
  arch.ranges.reserve(128);
  const auto append = [&](size_t i, uint32_t first, uint32_t last) {
    AbiRanges(rules, rules.abis[i], groups[i])
        .AppendTo(arch.ranges, first, last);
  };
  if (!token.lower.has_value()) {
    AppendPlain(0, rules.bad_arch, arch.ranges);
  } else {
    const bool split = HasUpperAbi(token.audit_arch);
    append(*token.lower, 0, split ? kUpperHalf - 1 : kSkip);
    if (!split) return arch;
  }
  if (!token.upper.has_value()) {
    AppendPlain(kUpperHalf, rules.bad_arch, arch.ranges);
    AppendPlain(kSkip, rules.default_action, arch.ranges);
  } else {
    append(*token.upper, kUpperHalf, kSkip);
  }
  return arch;
}

}  // namespace

Policy BuildPolicy(const RuleSet& rules) {
  return BuildPolicy(rules, GroupRules(rules));
}

Policy BuildPolicy(const RuleSet& rules, std::span<const RuleGroups> groups) {
  Policy policy;
  policy.bad_arch = rules.bad_arch;
  for (const Token& token : TokensOf(rules)) {
    policy.arches.push_back(BuildArch(rules, groups, token));
  }
  return policy;
}

}  // namespace scbpf
