// WarnOfClashes: rules of one number, none without conditions, that answer
// differently to the same call (docs/semantics.md section 4.2).
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "compiler/warnings.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

// How many pairs of rules are looked at for one number.
constexpr int kPairs = 100'000;

// From the least to the greatest value of one argument for which a rule can
// hold.
struct Hull {
  uint32_t rule = 0;
  uint64_t least = 0;
  uint64_t most = ~uint64_t{0};
};

// `domain`: all the bits that the ABI compares.
Hull HullOf(const std::vector<Rule>& rules, uint32_t index, int arg,
            uint64_t domain) {
  Hull hull{index, 0, domain};
  for (const ArgCondition& c : rules[index].all_of) {
    if (c.arg != arg) continue;
    switch (c.op) {
      case CompareOp::kEq:
        hull.least = std::max(hull.least, c.value);
        hull.most = std::min(hull.most, (c.value | ~c.mask) & domain);
        break;
      case CompareOp::kLt:
      case CompareOp::kLe:
        hull.most = std::min(hull.most, c.value);
        break;
      case CompareOp::kGt:
      case CompareOp::kGe:
        hull.least = std::max(hull.least, c.value);
        break;
      case CompareOp::kNe:
        break;
    }
  }
  return hull;
}

bool Same(ReturnValue a, ReturnValue b) {
  return AsKernelReads(a) == AsKernelReads(b);
}

// The argument that most conditions are on.
int BusiestArgument(const std::vector<Rule>& rules, const RuleGroup& group) {
  std::array<size_t, 6> counts{};
  for (const uint32_t i : group.members) {
    for (const ArgCondition& c : rules[i].all_of) ++counts[c.arg];
  }
  return static_cast<int>(std::max_element(counts.begin(), counts.end()) -
                          counts.begin());
}

// Per rule that clashes with an earlier one: the first such.
using Clashes = absl::flat_hash_map<uint32_t, uint32_t>;

// Finds them by going through one argument's values in order, so that rules
// for different values never meet. False: there were too many pairs.
bool FindClashes(const Abi& abi, const std::vector<Rule>& rules,
                 const RuleGroup& group, Clashes& clashes) {
  const uint64_t domain = abi.compares_64_bits ? ~uint64_t{0} : 0xffffffff;
  const int arg = BusiestArgument(rules, group);
  std::vector<Hull> hulls;
  hulls.reserve(group.members.size());
  for (const uint32_t i : group.members)
    hulls.push_back(HullOf(rules, i, arg, domain));
  std::sort(hulls.begin(), hulls.end(), [](const Hull& a, const Hull& b) {
    return a.least != b.least ? a.least < b.least : a.rule < b.rule;
  });
  std::vector<Hull> open;
  int pairs = kPairs;
  for (const Hull& hull : hulls) {
    std::erase_if(open, [&](const Hull& o) { return o.most < hull.least; });
    for (const Hull& other : open) {
      if (--pairs < 0) return false;
      const uint32_t later = std::max(hull.rule, other.rule);
      const uint32_t earlier = std::min(hull.rule, other.rule);
      if (Same(rules[later].result, rules[earlier].result)) continue;
      const auto known = clashes.find(later);
      if (known != clashes.end() && known->second <= earlier) continue;
      if (FindArguments(rules[later].all_of, rules[earlier].all_of)) {
        clashes[later] = earlier;
      }
    }
    open.push_back(hull);
  }
  return true;
}

// "socket(40, 0, 9)".
std::string FormatCall(const Abi& abi, const Rule& a, const Rule& b,
                       const std::array<uint64_t, 6>& args) {
  int count = 1;
  for (const Rule* rule : {&a, &b}) {
    for (const ArgCondition& c : rule->all_of) {
      count = std::max(count, c.arg + 1);
    }
  }
  std::string text = absl::StrCat(DescribeNumber(abi, a.nr), "(");
  for (int i = 0; i < count; ++i) {
    if (i > 0) text += ", ";
    if (args[i] > 0xffff) {
      absl::StrAppend(&text, "0x", absl::Hex(args[i]));
    } else {
      absl::StrAppend(&text, args[i]);
    }
  }
  return text + ")";
}

