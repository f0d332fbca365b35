// Why the kernel refused to install a filter (source: kernel/seccomp.c).
#include "runtime/explain.h"

#include <cerrno>
#include <cstring>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "bpf/text.h"
#include "scbpf/program.h"

namespace scbpf {
namespace {

struct FlagName {
  uint32_t flag;
  const char* name;
};
constexpr FlagName kFlagNames[] = {
    {kFlagTsync, "TSYNC"},
    {kFlagLog, "LOG"},
    {kFlagSpecAllow, "SPEC_ALLOW"},
    {kFlagNewListener, "NEW_LISTENER"},
    {kFlagTsyncEsrch, "TSYNC_ESRCH"},
    {kFlagWaitKillableRecv, "WAIT_KILLABLE_RECV"},
};

// EINVAL: the flags, each rule in the kernel's order, or else the program.
absl::Status ExplainInvalid(const KernelRefusal& refusal) {
  const uint32_t flags = refusal.flags;
  if (refusal.support == FilterSupport::kNone) {
    return absl::UnimplementedError(
        "this kernel has no seccomp filters (CONFIG_SECCOMP_FILTER is off)");
  }
  if (refusal.support == FilterSupport::kSeccomp) {
    const uint32_t unknown = flags & ~refusal.offered;
    if (unknown != 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("this kernel does not know the filter flags ",
                       JoinedFlagNames(unknown), "; it offers ",
                       JoinedFlagNames(refusal.offered)));
    }
  }
  if ((flags & kFlagTsync) != 0 && (flags & kFlagNewListener) != 0 &&
      (flags & kFlagTsyncEsrch) == 0) {
    return absl::InvalidArgumentError(
        "NEW_LISTENER and TSYNC go together only with TSYNC_ESRCH");
  }
  if ((flags & kFlagWaitKillableRecv) != 0 && (flags & kFlagNewListener) == 0) {
    return absl::InvalidArgumentError("WAIT_KILLABLE_RECV needs NEW_LISTENER");
  }
  return absl::InvalidArgumentError("the kernel refuses the program");
}

absl::Status ExplainThread(const KernelRefusal& refusal) {
  const std::string who = refusal.thread == 0
                              ? std::string("another thread")
                              : absl::StrCat("thread ", refusal.thread);
  return absl::FailedPreconditionError(absl::StrCat(
      "TSYNC: ", who,
      " cannot be synchronised, it has a filter that this thread does not "
      "have; nothing was installed"));
}

absl::Status ExplainMissing(const KernelRefusal& refusal) {
  const uint32_t beyond = refusal.flags & ~kFlagSpecAllow;
  if (refusal.support == FilterSupport::kPrctl && beyond != 0) {
    return absl::UnimplementedError(
        absl::StrCat("seccomp(2) does not exist here, and prctl(2) cannot "
                     "pass the filter flags ",
                     JoinedFlagNames(beyond)));
  }
  return absl::UnimplementedError(
      "neither seccomp(2) nor prctl(2) installs filters here");
}

}  // namespace

std::string JoinedFlagNames(uint32_t flags) {
  if (flags == 0) return "none";
  std::string names;
  const auto append = [&names](std::string_view name) {
    if (!names.empty()) names += '|';
    names += name;
  };
  for (const FlagName& known : kFlagNames) {
    if ((flags & known.flag) != 0) append(known.name);
    flags &= ~known.flag;
  }
  if (flags != 0) append(Hex(flags));
  return names;
}

absl::Status ExplainRefusal(const KernelRefusal& refusal) {
  switch (refusal.error) {
    case 0:
      return absl::OkStatus();
    case EINVAL:
      return ExplainInvalid(refusal);
    case EACCES:
      return absl::PermissionDeniedError(
          "the thread has neither no_new_privs nor CAP_SYS_ADMIN in its user "
          "namespace; set no_new_privs first");
    case EPERM:
      return absl::PermissionDeniedError(
          "seccomp(2) is not permitted: a filter that is already installed, "
          "or a security module, refuses it");
    case ENOMEM:
      return absl::ResourceExhaustedError(
          "out of memory, or past the kernel's limit of 32768 instructions "
          "for all filters of a thread together, each counting 4 more than "
          "its length");
    case EBUSY:
      return absl::FailedPreconditionError(
          "a listener exists already: only one filter of a thread can have "
          "one");
    case ESRCH:
      return ExplainThread(refusal);
    case EMFILE:
    case ENFILE:
      return absl::ResourceExhaustedError(
          "no file descriptor is left for the listener");
    case ENOSYS:
      return ExplainMissing(refusal);
    default: {
      char text[128];
      return absl::UnknownError(absl::StrCat(
          "seccomp(2) failed: ", strerror_r(refusal.error, text, sizeof text)));
    }
  }
}

}  // namespace scbpf
