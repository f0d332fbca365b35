// Did you mean ...?
#include <gtest/gtest.h>

#include <string>

#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

struct Meant {
  std::string word;
  const char* nearest;
};

TEST(NearestName, FindsTheSyscallThatWasMeant) {
  const Meant kMeant[] = {
      {"opnat", "openat"},
      {"OPENAT", "openat"},
      {"opneat", "openat"},
      {"openta", "openat"},
      {"clock_getime", "clock_gettime"},
      {"clock_gettim", "clock_gettime"},
      {"epol_wait", "epoll_wait"},
      {"exceve", "execve"},
      {"epoll_ctrl", "epoll_ctl"},
      {"set_robust_lists", "set_robust_list"},
      {"fstatt", "fstat"},
      {"getpdi", "getpid"},
      {"raed", "read"},
      {"pread", "pread64"},
      {"pwrite", "pwrite64"},
      {"", ""},
      {"x", ""},
      {"qqqq", ""},
      {"fopen_and_close", ""},
      {std::string(65, 'a'), ""},
      {std::string(100000, 'a'), ""},
  };
  for (const Meant& row : kMeant) {
    EXPECT_EQ(NearestName(row.word, AllSyscallNames()), row.nearest)
        << row.word.substr(0, 40);
  }
}

TEST(NearestName, FindsActionsAndCapabilities) {
  EXPECT_EQ(NearestName("SCMP_ACT_ALOW", AllProfileActionNames()),
            "SCMP_ACT_ALLOW");
  EXPECT_EQ(NearestName("SCMP_ACT_ERNO", AllProfileActionNames()),
            "SCMP_ACT_ERRNO");
  EXPECT_EQ(NearestName("CAP_SYSADMIN", AllCapabilities()), "CAP_SYS_ADMIN");
}

TEST(NearestName, PrefersTheLongerCommonStart) {
  const std::string_view kBoth[] = {"xbcdef", "abcdex"};
  EXPECT_EQ(NearestName("abcdef", kBoth), "abcdex");
  const std::string_view kSwapped[] = {"abcdex", "xbcdef"};
  EXPECT_EQ(NearestName("abcdef", kSwapped), "abcdex");
}

TEST(NearestName, CountsASwapAsOneEdit) {
  const std::string_view kNames[] = {"read"};
  EXPECT_EQ(NearestName("raed", kNames), "read");
  EXPECT_EQ(NearestName("rxxd", kNames), "");
}

TEST(NearestName, IsEmptyWithoutCandidates) {
  EXPECT_EQ(NearestName("read", {}), "");
}

}  // namespace
}  // namespace scbpf
