// The regions where a side differs from an answer that it never gives.
#include "workflow/filter_policy.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "arch/abi.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

constexpr uint32_t kMax = std::numeric_limits<uint32_t>::max();
// Where a side does give this answer no region says otherwise.
constexpr ReturnValue kUnlikely = Trap(0x5bf1);

std::string NameOfNumber(uint32_t token, uint32_t nr) {
  const Abi* const abi = AbiOfCall(token, nr);
  if (abi == nullptr) return absl::StrCat("number ", nr);
  return absl::StrCat(std::string(abi->id), " ", DescribeNumber(*abi, nr));
}

// What regions that share their numbers say.
absl::StatusOr<Behavior> BehaviorOf(std::span<const Region> regions) {
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
      return absl::ResourceExhaustedError(
          absl::StrCat(NameOfNumber(region.arch, region.first),
                       " has too many conditions to tell"));
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
absl::StatusOr<ArchPolicy> ArchOf(std::span<const Region> regions) {
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
    absl::StatusOr<Behavior> behavior = BehaviorOf(regions.first(count));
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

absl::StatusOr<Policy> Assemble(std::span<const Region> regions) {
  Policy policy;
  std::optional<ReturnValue> bad_arch;
  while (!regions.empty()) {
    const Region& region = regions.front();
    size_t count = 1;
    while (count < regions.size() && regions[count].arch == region.arch) {
      ++count;
    }
    absl::StatusOr<ArchPolicy> arch = ArchOf(regions.first(count));
    if (!arch.ok()) return arch.status();
    regions = regions.subspan(count);
    if (region.arch == region.arch_last) {
      policy.arches.push_back(*std::move(arch));
      continue;
    }
    const ReturnValue answer = arch->ranges[0].behavior.otherwise;
    if (!IsPlain(*arch) || bad_arch.value_or(answer) != answer) {
      return absl::InvalidArgumentError(
          "it tells apart calls of architectures that it has no token of");
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
  const auto regions =
      FindRegions(side, Side::Of(Policy{{}, kUnlikely}), budget);
  if (!regions.ok()) return regions.status();
  absl::StatusOr<Policy> policy = Assemble(*regions);
  if (!policy.ok()) return policy.status();
  const auto difference = FindDifference(side, Side::Of(*policy), budget);
  if (!difference.ok()) return difference.status();
  if (difference->has_value()) {
    // Regions leave out what it takes the instruction pointer to tell.
    return absl::InvalidArgumentError(
        absl::StrCat(NameOfNumber((*difference)->arch, (*difference)->nr),
                     " is answered by more than its arguments"));
  }
  return policy;
}

}  // namespace scbpf
