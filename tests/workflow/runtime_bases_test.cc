// The recorded runtime bases: that they can be used.
#include "workflow/runtime_bases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "arch/abi.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Not;

std::vector<std::string> Names(const RuntimeBase& base, bool no_new_privs) {
  std::vector<std::string> names;
  for (const BaseCall& call : base.calls) {
    if (no_new_privs ? call.with_no_new_privs : call.without_no_new_privs) {
      names.emplace_back(call.name);
    }
  }
  return names;
}

TEST(RuntimeBases, EachIsDatedAndItsCallsAreOfTheTables) {
  const Abi* abi = FindAbi("x86_64");
  ASSERT_NE(abi, nullptr);
  ASSERT_EQ(AllRuntimeBases().size(), 2u);
  for (const RuntimeBase& base : AllRuntimeBases()) {
    SCOPED_TRACE(std::string(base.name));
    EXPECT_EQ(base.recorded.size(), 10u);
    EXPECT_EQ(base.package.substr(0, base.version.size()), base.version);
    EXPECT_TRUE(std::is_sorted(
        base.calls.begin(), base.calls.end(),
        [](const auto& a, const auto& b) { return a.name < b.name; }));
    for (const BaseCall& call : base.calls) {
      EXPECT_TRUE(NumberOf(*abi, std::string(call.name)).has_value())
          << call.name;
      EXPECT_LE(call.without_no_new_privs, base.starts_without_no_new_privs);
      EXPECT_LE(call.with_no_new_privs, base.starts_with_no_new_privs);
      EXPECT_GT(call.without_no_new_privs + call.with_no_new_privs, 0);
    }
    EXPECT_THAT(Names(base, true), Contains("execve"));
    EXPECT_THAT(Names(base, false),
                AllOf(Contains("execve"), Contains("capset")));
    // Under no_new_privs the filter comes after the privileges are dropped.
    EXPECT_THAT(Names(base, true), Not(Contains("capset")));
  }
}

TEST(RuntimeBases, AreFoundByName) {
  ASSERT_NE(FindRuntimeBase("runc"), nullptr);
  EXPECT_EQ(FindRuntimeBase("runc")->name, "runc");
  EXPECT_EQ(FindRuntimeBase("crun")->name, "crun");
  EXPECT_EQ(FindRuntimeBase("docker"), nullptr);
  EXPECT_EQ(FindRuntimeBase(""), nullptr);
}

}  // namespace
}  // namespace scbpf
