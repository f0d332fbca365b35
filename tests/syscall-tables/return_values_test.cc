// Actions and return values, read and written.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "syscall-tables/names.h"

namespace scbpf {
namespace {

struct ProfileAction {
  const char* name;
  Action action;
};

TEST(ActionByProfileName, KnowsTheNineNames) {
  const ProfileAction kNames[] = {
      {"SCMP_ACT_KILL", Action::kKillThread},
      {"SCMP_ACT_KILL_THREAD", Action::kKillThread},
      {"SCMP_ACT_KILL_PROCESS", Action::kKillProcess},
      {"SCMP_ACT_TRAP", Action::kTrap},
      {"SCMP_ACT_ERRNO", Action::kErrno},
      {"SCMP_ACT_TRACE", Action::kTrace},
      {"SCMP_ACT_ALLOW", Action::kAllow},
      {"SCMP_ACT_LOG", Action::kLog},
      {"SCMP_ACT_NOTIFY", Action::kUserNotif},
  };
  for (const ProfileAction& row : kNames) {
    EXPECT_EQ(ActionByProfileName(row.name), row.action) << row.name;
    EXPECT_EQ(ActionByProfileName(ProfileName(row.action)), row.action);
  }
  EXPECT_EQ(AllProfileActionNames().size(), std::size(kNames));
  for (const char* name :
       {"", "SCMP_ACT_", "scmp_act_allow", "ALLOW", "SCMP_ACT_USER_NOTIF",
        "SECCOMP_RET_ALLOW", "SCMP_ACT_ALLOW "}) {
    EXPECT_EQ(ActionByProfileName(name), std::nullopt) << name;
  }
}

struct Formatted {
  ReturnValue value;
  const char* text;
};

TEST(FormatReturnValue, NamesTheAction) {
  const Formatted kFormatted[] = {
      {Allow(), "allow"},
      {Log(), "log"},
      {Trace(1), "trace(1)"},
      {Trace(0), "trace(0)"},
      {UserNotif(), "notify"},
      {Errno(1), "errno(EPERM)"},
      {Errno(38), "errno(ENOSYS)"},
      {Errno(0), "errno(0)"},
      {Errno(4095), "errno(4095)"},
      {Errno(5000), "errno(4095)"},
      {Trap(), "trap"},
      {Trap(5), "trap(5)"},
      {KillThread(), "kill_thread"},
      {KillProcess(), "kill_process"},
      {{0x12340000}, "kill_process"},
      {{0x7fff0001}, "allow"},
      {{0x00000007}, "kill_thread"},
  };
  for (const Formatted& row : kFormatted) {
    EXPECT_EQ(FormatReturnValue(row.value), row.text) << row.value.raw;
  }
}

TEST(ParseReturnValue, ReadsBackWhatIsWritten) {
  for (const ReturnValue value :
       {Allow(), Log(), Trace(0), Trace(65535), UserNotif(), Errno(0), Errno(1),
        Errno(41), Errno(4095), Trap(), Trap(9), KillThread(), KillProcess()}) {
    EXPECT_EQ(ParseReturnValue(FormatReturnValue(value)), value)
        << FormatReturnValue(value);
  }
}

struct Parsed {
  const char* text;
  std::optional<ReturnValue> value;
};

TEST(ParseReturnValue, ReadsEverySpelling) {
  const Parsed kParsed[] = {
      {"SCMP_ACT_ERRNO", Errno(1)},
      {"errno", Errno(1)},
      {"ERRNO", Errno(1)},
      {"errno(38)", Errno(38)},
      {"errno(0x26)", Errno(38)},
      {"ERRNO(ENOSYS)", Errno(38)},
      {"errno(enosys)", Errno(38)},
      {"SCMP_ACT_ERRNO(EPERM)", Errno(1)},
      {"SECCOMP_RET_ERRNO", Errno(1)},
      {" errno( 2 ) ", Errno(2)},
      {"errno(4095)", Errno(4095)},
      {"kill", KillThread()},
      {"SCMP_ACT_KILL", KillThread()},
      {"kill_thread", KillThread()},
      {"KILL_PROCESS", KillProcess()},
      {"SECCOMP_RET_KILL_PROCESS", KillProcess()},
      {"notify", UserNotif()},
      {"SCMP_ACT_NOTIFY", UserNotif()},
      {"SECCOMP_RET_USER_NOTIF", UserNotif()},
      {"user_notif", UserNotif()},
      {"trace", Trace(1)},
      {"trace(7)", Trace(7)},
      {"trap", Trap()},
      {"trap(5)", Trap(5)},
      {"Allow", Allow()},
      {"log", Log()},
      {"", std::nullopt},
      {"deny", std::nullopt},
      {"errno()", std::nullopt},
      {"errno(", std::nullopt},
      {"errno(1", std::nullopt},
      {"errno(1))", std::nullopt},
      {"errno)1(", std::nullopt},
      {"errno(4096)", std::nullopt},
      {"errno(-1)", std::nullopt},
      {"errno(ENOSUCH)", std::nullopt},
      {"errno(AF_INET)", std::nullopt},
      {"errno(1|2)", std::nullopt},
      {"trace(EPERM)", std::nullopt},
      {"trace(65536)", std::nullopt},
      {"allow(1)", std::nullopt},
      {"kill_process(1)", std::nullopt},
      {"scmp_act_seccomp_ret_allow", std::nullopt},
  };
  for (const Parsed& row : kParsed) {
    EXPECT_EQ(ParseReturnValue(row.text), row.value) << '"' << row.text << '"';
  }
}

}  // namespace
}  // namespace scbpf
