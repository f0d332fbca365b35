// ReadBaseNames: lists, profiles, and what is neither.
#include "workflow/base_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace scbpf {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

TEST(BaseNames, OfARuntimeAreAllOfItsCalls) {
  const RuntimeBase* runc = FindRuntimeBase("runc");
  ASSERT_NE(runc, nullptr);
  const std::vector<std::string> names = NamesOf(*runc);
  EXPECT_EQ(names.size(), runc->calls.size());
  EXPECT_THAT(names, Contains("capset"));
}

TEST(BaseNames, AListHasNamesAndRemarksEachNameOnce) {
  const auto names = ReadBaseNames(
      "# kata 3\nread write\n\topenat2 # and more: read the source\r\nread\n");
  ASSERT_TRUE(names.ok()) << names.status();
  EXPECT_THAT(names->names, ElementsAre("read", "write", "openat2"));
}

TEST(BaseNames, AProfileHasThoseThatItAllowsOrLogs) {
  const auto names = ReadBaseNames(R"( {
    "defaultAction": "SCMP_ACT_ERRNO",
    "syscalls": [
      {"names": ["read", "write"], "action": "SCMP_ACT_ALLOW"},
      {"names": ["ptrace"], "action": "SCMP_ACT_KILL_PROCESS"},
      {"names": ["socket", "read"], "action": "SCMP_ACT_ALLOW",
       "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]},
      {"names": ["mount", "read"], "action": "SCMP_ACT_LOG"}]})");
  ASSERT_TRUE(names.ok()) << names.status();
  EXPECT_THAT(names->names, ElementsAre("read", "write", "mount"));
  ASSERT_EQ(names->rules.size(), 1u);
  EXPECT_EQ(names->rules[0].name, "socket");
  EXPECT_EQ(names->rules[0].args.size(), 1u);
}

TEST(BaseNames, WhatIsNeitherIsRefusedInWords) {
  struct Row {
    const char* text;
    const char* said;
  };
  for (const Row& row : {
           Row{"read\nopnat2\n",
               "line 2: no ABI has a call \"opnat2\", did you mean "
               "\"openat2\"?"},
           Row{"\n# nothing\n", "there is no name in it"},
           Row{"", "there is no name in it"},
           Row{R"({"defaultAction": "SCMP_ACT_ALLOW"})",
               "there is no name in it"},
       }) {
    const auto names = ReadBaseNames(row.text);
    EXPECT_EQ(names.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(std::string(names.status().message()), row.said) << row.text;
  }
  EXPECT_FALSE(ReadBaseNames("{\"defaultAction\": 1}").ok());
}

}  // namespace
}  // namespace scbpf
