// How often each number of an audit token is expected.
#include "compiler/number_weights.h"

#include <string>
#include <string_view>

#include "syscall-tables/frequencies.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

using Counts = std::map<std::string, double, std::less<>>;

// The counts as shares of kWholeWeight, in whole parts.
std::vector<NumberWeight> Scale(std::span<const NumberedCall> calls,
                                const std::vector<double>& counts) {
  double total = 0;
  for (double count : counts) total += count;
  std::vector<NumberWeight> rows;
  rows.reserve(calls.size());
  const double scale = total > 0 ? kWholeWeight / total : 0;
  for (size_t i = 0; i < calls.size(); ++i) {
    rows.push_back({calls[i].number, static_cast<uint32_t>(counts[i] * scale)});
  }
  return rows;
}

// Half what programs do, half the same for every call.
std::vector<double> DefaultCounts(std::span<const NumberedCall> calls) {
  std::vector<double> counts;
  counts.reserve(calls.size());
  double seen = 0;
  for (const NumberedCall& call : calls) {
    counts.push_back(FrequencyAt(call.place));
    seen += counts.back();
  }
  const double uniform =
      seen > 0 ? seen / static_cast<double>(calls.size()) : 1;
  for (double& count : counts) count += uniform;
  return counts;
}

// What was measured and, for a share of it, every call alike: one that was not
// seen may still come, and must not wait behind all others.
constexpr double kUnseenShare = 1.0 / 64;

std::vector<double> MeasuredCounts(std::span<const NumberedCall> calls,
                                   const Counts& measured) {
  std::vector<double> counts;
  double seen = 0;
  for (const NumberedCall& call : calls) {
    const auto found = measured.find(NameAt(call.place));
    counts.push_back(found == measured.end() ? 0 : found->second);
    seen += counts.back();
  }
  const double unseen = seen * kUnseenShare / static_cast<double>(calls.size());
  for (double& count : counts) count += unseen;
  return counts;
}

}  // namespace

std::vector<NumberWeight> WeighNumbers(const Abi& abi, const Weights& weights) {
  const std::span<const NumberedCall> calls = CallsOf(abi);
  switch (weights.kind) {
    case Weights::Kind::kUniform:
      return Scale(calls, std::vector<double>(calls.size(), 1.0));
    case Weights::Kind::kDefault:
    case Weights::Kind::kBitmap:
      return Scale(calls, DefaultCounts(calls));
    case Weights::Kind::kMeasured: {
      const auto own = weights.per_abi.find(std::string(abi.id));
      return Scale(calls, MeasuredCounts(calls, own == weights.per_abi.end()
                                                    ? weights.counts
                                                    : own->second));
    }
  }
  return {};
}

}  // namespace scbpf
