// Shares the numbers with conditions out among filters, the largest first.
#include "compiler/split.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "arch/abi.h"
#include "bpf/cost.h"
#include "compiler/assembly.h"
#include "compiler/decision.h"
#include "compiler/room.h"
#include "compiler/split_behavior.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

// What a group takes beside its own tests: its place in the tree of numbers,
// and what long jumps cost.
constexpr size_t kPerGroup = 8;
constexpr size_t kPerPlace = 3;
constexpr size_t kPerFilter = 64;
constexpr size_t kGroupLimit = kMaxInstructions - 2 * kPerFilter;
// Of all filters of a thread together (source: MAX_INSNS_PER_PATH).
constexpr uint64_t kMaxForAll = 32768;
// Without these nothing more can be installed or started.
constexpr std::string_view kNeededLater[] = {"seccomp", "prctl", "execve"};

struct Place {
  size_t arch = 0;
  size_t range = 0;
};

// Ranges that share a behavior, or one piece of it.
struct Group {
  Behavior behavior;
  std::vector<Place> places;
  size_t whole = 0;  // which behavior it is a piece of
  size_t size = 0;
  bool newest = false;
};

struct Bin {
  std::vector<const Group*> groups;
  size_t size = 0;
};

bool Notifies(const Behavior& behavior) {
  const auto notifies = [](ReturnValue value) {
    return ActionOf(value) == Action::kUserNotif;
  };
  return notifies(behavior.otherwise) ||
         std::any_of(behavior.clauses.begin(), behavior.clauses.end(),
                     [&](const Clause& c) { return notifies(c.result); });
}

bool IsNeededLater(const ArchPolicy& arch, size_t range) {
  for (const Abi* abi : AllAbis()) {
    if (!abi->has_table || abi->audit_value != arch.audit_arch) continue;
    for (std::string_view name : kNeededLater) {
      const auto nr = NumberOf(*abi, name);
      if (nr && &FindRange(arch, *nr) == &arch.ranges[range]) return true;
    }
  }
  return false;
}

// The ranges with conditions by their behaviors.
std::vector<Group> GroupRanges(const Policy& policy) {
  std::vector<Group> groups;
  for (size_t a = 0; a < policy.arches.size(); ++a) {
    const ArchPolicy& arch = policy.arches[a];
    for (size_t r = 0; r < arch.ranges.size(); ++r) {
      const Behavior& behavior = arch.ranges[r].behavior;
      if (behavior.clauses.empty()) continue;
      auto group =
          std::find_if(groups.begin(), groups.end(),
                       [&](const Group& g) { return g.behavior == behavior; });
      if (group == groups.end()) {
        groups.push_back({behavior, {}, groups.size(), 0, Notifies(behavior)});
        group = groups.end() - 1;
      }
      group->places.push_back({a, r});
      group->newest = group->newest || IsNeededLater(arch, r);
    }
  }
  return groups;
}

absl::Status TooLarge(const std::string& why) {
  return absl::OutOfRangeError(
      absl::StrCat("cannot be split into filters the kernel takes: ", why));
}

absl::Status TooLargeInAll() {
  return TooLarge(absl::StrCat("they would count more than the ", kMaxForAll,
                               " instructions that it takes for all together"));
}

// Every group of a size that one filter takes, the largest first.
absl::StatusOr<std::vector<Group>> CutGroups(const std::vector<Group>& whole) {
  std::vector<Group> groups;
  for (const Group& group : whole) {
    // The newest filter's group is one piece, or there is no stack.
    std::vector<SizedBehavior> pieces = SplitBehavior(
        group.behavior, kGroupLimit, group.newest ? kGroupLimit : kMaxForAll);
    if (pieces.empty()) {
      return TooLarge("the conditions of one syscall stay too large");
    }
    if (group.newest && pieces.size() > 1) {
      return TooLarge("what must be in one filter is too large for it");
    }
    size_t in_all = 0;
    for (const SizedBehavior& piece : pieces) in_all += piece.instructions;
    if (in_all > kMaxForAll) return TooLargeInAll();
    for (SizedBehavior& piece : pieces) {
      Group cut = group;
      cut.behavior = std::move(piece.behavior);
      cut.size = piece.instructions + kPerGroup + kPerPlace * cut.places.size();
      groups.push_back(std::move(cut));
    }
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Group& a, const Group& b) {
                     return a.newest != b.newest ? a.newest : a.size > b.size;
                   });
  return groups;
}

