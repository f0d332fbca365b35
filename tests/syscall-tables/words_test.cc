// Argument conditions in words.
#include "syscall-tables/words.h"

#include <gtest/gtest.h>

namespace scbpf {
namespace {

constexpr uint64_t kAll = ~uint64_t{0};
constexpr uint64_t kLow = 0xffffffff;

struct Row {
  const char* syscall;
  ArgCondition condition;
  bool wide;
  const char* words;
};

TEST(WordsTest, Conditions) {
  const Row rows[] = {
      {"socket", {0, CompareOp::kEq, 40, kAll}, true, "family == AF_VSOCK"},
      {"socket", {0, CompareOp::kNe, 40, kLow}, false, "family != AF_VSOCK"},
      {"socket", {0, CompareOp::kLt, 38, kAll}, true, "family < 38"},
      {"socket", {0, CompareOp::kLe, 38, kAll}, true, "family <= 38"},
      {"socket", {0, CompareOp::kGt, 40, kAll}, true, "family > 40"},
      {"clone",
       {0, CompareOp::kEq, 0, 0x7e020000},
       true,
       "clone_flags & (CLONE_NEWCGROUP|CLONE_NEWIPC|CLONE_NEWNET|CLONE_NEWNS|"
       "CLONE_NEWPID|CLONE_NEWUSER|CLONE_NEWUTS) == 0"},
      {"clone",
       {0, CompareOp::kEq, 0, 0xffff0000},
       true,
       "clone_flags & 0xffff0000 == 0"},
      {"clone",
       {0, CompareOp::kEq, 0x10000000, 0x10000000},
       true,
       "clone_flags & CLONE_NEWUSER == CLONE_NEWUSER"},
      {"", {0, CompareOp::kGe, 0x100000000, kAll}, true, "a0 >= 0x100000000"},
      {"read", {5, CompareOp::kEq, 0xffff, kAll}, true, "a5 == 65535"},
      {"read", {5, CompareOp::kEq, 0x1f, 0xff}, true, "a5 & 0xff == 0x1f"},
      // The low half of a wide argument is told apart from the whole.
      {"socket",
       {0, CompareOp::kEq, 40, kLow},
       true,
       "family & 0xffffffff == AF_VSOCK"},
      {"socket", {0, CompareOp::kEq, 40, kLow}, false, "family == AF_VSOCK"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(FormatCondition(row.syscall, row.condition, row.wide), row.words);
  }
}

}  // namespace
}  // namespace scbpf
