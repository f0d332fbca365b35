// Installs several filters, after a look at all of them.
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#include <cerrno>
#include <cstddef>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "arch/abi.h"
#include "bpf/check.h"
#include "bpf/cost.h"
#include "bpf/simulate.h"
#include "runtime/explain.h"
#include "scbpf/call.h"
#include "scbpf/install.h"
#include "syscall-tables/names.h"

namespace scbpf {
namespace {

constexpr uint64_t kMostTogether = 32768;
// What each filter counts beside its length.
constexpr uint64_t kFixed = 4;

absl::Status OfFilter(size_t index, const absl::Status& status) {
  return {status.code(), absl::StrCat("filter ", index, ": ",
                                      absl::string_view(status.message()))};
}

// The audit token of this process; nullopt: unknown, or its ABI is not the
// kernel's own.
std::optional<uint32_t> NativeToken() {
  utsname name{};
  const Abi* abi = uname(&name) == 0 ? FindAbi(name.machine) : nullptr;
  if (abi == nullptr || abi->bits != 8 * int{sizeof(void*)}) return {};
  return abi->audit_value;
}

// As a number, which nobody follows.
uint64_t AddressOf(const uint32_t& value) {
  return reinterpret_cast<uintptr_t>(&value);
}

// The calls that Attach() of install_raw.cc makes. What the last argument
// points to lies in a stack frame like this one.
Call SeccompCall(uint32_t token, uint32_t flags) {
  return {SYS_seccomp,
          token,
          0,
          {SECCOMP_SET_MODE_FILTER, flags, AddressOf(flags)}};
}

Call PrctlCall(uint32_t token) {
  return {SYS_prctl,
          token,
          0,
          {PR_SET_SECCOMP, SECCOMP_MODE_FILTER, AddressOf(token)}};
}

// TRACE counts: a tracer may let the call pass.
bool MayPass(ReturnValue value) {
  return IsPermission(value) || ActionOf(value) == Action::kTrace;
}

// Ok, or: `earlier`, once they are installed, refuse a filter with `flags`.
absl::Status CheckNext(const std::vector<Program>& earlier, uint32_t flags,
                       uint32_t token) {
  StackAnswer answer = SimulateStack(earlier, SeccompCall(token, flags));
  if (answer.result == Errno(ENOSYS) && (flags & ~kFlagSpecAllow) == 0) {
    answer = SimulateStack(earlier, PrctlCall(token));
  }
  if (MayPass(answer.result)) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(
      "filter ", answer.winner, " would not let it be installed (",
      FormatReturnValue(answer.result), "); nothing was installed"));
}

absl::Status CheckOrder(std::span<const Filter> filters) {
  const std::optional<uint32_t> token = NativeToken();
  std::vector<Program> earlier;
  for (size_t i = 0; token.has_value() && i < filters.size(); ++i) {
    if (i > 0) {
      const absl::Status next = CheckNext(earlier, filters[i].flags, *token);
      if (!next.ok()) return OfFilter(i, next);
    }
    earlier.push_back(filters[i].program);
  }
  return absl::OkStatus();
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
  if (absl::Status order = CheckOrder(filters); !order.ok()) return order;
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
