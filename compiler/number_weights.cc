// How often each number of an audit token is expected.
#include "compiler/number_weights.h"

#include <string>
#include <string_view>

#include "syscall-tables/frequencies.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

using Counts = std::map<std::string, double, std::less<>>;

double MeasuredCount(const Counts& counts, std::string_view name) {
  const auto found = counts.find(name);
  return found == counts.end() ? 0 : found->second;
}

// The share of kWholeWeight for each count, in whole parts.
std::vector<NumberWeight> Scale(std::span<const uint32_t> numbers,
                                const std::vector<double>& counts) {
  double total = 0;
  for (double count : counts) total += count;
  std::vector<NumberWeight> rows;
  rows.reserve(numbers.size());
  const double scale = total > 0 ? kWholeWeight / total : 0;
  for (size_t i = 0; i < numbers.size(); ++i) {
    rows.push_back({numbers[i], static_cast<uint32_t>(counts[i] * scale)});
  }
  return rows;
}

}  // namespace

std::vector<NumberWeight> WeighNumbers(const Abi& abi, const Weights& weights) {
  const std::span<const uint32_t> numbers = NumbersOf(abi);
  std::vector<double> counts(numbers.size(), 1.0);
  const auto own = weights.per_abi.find(std::string(abi.id));
  switch (weights.kind) {
    case Weights::Kind::kUniform:
      break;
    case Weights::Kind::kDefault:
    case Weights::Kind::kBitmap: {
      const double uniform = 1.0 / static_cast<double>(numbers.size());
      double seen = 0;
      for (size_t i = 0; i < numbers.size(); ++i) {
        counts[i] = FrequencyOf(NameOf(abi, numbers[i]));
        seen += counts[i];
      }
      for (double& count : counts) count = (seen > 0 ? count / seen : 0) + uniform;
      break;
    }
    case Weights::Kind::kMeasured: {
      const Counts& measured =
          own == weights.per_abi.end() ? weights.counts : own->second;
      for (size_t i = 0; i < numbers.size(); ++i) {
        counts[i] = MeasuredCount(measured, NameOf(abi, numbers[i]));
      }
      break;
    }
  }
  return Scale(numbers, counts);
}

}  // namespace scbpf
