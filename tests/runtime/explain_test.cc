// The words for a refused installation, without a kernel.
#include "runtime/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "scbpf/program.h"

namespace scbpf {
namespace {

using ::testing::HasSubstr;

constexpr uint32_t kAllFlags = 0x3f;

struct Row {
  KernelRefusal refusal;
  absl::StatusCode code;
  const char* says;
};

constexpr auto kNone = FilterSupport::kNone;
constexpr auto kPrctl = FilterSupport::kPrctl;
constexpr auto kSeccomp = FilterSupport::kSeccomp;

const Row kRows[] = {
    {{0, 0, 0, kSeccomp, kAllFlags}, absl::StatusCode::kOk, ""},
    {{EINVAL, kFlagLog, 0, kSeccomp, kAllFlags},
     absl::StatusCode::kInvalidArgument,
     "the kernel refuses the program"},
    {{EINVAL, kFlagLog | 0x40, 0, kSeccomp, kAllFlags},
     absl::StatusCode::kInvalidArgument,
     "does not know the filter flags 0x40; it offers TSYNC|LOG|SPEC_ALLOW|"
     "NEW_LISTENER|TSYNC_ESRCH|WAIT_KILLABLE_RECV"},
    // Linux 4.14: TSYNC and LOG alone.
    {{EINVAL, kFlagSpecAllow | kFlagLog, 0, kSeccomp, 0x3},
     absl::StatusCode::kInvalidArgument,
     "does not know the filter flags SPEC_ALLOW; it offers TSYNC|LOG"},
    // The unknown flag is told before the combination it is part of.
    {{EINVAL, kFlagWaitKillableRecv, 0, kSeccomp, 0x1f},
     absl::StatusCode::kInvalidArgument,
     "does not know the filter flags WAIT_KILLABLE_RECV"},
    {{EINVAL, kFlagWaitKillableRecv, 0, kSeccomp, kAllFlags},
     absl::StatusCode::kInvalidArgument,
     "WAIT_KILLABLE_RECV needs NEW_LISTENER"},
    {{EINVAL, kFlagTsync | kFlagNewListener, 0, kSeccomp, kAllFlags},
     absl::StatusCode::kInvalidArgument,
     "go together only with TSYNC_ESRCH"},
    {{EINVAL, kFlagTsync | kFlagNewListener | kFlagTsyncEsrch, 0, kSeccomp,
      kAllFlags},
     absl::StatusCode::kInvalidArgument,
     "the kernel refuses the program"},
    {{EINVAL, 0, 0, kNone, 0},
     absl::StatusCode::kUnimplemented,
     "CONFIG_SECCOMP_FILTER"},
    // By prctl(2), which was given no flag, only the program is left.
    {{EINVAL, kFlagSpecAllow, 0, kPrctl, 0},
     absl::StatusCode::kInvalidArgument,
     "the kernel refuses the program"},
    {{EACCES, 0, 0, kSeccomp, kAllFlags},
     absl::StatusCode::kPermissionDenied,
     "neither no_new_privs nor CAP_SYS_ADMIN"},
    {{EPERM, 0, 0, kSeccomp, kAllFlags},
     absl::StatusCode::kPermissionDenied,
     "already installed"},
    {{ENOMEM, 0, 0, kSeccomp, kAllFlags},
     absl::StatusCode::kResourceExhausted,
     "32768"},
    {{EBUSY, kFlagNewListener, 0, kSeccomp, kAllFlags},
     absl::StatusCode::kFailedPrecondition,
     "a listener exists already"},
    {{ESRCH, kFlagTsync, 4711, kSeccomp, kAllFlags},
     absl::StatusCode::kFailedPrecondition,
     "TSYNC: thread 4711 cannot be synchronised"},
    {{ESRCH, kFlagTsync | kFlagTsyncEsrch, 0, kSeccomp, kAllFlags},
     absl::StatusCode::kFailedPrecondition,
     "TSYNC: another thread cannot be synchronised"},
    {{EMFILE, kFlagNewListener, 0, kSeccomp, kAllFlags},
     absl::StatusCode::kResourceExhausted,
     "descriptor"},
    {{ENOSYS, kFlagTsync | kFlagSpecAllow, 0, kPrctl, 0},
     absl::StatusCode::kUnimplemented,
     "prctl(2) cannot pass the filter flags TSYNC"},
    {{ENOSYS, kFlagSpecAllow, 0, kNone, 0},
     absl::StatusCode::kUnimplemented,
     "neither seccomp(2) nor prctl(2)"},
    {{EFAULT, 0, 0, kSeccomp, kAllFlags},
     absl::StatusCode::kUnknown,
     "Bad address"},
};

TEST(ExplainRefusal, NamesTheReasonAndTheKindOfError) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(absl::StrCat("errno ", row.refusal.error, ", flags ",
                              JoinedFlagNames(row.refusal.flags)));
    const absl::Status status = ExplainRefusal(row.refusal);
    EXPECT_EQ(status.code(), row.code) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(row.says));
  }
}

TEST(JoinedFlagNames, JoinsNamesAndShowsUnnamedBitsInHex) {
  EXPECT_EQ(JoinedFlagNames(0), "none");
  EXPECT_EQ(JoinedFlagNames(kFlagLog | kFlagTsync), "TSYNC|LOG");
  EXPECT_EQ(JoinedFlagNames(kFlagSpecAllow | 0x80000040),
            "SPEC_ALLOW|0x80000040");
}

}  // namespace
}  // namespace scbpf
