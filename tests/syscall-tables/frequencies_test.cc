// The built-in frequency table.
#include "syscall-tables/frequencies.h"

#include <gtest/gtest.h>

#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

TEST(FrequencyOf, AddsUpToOneOnX86_64) {
  double sum = 0;
  int seen = 0;
  const Abi& abi = *FindAbiById("x86_64");
  for (const uint32_t number : NumbersOf(abi)) {
    const std::string_view name = NameOf(abi, number);
    const double share = FrequencyOf(name);
    EXPECT_GE(share, 0) << name;
    EXPECT_LT(share, 0.5) << name;
    sum += share;
    seen += share > 0;
  }
  EXPECT_NEAR(sum, 1, 1e-9);
  EXPECT_GT(seen, 80);
}

TEST(FrequencyOf, RanksTheCommonBeforeTheRare) {
  EXPECT_GT(FrequencyOf("read"), 0.05);
  EXPECT_GT(FrequencyOf("read"), FrequencyOf("execve"));
  EXPECT_GT(FrequencyOf("execve"), 0);
  EXPECT_EQ(FrequencyOf("kexec_load"), 0);
  EXPECT_EQ(FrequencyOf("nosuch"), 0);
}

TEST(FrequencyOf, CountsAStandInAsWhatItStandsFor) {
  const std::pair<const char*, const char*> kPairs[] = {
      {"mmap2", "mmap"},
      {"_llseek", "lseek"},
      {"futex_time64", "futex"},
      {"fcntl64", "fcntl"},
      {"getuid32", "getuid"},
      {"fstatat64", "newfstatat"},
      {"clock_nanosleep_time64", "clock_nanosleep"},
  };
  for (const auto& [name, original] : kPairs) {
    EXPECT_GT(FrequencyOf(name), 0) << name;
    EXPECT_EQ(FrequencyOf(name), FrequencyOf(original)) << name;
  }
}

}  // namespace
}  // namespace scbpf
