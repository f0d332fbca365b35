// Measures filters with the simulator, and asks the proof what they answer.
#include "cli/filter_stats.h"

#include <algorithm>
#include <string>

#include "bpf/cost.h"
#include "bpf/simulate.h"
#include "syscall-tables/frequencies.h"
#include "syscall-tables/syscalls.h"

namespace scbpf::cli {
namespace {

double WeightOf(const NumberedCall& call, const Abi& abi,
                const Weights& weights) {
  if (weights.kind != Weights::Kind::kMeasured) return FrequencyAt(call.place);
  const auto own = weights.per_abi.find(std::string(abi.id));
  const auto& counts =
      own == weights.per_abi.end() ? weights.counts : own->second;
  const auto found = counts.find(NameAt(call.place));
  return found == counts.end() ? 0 : found->second;
}

uint32_t CountExecuted(std::span<const Program> stack, const Call& call) {
  uint32_t executed = 0;
  for (const Program& program : stack) {
    executed += Execute(program, call).executed;
  }
  return executed;
}

// A policy that answers every call alike.
Side Always(ReturnValue value) {
  Policy policy;
  policy.bad_arch = value;
  return Side::Of(std::move(policy));
}

// `regions`: where the stack does not answer ALLOW.
Coverage Cover(std::span<const Program> stack, const Abi& abi,
               const std::vector<Region>& regions) {
  std::vector<const Region*> own;
  for (const Region& region : regions) {
    if (region.arch <= abi.audit_value && abi.audit_value <= region.arch_last) {
      own.push_back(&region);
    }
  }
  Coverage coverage;
  for (const uint32_t nr : NumbersOf(abi)) {
    ++coverage.numbers;
    bool refused = false;
    bool always = false;
    for (const Region* region : own) {
      if (nr < region->first || nr > region->last) continue;
      refused = true;
      always = always || (region->any_of.empty() && !region->partial);
    }
    if (refused && !always) ++coverage.by_arguments;
    if (refused) continue;
    ++coverage.allowed;
    if (IsInActionBitmap(stack, abi, nr)) ++coverage.in_bitmap;
  }
  return coverage;
}

}  // namespace

bool HasActionBitmap(const Abi& abi) { return abi.nr_base == 0; }

bool IsInActionBitmap(std::span<const Program> stack, const Abi& abi,
                      uint32_t nr) {
  if (!HasActionBitmap(abi)) return false;
  return std::all_of(stack.begin(), stack.end(), [&](const Program& program) {
    return scbpf::IsInActionBitmap(program, abi.audit_value, nr);
  });
}

ExecutedStats MeasureExecutedStats(std::span<const Program> stack,
                                   const Abi& abi, const Weights& weights) {
  ExecutedStats stats;
  double sum = 0;
  double weight = 0;
  double weighted = 0;
  double weight_past = 0;
  double weighted_past = 0;
  const std::span<const NumberedCall> calls = CallsOf(abi);
  for (const NumberedCall& each : calls) {
    const Call call{each.number, abi.audit_value, 0, {}};
    const uint32_t executed = CountExecuted(stack, call);
    const double share = WeightOf(each, abi, weights);
    sum += executed;
    weight += share;
    weighted += share * executed;
    stats.max = std::max(stats.max, executed);
    if (IsInActionBitmap(stack, abi, each.number)) continue;
    weight_past += share;
    weighted_past += share * executed;
  }
  if (!calls.empty()) stats.mean = sum / static_cast<double>(calls.size());
  if (weight > 0) stats.weighted = weighted / weight;
  if (weight_past > 0) stats.weighted_past_bitmap = weighted_past / weight_past;
  return stats;
}

double EstimateInstall(std::span<const Program> stack,
                       std::span<const Abi* const> abis) {
  const Program& newest = stack.back();
  const auto older = stack.first(stack.size() - 1);
  uint64_t steps = 0;
  for (const Abi* abi : abis) {
    const std::span<const uint32_t> numbers = NumbersOf(*abi);
    if (!HasActionBitmap(*abi) || numbers.empty()) continue;
    // What an older filter refuses is not looked at again.
    for (uint32_t nr = 0; nr <= numbers.back(); ++nr) {
      if (!IsInActionBitmap(older, *abi, nr)) continue;
      steps += ScanForActionBitmap(newest, abi->audit_value, nr).steps;
    }
  }
  return 15 + 0.155 * static_cast<double>(newest.size()) +
         0.0021 * static_cast<double>(steps);
}

absl::StatusOr<Answers> FindAnswers(const std::vector<Program>& stack,
                                    std::span<const Abi* const> abis,
                                    const ProofBudget& budget) {
  const Side side{stack};
  const auto regions = FindRegions(side, Always(Allow()), budget);
  if (!regions.ok()) return regions.status();
  const auto allowed = FindMorePermissive(side, Always(Log()), budget);
  if (!allowed.ok()) return allowed.status();
  Answers answers;
  for (const Abi* abi : abis) {
    answers.coverage.push_back(Cover(stack, *abi, *regions));
  }
  std::vector<ReturnValue>& reachable = answers.reachable;
  for (const Region& region : *regions) reachable.push_back(region.a);
  if (allowed->has_value()) reachable.push_back(Allow());
  std::sort(reachable.begin(), reachable.end(),
            [](ReturnValue a, ReturnValue b) {
              if (ActionOf(a) != ActionOf(b)) return MoreRestrictive(a, b);
              return a.raw < b.raw;
            });
  reachable.erase(std::unique(reachable.begin(), reachable.end()),
                  reachable.end());
  return answers;
}

}  // namespace scbpf::cli
