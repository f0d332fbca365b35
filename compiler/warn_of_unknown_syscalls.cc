// WarnOfUnknownSyscalls: where --unknown-syscalls=enosys does nothing, or
// next to nothing.
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "compiler/warnings.h"
#include "syscall-tables/names.h"

namespace scbpf {
namespace {

// Numbers past this one are an ABI's private calls (ARM's are at 0xf0001..).
constexpr uint32_t kOrdinary = 0xffff;

void WarnOfBorder(WarningContext& context, const AbiRules& abi) {
  const std::string id(abi.abi->id);
  if (!abi.border.has_value()) {
    context.Tell(Severity::kNote, "enosys-without-border",
                 context.profile.default_action.at,
                 absl::StrCat("--unknown-syscalls=enosys leaves ", id,
                              " alone: the profile names no call there"));
    return;
  }
  if (*abi.border - abi.abi->nr_base <= kOrdinary) return;
  const auto rule =
      std::find_if(abi.rules.begin(), abi.rules.end(),
                   [&](const Rule& r) { return r.nr == *abi.border; });
  const SourceSpan at = rule != abi.rules.end()
                            ? rule->origin
                            : context.profile.default_action.at;
  context.Tell(
      Severity::kWarning, "enosys-out-of-reach", at,
      absl::StrCat("--unknown-syscalls=enosys does nothing on ", id,
                   ": the profile names a private call, number ", *abi.border,
                   ", and only greater ones would answer ENOSYS; "
                   "--unknown-syscalls=enosys:X.Y goes by the tables"));
}

}  // namespace

void WarnOfUnknownSyscalls(WarningContext& context) {
  if (context.target.unknown_syscalls != UnknownSyscalls::kEnosys) return;
  if (!context.rules.unknown_is_enosys) {
    context.Tell(
        Severity::kNote, "enosys-without-effect",
        context.profile.default_action.at,
        absl::StrCat("--unknown-syscalls=enosys has no effect: the default "
                     "action is ",
                     FormatReturnValue(context.rules.default_action)));
    return;
  }
  if (context.rules.unknown_by_version) return;
  for (const AbiRules& abi : context.rules.abis) WarnOfBorder(context, abi);
}

}  // namespace scbpf
