// The built-in frequency table.
#include "syscall-tables/frequencies.h"

#include <gtest/gtest.h>

#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

TEST(FrequencyOf, AddsUpToOne) {
  double sum = 0;
  int seen = 0;
  for (const std::string_view name : AllSyscallNames()) {
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

TEST(FrequencyOf, IsOfX86_64sCallsOnly) {
  const Abi& abi = *FindAbiById("x86_64");
  for (const std::string_view name : AllSyscallNames()) {
    EXPECT_TRUE(NumberOf(abi, name) || FrequencyOf(name) == 0) << name;
  }
}

}  // namespace
}  // namespace scbpf