// What the groups of `bin` answer, and the answers without conditions where
// `newest`; ALLOW otherwise.
Policy MakeShare(const Policy& policy, const Bin& bin, bool newest) {
  Policy share;
  share.bad_arch = newest ? policy.bad_arch : Allow();
  for (size_t a = 0; a < policy.arches.size(); ++a) {
    std::vector<Behavior> behaviors;
    for (const Range& range : policy.arches[a].ranges) {
      const bool keep = newest && range.behavior.clauses.empty();
      behaviors.push_back(keep ? range.behavior : Behavior{{}, Allow()});
    }
    for (const Group* group : bin.groups) {
      for (const Place& place : group->places) {
        if (place.arch == a) behaviors[place.range] = group->behavior;
      }
    }
    ArchPolicy arch{policy.arches[a].audit_arch, {}};
    for (size_t r = 0; r < behaviors.size(); ++r) {
      if (r > 0 && behaviors[r] == arch.ranges.back().behavior) continue;
      arch.ranges.push_back(
          {policy.arches[a].ranges[r].first, std::move(behaviors[r])});
    }
    share.arches.push_back(std::move(arch));
  }
  return share;
}

Program Build(const Policy& policy, const Bin& bin, bool newest,
              const Weights& weights) {
  return Assemble(
      Lower(BuildDecision(MakeShare(policy, bin, newest), weights)));
}

// The first bin, the newest filter's, has room for the tree of all numbers.
std::vector<Bin> Pack(const std::vector<Group>& groups, size_t newest_size) {
  std::vector<Bin> bins{{{}, newest_size}};
  for (const Group& group : groups) {
    size_t b = 0;
    // Two pieces of one behavior need two filters.
    const auto takes = [&](const Bin& bin) {
      return bin.size + group.size + kPerFilter <= kMaxInstructions &&
             std::none_of(
                 bin.groups.begin(), bin.groups.end(),
                 [&](const Group* g) { return g->whole == group.whole; });
    };
    while (b < bins.size() && !group.newest && !takes(bins[b])) ++b;
    if (b == bins.size()) bins.emplace_back();
    bins[b].groups.push_back(&group);
    bins[b].size += group.size;
  }
  return bins;
}

}  // namespace

absl::StatusOr<std::vector<Program>> BuildSplit(const Policy& policy,
                                                const Weights& weights) {
  const absl::StatusOr<std::vector<Group>> groups =
      CutGroups(GroupRanges(policy));
  if (!groups.ok()) return groups.status();
  std::vector<Bin> bins =
      Pack(*groups, Build(policy, {}, true, weights).size());
  std::vector<Program> programs;
  uint64_t for_all = 0;
  for (size_t b = 0; b < bins.size(); ++b) {
    Program program = Build(policy, bins[b], b == 0, weights);
    // What was foretold wrongly moves to a filter of its own.
    while (program.size() > kMaxInstructions) {
      if (bins[b].groups.size() < 2 || bins[b].groups.back()->newest) {
        return TooLarge("what must be in one filter is too large for it");
      }
      bins.push_back({{bins[b].groups.back()}, 0});
      bins[b].groups.pop_back();
      program = Build(policy, bins[b], b == 0, weights);
    }
    for_all += KernelLength(program);
    if (for_all > kMaxForAll) return TooLargeInAll();
    programs.push_back(std::move(program));
  }
  std::reverse(programs.begin(), programs.end());
  return programs;
}

}  // namespace scbpf
