// The sets that the exhaustive tests walk through.
#include "tests/exhaustive/small_policies.h"

#include <array>

namespace scbpf::exhaustive {
namespace {

constexpr uint64_t kHigh = uint64_t{1} << 32;
constexpr std::array<uint32_t, 7> kEdgeNumbers = {
    1, 2, 6, kX32Bit - 1, kX32Bit, 0xfffffffe, 0xffffffff};

ArgCondition LowHalf(ArgCondition condition) {
  condition.mask &= 0xffffffff;
  condition.value &= 0xffffffff;
  return condition;
}

Behavior LowHalves(const Behavior& behavior) {
  Behavior low = behavior;
  for (Clause& clause : low.clauses) {
    std::vector<ArgCondition> kept;
    for (const ArgCondition& condition : clause.all_of) {
      const ArgCondition half = LowHalf(condition);
      if (half.mask != 0) kept.push_back(half);
    }
    clause.all_of = kept;
  }
  return low;
}

// Puts `behavior` at `nr` into a token's ranges.
void Cut(std::vector<Range>& ranges, uint32_t nr, const Behavior& behavior) {
  const Behavior rest{{}, Errno(1)};
  if (behavior == rest) return;
  ranges.push_back({nr, behavior});
  ranges.push_back({nr + 1, rest});
}

}  // namespace

std::vector<ArgCondition> ConditionsOn(uint8_t arg) {
  std::vector<ArgCondition> list;
  for (const CompareOp op : {CompareOp::kEq, CompareOp::kNe, CompareOp::kLt,
                             CompareOp::kLe, CompareOp::kGt, CompareOp::kGe}) {
    for (const uint64_t value : {uint64_t{1}, kHigh, kHigh + 2}) {
      list.push_back({arg, op, value, ~uint64_t{0}});
    }
  }
  for (const auto& [mask, value] : {std::pair<uint64_t, uint64_t>{1, 1},
                                    {3, 2},
                                    {kHigh, kHigh},
                                    {kHigh + 1, 1},
                                    {kHigh + 2, 0}}) {
    list.push_back({arg, CompareOp::kEq, value, mask});
  }
  return list;
}

Policy OnThreeAbis(const Behavior& behavior) {
  const Behavior low = LowHalves(behavior);
  ArchPolicy x86{kX86, {{0, {{}, Errno(1)}}}};
  Cut(x86.ranges, kNumber, low);
  ArchPolicy x86_64{kX86_64, {{0, {{}, Errno(1)}}}};
  Cut(x86_64.ranges, kNumber, behavior);
  Cut(x86_64.ranges, kX32Bit + kNumber, low);
  return {{x86, x86_64}, KillThread()};
}

std::vector<Call> EdgeCalls(bool both_arguments) {
  constexpr std::array<uint64_t, 10> kEdges = {
      0, 1, 2, 3, kHigh - 1, kHigh, kHigh + 1, kHigh + 2, kHigh + 3, 2 * kHigh};
  std::vector<Call> calls;
  const auto add = [&](uint64_t zero, uint64_t one) {
    for (const auto& [arch, nr] :
         {std::pair<uint32_t, uint32_t>{kX86_64, kNumber},
          {kX86_64, kX32Bit + kNumber},
          {kX86, kNumber}}) {
      calls.push_back({nr, arch, 0, {zero, one, 0, 0, 0, 0}});
    }
  };
  for (const uint64_t zero : kEdges) {
    if (!both_arguments) add(zero, 0);
    for (const uint64_t one : kEdges) {
      if (both_arguments) add(zero, one);
    }
  }
  for (const uint32_t arch : {kX86_64, kX86, uint32_t{0}}) {
    for (const uint32_t nr : {kNumber - 1, kNumber, kNumber + 1,
                              kX32Bit + kNumber - 1, ~uint32_t{0}}) {
      calls.push_back({nr, arch, 0, {1, 1, 0, 0, 0, 0}});
    }
  }
  return calls;
}

void ForEachRangePolicy(const std::function<void(const Policy&)>& take) {
  const std::array<Behavior, 4> kinds = {{
      {{}, Allow()},
      {{}, Errno(1)},
      {{{{{0, CompareOp::kEq, 1, ~uint64_t{0}}}, Allow()}}, Errno(1)},
      {{{{{0, CompareOp::kGe, kHigh, ~uint64_t{0}}}, Log()}}, Allow()},
  }};
  // Each edge number is a cut or not: at most three, in ascending order.
  for (unsigned cuts = 0; cuts < (1u << kEdgeNumbers.size()); ++cuts) {
    std::vector<uint32_t> firsts = {0};
    for (size_t i = 0; i < kEdgeNumbers.size(); ++i) {
      if ((cuts >> i & 1) != 0) firsts.push_back(kEdgeNumbers[i]);
    }
    if (firsts.size() > 4) continue;
    const unsigned choices = 1u << (2 * firsts.size());
    for (unsigned choice = 0; choice < choices; ++choice) {
      ArchPolicy arch{kX86_64, {}};
      bool differ = true;
      for (size_t i = 0; i < firsts.size(); ++i) {
        const Behavior& behavior = kinds[choice >> (2 * i) & 3];
        differ = differ && (i == 0 || arch.ranges.back().behavior != behavior);
        arch.ranges.push_back({firsts[i], behavior});
      }
      if (differ) take({{arch}, KillThread()});
    }
  }
}

std::vector<Call> NumberCalls() {
  std::vector<Call> calls;
  for (const uint32_t edge : kEdgeNumbers) {
    for (const uint32_t nr : {edge - 1, edge}) {
      for (const uint64_t arg : {uint64_t{1}, kHigh + 1}) {
        calls.push_back({nr, kX86_64, 0, {arg, 0, 0, 0, 0, 0}});
      }
      calls.push_back({nr, kX86, 0, {}});
    }
  }
  return calls;
}

}  // namespace scbpf::exhaustive