// What the whole group answers to a call on which two of its rules clash;
// false: there is no such call.
bool TellClash(WarningContext& context, size_t abi_index,
               const RuleGroup& group, const Rule& earlier, const Rule& later,
               bool refused) {
  const auto args = FindArguments(later.all_of, earlier.all_of);
  if (!args.has_value()) return false;
  const Abi& abi = *context.rules.abis[abi_index].abi;
  const GroupAnswer holds =
      AnswerTo(context, context.groups[abi_index], group, *args);
  const bool third =
      !Same(holds.result, earlier.result) && !Same(holds.result, later.result);
  context.Tell(
      Severity::kWarning, "clash", later.origin,
      absl::StrCat("this rule on \"", std::string(later.name),
                   "\" clashes with ", EntryName(earlier.entry), " on ",
                   std::string(abi.id), ": ",
                   FormatCall(abi, later, earlier, *args), " is ",
                   FormatReturnValue(later.result), " here and ",
                   FormatReturnValue(earlier.result), " there; ",
                   FormatReturnValue(holds.result),
                   third ? " of " + EntryName(holds.rule->entry) : "", " holds",
                   refused ? "; libseccomp refuses such a profile (EEXIST), so "
                             "that no container starts"
                           : "; libseccomp answers by its internal order"));
  return true;
}

bool AllSame(const std::vector<Rule>& rules, const RuleGroup& group) {
  const ReturnValue first = rules[group.members[0]].result;
  return std::all_of(group.members.begin(), group.members.end(),
                     [&](uint32_t i) { return Same(rules[i].result, first); });
}

}  // namespace

void WarnOfClashes(WarningContext& context) {
  ToldRules told;
  // What libseccomp refuses on one ABI comes before a clash on another.
  for (size_t a = 0; a < context.groups.size(); ++a) {
    const Abi& abi = *context.rules.abis[a].abi;
    const std::vector<Rule>& rules = context.groups[a].rules();
    for (const RuleGroup& group : context.groups[a].groups()) {
      if (group.members.size() < 2) continue;
      for (const Refusal& refusal : FindRefusals(abi, rules, group)) {
        const Rule& earlier = rules[refusal.earlier];
        const Rule& later = rules[refusal.later];
        if (!told.Add(later.entry, later.origin)) continue;
        if (group.decider != nullptr ||
            !TellClash(context, a, group, earlier, later, /*refused=*/true)) {
          TellRefusal(context, abi, earlier, later);
        }
      }
    }
  }
  WarnOfNumberlessRefusals(context, told);
  for (size_t a = 0; a < context.groups.size(); ++a) {
    const Abi& abi = *context.rules.abis[a].abi;
    const std::vector<Rule>& rules = context.groups[a].rules();
    for (const RuleGroup& group : context.groups[a].groups()) {
      if (group.decider != nullptr || group.members.size() < 2 ||
          AllSame(rules, group)) {
        continue;
      }
      Clashes clashes;
      const bool all = FindClashes(abi, rules, group, clashes);
      for (const uint32_t later : group.members) {
        const auto found = clashes.find(later);
        if (found == clashes.end()) continue;
        if (!told.Add(rules[later].entry, rules[later].origin)) continue;
        TellClash(context, a, group, rules[found->second], rules[later],
                  /*refused=*/false);
      }
      if (all) continue;
      const Rule& first = rules[group.members[0]];
      context.Tell(Severity::kNote, "clash-search", first.origin,
                   absl::StrCat("\"", std::string(first.name), "\" has ",
                                group.members.size(),
                                " rules: not all pairs were searched for "
                                "clashes"));
    }
  }
}

}  // namespace scbpf
