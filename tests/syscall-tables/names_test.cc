// Names of errnos and capabilities.
#include "syscall-tables/names.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

namespace scbpf {
namespace {

TEST(Errno, AgreesWithTheMachinesHeaders) {
  const std::pair<const char*, int> kErrnos[] = {
      {"EPERM", EPERM},           {"ENOENT", ENOENT},
      {"EAGAIN", EAGAIN},         {"EWOULDBLOCK", EWOULDBLOCK},
      {"EACCES", EACCES},         {"EDEADLK", EDEADLK},
      {"EDEADLOCK", EDEADLOCK},   {"ENOSYS", ENOSYS},
      {"EOPNOTSUPP", EOPNOTSUPP}, {"ENOTSUP", ENOTSUP},
      {"ECANCELED", ECANCELED},   {"EHWPOISON", EHWPOISON},
  };
  for (const auto& [name, number] : kErrnos) {
    EXPECT_EQ(ErrnoByName(name), number) << name;
  }
}

TEST(Errno, GoesFromNumberToNameAndBack) {
  int named = 0;
  for (uint32_t number = 0; number <= 65535; ++number) {
    const auto error = static_cast<uint16_t>(number);
    const std::string_view name = ErrnoName(error);
    if (name.empty()) continue;
    ++named;
    EXPECT_EQ(ErrnoByName(name), error) << name;
  }
  EXPECT_EQ(named, 131);  // 1..133 without 41 and 58
  EXPECT_EQ(ErrnoName(11), "EAGAIN");
  EXPECT_EQ(ErrnoName(35), "EDEADLK");
  EXPECT_EQ(ErrnoName(95), "EOPNOTSUPP");
}

TEST(Errno, HasNoOtherNames) {
  EXPECT_EQ(ErrnoName(0), "");
  EXPECT_EQ(ErrnoName(41), "");
  EXPECT_EQ(ErrnoName(4095), "");
  // Of other ABIs only, in another case, and no errno at all.
  for (const char* name : {"EPROCLIM", "eperm", "ECHO", "", "E", "EZZZ"}) {
    EXPECT_EQ(ErrnoByName(name), std::nullopt) << name;
  }
}

TEST(Capability, IsAnExactName) {
  EXPECT_EQ(AllCapabilities().size(), 41u);
  EXPECT_EQ(AllCapabilities()[21], "CAP_SYS_ADMIN");
  EXPECT_EQ(AllCapabilities()[40], "CAP_CHECKPOINT_RESTORE");
  for (const std::string_view name : AllCapabilities()) {
    EXPECT_TRUE(IsCapability(name)) << name;
  }
  for (const char* name :
       {"", "SYS_ADMIN", "cap_sys_admin", "CAP_", "CAP_ALL"}) {
    EXPECT_FALSE(IsCapability(name)) << name;
  }
}

}  // namespace
}  // namespace scbpf
