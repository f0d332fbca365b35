// The regions where a side differs from an answer that it never gives.
#include "workflow/filter_policy.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "arch/abi.h"
#include "proof/compare.h"
#include "syscall-tables/syscalls.h"
#include "workflow/cover_by_masks.h"
#include "workflow/say_call.h"

namespace scbpf {
namespace {

constexpr uint32_t kMax = std::numeric_limits<uint32_t>::max();
// Where a side does give this answer no region says otherwise.
constexpr ReturnValue kUnlikely = Trap(0x5bf1);
// More conditions of one number are not told.
constexpr size_t kMostMasks = 2048;

std::string NameOfNumber(uint32_t token, uint32_t nr) {
  const Abi* const abi = AbiOfCall(token, nr);
  if (abi == nullptr) return absl::StrCat("number ", nr);
  return absl::StrCat(std::string(abi->id), " ", DescribeNumber(*abi, nr));
}

// Behaviors by token and first number, where regions leave something out.
using Behaviors = std::map<std::pair<uint32_t, uint32_t>, Behavior>;

using Ref = Diagram::Ref;

// What the side answers, each value but one by masks; nullopt: it takes the
// instruction pointer, or too many of them.
std::optional<Behavior> TellByMasks(const Comparison::Pairs& pairs) {
  Diagram& diagram = *pairs.diagram;
  std::map<uint32_t, Ref> conditions;
  for (const uint32_t leaf : LeavesOf(diagram, pairs.root)) {
    const uint32_t value =
        leaf == Diagram::kNone ? kUnlikely.raw : diagram.PairAt(leaf).first;
    conditions[value] =
        diagram.Apply(Diagram::Op::kIs, pairs.root, diagram.Leaf(leaf));
  }
  std::optional<uint32_t> rest;  // the value that takes the most masks
  std::vector<Conjunction> of_rest;
  Behavior behavior;
  const auto add = [&](uint32_t value, const std::vector<Conjunction>& any_of) {
    for (const Conjunction& all_of : any_of) {
      behavior.clauses.push_back({all_of, {value}});
    }
  };
  for (const auto& [value, condition] : conditions) {
    const auto any_of =
        CoverByMasks(diagram, pairs.order, condition, kMostMasks);
    if (!any_of && rest && of_rest.empty()) return std::nullopt;
    if (!rest || !any_of ||
        (!of_rest.empty() && any_of->size() > of_rest.size())) {
      if (rest) add(*rest, of_rest);
      rest = value;
      of_rest = any_of.value_or(std::vector<Conjunction>{});
    } else {
      add(value, *any_of);
    }
  }
  behavior.otherwise = {*rest};
  return behavior;
}

// The behaviors of the numbers whose regions are partial, where they can be
// followed.
absl::StatusOr<Behaviors> FollowPartial(const Side& side, const Side& other,
                                        std::span<const Region> regions,
                                        const ProofBudget& budget) {
  Behaviors wanted;
  for (const Region& region : regions) {
    if (region.partial) wanted[{region.arch, region.first}];
  }
  if (wanted.empty()) return wanted;
  const auto comparison = Comparison::Make(side, other, budget);
  if (!comparison.ok()) return comparison.status();
  if ((*comparison)->layers().NeedBits()) return Behaviors{};
  absl::Status status;
  VisitFields((*comparison)->layers(), [&](const Field& field) {
    const auto it = wanted.find({field.arch.first, field.nr.first});
    if (it == wanted.end()) return true;
    const auto pairs = (*comparison)->PairsOf(field.answers);
    status = pairs.status();
    if (!status.ok()) return false;
    std::optional<Behavior> behavior = TellByMasks(*pairs);
    if (behavior) {
      it->second = *std::move(behavior);
    } else {
      wanted.erase(it);
    }
    return true;
  });
  if (!status.ok()) return status;
  return wanted;
}

// What regions that share their numbers say.
absl::StatusOr<Behavior> BehaviorOf(std::span<const Region> regions,
                                    const Behaviors& followed) {
  const auto known = followed.find({regions[0].arch, regions[0].first});
  if (known != followed.end()) return known->second;
  // The longest list is what is left when the others do not hold.
  const auto rest = std::max_element(regions.begin(), regions.end(),
                                     [](const Region& a, const Region& b) {
                                       if (a.partial != b.partial)
                                         return b.partial;
                                       return a.any_of.size() < b.any_of.size();
                                     });
  Behavior behavior{{}, rest->a};
  for (const Region& region : regions) {
    if (&region == &*rest) continue;
    if (region.partial) {
      return CannotSay(absl::StrCat(
          NameOfNumber(region.arch, region.first),
          " asks for the instruction pointer, or for more conditions than can "
          "be told"));
    }
    for (const Conjunction& all_of : region.any_of) {
      behavior.clauses.push_back({all_of, region.a});
    }
  }
  return behavior;
}

void Append(uint32_t first, Behavior behavior, std::vector<Range>& ranges) {
  if (!ranges.empty() && ranges.back().behavior == behavior) return;
  ranges.push_back({first, std::move(behavior)});
}

// The regions of one token, or of one interval of tokens.
absl::StatusOr<ArchPolicy> ArchOf(std::span<const Region> regions,
                                  const Behaviors& followed) {
  ArchPolicy arch{regions.front().arch, {}};
  uint64_t next = 0;  // the first number not yet covered
  while (!regions.empty()) {
    const Region& region = regions.front();
    size_t count = 1;
    while (count < regions.size() && regions[count].first == region.first) {
      ++count;
    }
    if (region.first > next) {
      Append(static_cast<uint32_t>(next), {{}, kUnlikely}, arch.ranges);
    }
    absl::StatusOr<Behavior> behavior =
        BehaviorOf(regions.first(count), followed);
    if (!behavior.ok()) return behavior.status();
    Append(region.first, *std::move(behavior), arch.ranges);
    next = uint64_t{region.last} + 1;
    regions = regions.subspan(count);
  }
  if (next <= kMax) {
    Append(static_cast<uint32_t>(next), {{}, kUnlikely}, arch.ranges);
  }
  return arch;
}

bool IsPlain(const ArchPolicy& arch) {
  return arch.ranges.size() == 1 && arch.ranges[0].behavior.clauses.empty();
}

absl::StatusOr<Policy> Assemble(std::span<const Region> regions,
                                const Behaviors& followed) {
  Policy policy;
  std::optional<ReturnValue> bad_arch;
  while (!regions.empty()) {
    const Region& region = regions.front();
    size_t count = 1;
    while (count < regions.size() && regions[count].arch == region.arch) {
      ++count;
    }
    absl::StatusOr<ArchPolicy> arch = ArchOf(regions.first(count), followed);
    if (!arch.ok()) return arch.status();
    regions = regions.subspan(count);
    if (region.arch == region.arch_last) {
      policy.arches.push_back(*std::move(arch));
      continue;
    }
    const ReturnValue answer = arch->ranges[0].behavior.otherwise;
    if (!IsPlain(*arch) || bad_arch.value_or(answer) != answer) {
      return CannotSay(
          "it tells apart calls of architectures that do not exist");
    }
    bad_arch = answer;
  }
  policy.bad_arch = bad_arch.value_or(kUnlikely);
  std::erase_if(policy.arches, [&](const ArchPolicy& arch) {
    return IsPlain(arch) &&
           arch.ranges[0].behavior.otherwise == policy.bad_arch;
  });
  return policy;
}

}  // namespace

absl::StatusOr<Policy> PolicyOf(const Side& side, const ProofBudget& budget) {
  if (const Policy* policy = std::get_if<Policy>(&side.value)) return *policy;
  const Side other = Side::Of(Policy{{}, kUnlikely});
  const auto regions = FindRegions(side, other, budget);
  if (!regions.ok()) return regions.status();
  const auto followed = FollowPartial(side, other, *regions, budget);
  if (!followed.ok()) return followed.status();
  absl::StatusOr<Policy> policy = Assemble(*regions, *followed);
  if (!policy.ok()) return policy.status();
  const auto difference = FindDifference(side, Side::Of(*policy), budget);
  if (!difference.ok()) return difference.status();
  if (difference->has_value()) {
    // Regions leave out what it takes the instruction pointer to tell.
    return CannotSay(
        absl::StrCat(NameOfNumber((*difference)->arch, (*difference)->nr),
                     " asks for more than its arguments"));
  }
  return policy;
}

}  // namespace scbpf
