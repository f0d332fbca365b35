// Range by range, every clause with every other: the first pair that holds
// decides, as it does in each of the two.
#include "workflow/combine_policies.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "arch/abi.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

constexpr uint32_t kMax = std::numeric_limits<uint32_t>::max();
constexpr size_t kMostClauses = 5000;

ReturnValue Choose(ReturnValue a, ReturnValue b, Combination combination) {
  const bool restrictive = combination == Combination::kMostRestrictive;
  const bool b_wins =
      restrictive ? MoreRestrictive(b, a) : MoreRestrictive(a, b);
  return b_wins ? b : a;
}

// Whether both can hold at once; may say yes where they cannot.
bool MayMeet(const ArgCondition& a, const ArgCondition& b) {
  if (a.arg != b.arg) return true;
  const bool a_is_value = a.op == CompareOp::kEq;
  const bool b_is_value = b.op == CompareOp::kEq;
  if (a_is_value && b_is_value) {
    return ((a.value ^ b.value) & a.mask & b.mask) == 0;
  }
  const ArgCondition& value = a_is_value ? a : b;
  const ArgCondition& other = a_is_value ? b : a;
  if (!(a_is_value || b_is_value) || (other.mask & ~value.mask) != 0) {
    return true;
  }
  Call call;
  call.args[value.arg] = value.value;
  return Holds(other, call);
}

// Both lists together, each condition once; nullopt: they never hold at once.
std::optional<std::vector<ArgCondition>> Join(
    const std::vector<ArgCondition>& a, const std::vector<ArgCondition>& b) {
  std::vector<ArgCondition> all_of = a;
  for (const ArgCondition& condition : b) {
    if (std::find(a.begin(), a.end(), condition) != a.end()) continue;
    for (const ArgCondition& other : a) {
      if (!MayMeet(other, condition)) return std::nullopt;
    }
    all_of.push_back(condition);
  }
  return all_of;
}

// nullopt: more than kMostClauses.
std::optional<Behavior> Combine(const Behavior& a, const Behavior& b,
                                Combination combination) {
  std::vector<Clause> of_a = a.clauses;
  of_a.push_back({{}, a.otherwise});
  std::vector<Clause> of_b = b.clauses;
  of_b.push_back({{}, b.otherwise});
  Behavior both{{}, Choose(a.otherwise, b.otherwise, combination)};
  for (const Clause& x : of_a) {
    for (const Clause& y : of_b) {
      std::optional<std::vector<ArgCondition>> all_of =
          Join(x.all_of, y.all_of);
      if (!all_of || all_of->empty()) continue;
      if (both.clauses.size() == kMostClauses) return std::nullopt;
      both.clauses.push_back(
          {*std::move(all_of), Choose(x.result, y.result, combination)});
    }
  }
  while (!both.clauses.empty() &&
         both.clauses.back().result == both.otherwise) {
    both.clauses.pop_back();
  }
  return both;
}

absl::Status TooMany(uint32_t token, uint32_t nr) {
  const Abi* const abi = AbiOfCall(token, nr);
  return absl::ResourceExhaustedError(absl::StrCat(
      "the conditions of ",
      abi == nullptr ? std::to_string(nr) : DescribeNumber(*abi, nr),
      " become too many when they are combined"));
}

absl::StatusOr<ArchPolicy> CombineArch(const ArchPolicy& a, const ArchPolicy& b,
                                       Combination combination) {
  ArchPolicy arch{a.audit_arch, {}};
  size_t of_a = 0;
  size_t of_b = 0;
  uint32_t first = 0;
  const auto end = [](const ArchPolicy& side, size_t at) {
    return at + 1 < side.ranges.size() ? side.ranges[at + 1].first - 1 : kMax;
  };
  while (true) {
    std::optional<Behavior> behavior =
        Combine(a.ranges[of_a].behavior, b.ranges[of_b].behavior, combination);
    if (!behavior) return TooMany(a.audit_arch, first);
    if (arch.ranges.empty() || arch.ranges.back().behavior != *behavior) {
      arch.ranges.push_back({first, *std::move(behavior)});
    }
    const uint32_t last = std::min(end(a, of_a), end(b, of_b));
    if (last == kMax) return arch;
    if (end(a, of_a) == last) ++of_a;
    if (end(b, of_b) == last) ++of_b;
    first = last + 1;
  }
}

// What `policy` answers under a token, be it one of its own or not.
ArchPolicy ArchOf(const Policy& policy, uint32_t token) {
  for (const ArchPolicy& arch : policy.arches) {
    if (arch.audit_arch == token) return arch;
  }
  return {token, {{0, {{}, policy.bad_arch}}}};
}

absl::StatusOr<Policy> CombineTwo(const Policy& a, const Policy& b,
                                  Combination combination) {
  std::vector<uint32_t> tokens;
  for (const ArchPolicy& arch : a.arches) tokens.push_back(arch.audit_arch);
  for (const ArchPolicy& arch : b.arches) tokens.push_back(arch.audit_arch);
  std::sort(tokens.begin(), tokens.end());
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
  Policy both{{}, Choose(a.bad_arch, b.bad_arch, combination)};
  for (const uint32_t token : tokens) {
    absl::StatusOr<ArchPolicy> arch =
        CombineArch(ArchOf(a, token), ArchOf(b, token), combination);
    if (!arch.ok()) return arch.status();
    both.arches.push_back(*std::move(arch));
  }
  return both;
}

}  // namespace

absl::StatusOr<Policy> CombinePolicies(const std::vector<Policy>& policies,
                                       Combination combination) {
  Policy all = policies.front();
  for (size_t i = 1; i < policies.size(); ++i) {
    absl::StatusOr<Policy> more = CombineTwo(all, policies[i], combination);
    if (!more.ok()) return more;
    all = *std::move(more);
  }
  return all;
}

}  // namespace scbpf
