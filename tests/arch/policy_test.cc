// Evaluate(Policy, call): conditions, ranges, clauses and foreign tokens.
#include "scbpf/policy.h"

#include <gtest/gtest.h>

namespace scbpf {
namespace {

struct Row {
  CompareOp op;
  uint64_t value;
  uint64_t mask;
  uint64_t argument;
  bool holds;
};

TEST(Holds, ComparesUnsignedUnderTheMask) {
  constexpr uint64_t kAll = ~uint64_t{0};
  const Row kRows[] = {
      {CompareOp::kEq, 5, kAll, 5, true},
      {CompareOp::kEq, 5, kAll, 0x100000005, false},
      {CompareOp::kEq, 5, 0xffffffff, 0x100000005, true},
      {CompareOp::kEq, 4, 0x4, 0xf, true},
      {CompareOp::kEq, 0, 0x4, 0xf, false},
      {CompareOp::kNe, 5, kAll, 5, false},
      {CompareOp::kNe, 5, kAll, 6, true},
      {CompareOp::kLt, 5, kAll, 4, true},
      {CompareOp::kLt, 5, kAll, 5, false},
      {CompareOp::kLt, 5, kAll, kAll, false},
      {CompareOp::kLe, 5, kAll, 5, true},
      {CompareOp::kLe, 5, kAll, 6, false},
      {CompareOp::kGt, 5, kAll, 6, true},
      {CompareOp::kGt, 5, kAll, 5, false},
      {CompareOp::kGe, 5, kAll, 5, true},
      {CompareOp::kGe, 5, kAll, 4, false},
      {CompareOp::kGe, uint64_t{1} << 63, kAll, kAll, true},
  };
  for (const Row& row : kRows) {
    const Call call{.args = {0, 0, row.argument}};
    EXPECT_EQ(Holds({2, row.op, row.value, row.mask}, call), row.holds)
        << "op " << static_cast<int>(row.op) << " " << row.value << ", "
        << row.argument;
  }
}

Policy Example() {
  Behavior conditional;
  conditional.clauses = {
      {{{0, CompareOp::kEq, 1}, {1, CompareOp::kEq, 2}}, Trap()},
      {{{0, CompareOp::kEq, 1}}, Log()},
  };
  conditional.otherwise = Errno(38);
  return {{{7, {{0, {{}, Allow()}}, {10, conditional}, {11, {{}, Errno(1)}}}}},
          KillThread()};
}

TEST(Evaluate, FindsTheRange) {
  const Policy policy = Example();
  EXPECT_EQ(Evaluate(policy, {.nr = 0, .arch = 7}), Allow());
  EXPECT_EQ(Evaluate(policy, {.nr = 9, .arch = 7}), Allow());
  EXPECT_EQ(Evaluate(policy, {.nr = 10, .arch = 7}), Errno(38));
  EXPECT_EQ(Evaluate(policy, {.nr = 11, .arch = 7}), Errno(1));
  EXPECT_EQ(Evaluate(policy, {.nr = 0xffffffff, .arch = 7}), Errno(1));
}

TEST(Evaluate, TakesTheFirstClauseOfWhichAllConditionsHold) {
  const Policy policy = Example();
  EXPECT_EQ(Evaluate(policy, {.nr = 10, .arch = 7, .args = {1, 2}}), Trap());
  EXPECT_EQ(Evaluate(policy, {.nr = 10, .arch = 7, .args = {1, 3}}), Log());
  EXPECT_EQ(Evaluate(policy, {.nr = 10, .arch = 7, .args = {0, 2}}), Errno(38));
}

TEST(Evaluate, AnswersForeignTokensWithBadArch) {
  EXPECT_EQ(Evaluate(Example(), {.nr = 0, .arch = 8}), KillThread());
}

}  // namespace
}  // namespace scbpf
