// Installs several filters, after a look at all of them.
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "bpf/check.h"
#include "bpf/cost.h"
#include "runtime/explain.h"
#include "scbpf/install.h"

namespace scbpf {
namespace {

constexpr uint64_t kMostTogether = 32768;
// What each filter counts beside its length.
constexpr uint64_t kFixed = 4;

absl::Status OfFilter(size_t index, const absl::Status& status) {
  return {status.code(), absl::StrCat("filter ", index, ": ",
                                      absl::string_view(status.message()))};
}

}  // namespace

absl::Status CheckHeadroom(std::span<const Filter> filters) {
  uint64_t sum = 0;
  for (const Filter& filter : filters) sum += KernelLength(filter.program);
  // The newest filter's own are not counted.
  if (filters.empty() || sum - kFixed <= kMostTogether) {
    return absl::OkStatus();
  }
  return absl::ResourceExhaustedError(
      absl::StrCat("the filters count ", sum - kFixed,
                   " instructions together; the kernel takes ", kMostTogether));
}

absl::Status InstallSeveral(std::span<const Filter> filters) {
  for (size_t i = 0; i < filters.size(); ++i) {
    absl::Status checked = CheckProgram(filters[i].program);
    if ((filters[i].flags & kFlagNewListener) != 0) {
      checked = absl::InvalidArgumentError("NEW_LISTENER is for Install()");
    }
    if (!checked.ok()) return OfFilter(i, checked);
  }
  if (absl::Status room = CheckHeadroom(filters); !room.ok()) return room;
  for (size_t i = 0; i < filters.size(); ++i) {
    KernelRefusal refusal;
    const Filter& filter = filters[i];
    refusal.flags = filter.flags;
    refusal.error = -InstallRaw(filter.program.data(), filter.program.size(),
                                filter.flags, &refusal.thread);
    if (refusal.error == 0) continue;
    refusal.support = ProbeFilterSupport();
    refusal.offered = OfferedFlags();
    return OfFilter(i, ExplainRefusal(refusal));
  }
  return absl::OkStatus();
}

}  // namespace scbpf
