// FindArguments against every value there is, on small conditions.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "compiler/warnings.h"

namespace scbpf {
namespace {

constexpr uint64_t kAll = ~uint64_t{0};

bool AllHold(const std::vector<ArgCondition>& conditions, uint64_t value) {
  Call call;
  call.args[2] = value;
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const ArgCondition& c) { return Holds(c, call); });
}

TEST(FindArgumentsTest, AgreesWithTryingEveryValue) {
  std::mt19937 random(7);
  const auto below = [&](uint32_t end) { return random() % end; };
  int found = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::vector<ArgCondition> conditions(1 + below(5));
    for (ArgCondition& c : conditions) {
      c.arg = 2;
      c.op = static_cast<CompareOp>(below(6));
      c.mask = c.op == CompareOp::kEq && below(2) == 0 ? below(32) : kAll;
      c.value = below(32) & c.mask;
    }
    bool exists = false;
    for (uint64_t value = 0; value < 128; ++value) {
      exists = exists || AllHold(conditions, value);
    }
    const size_t half = conditions.size() / 2;
    const auto args = FindArguments(std::span(conditions).first(half),
                                    std::span(conditions).subspan(half));
    ASSERT_EQ(args.has_value(), exists) << round;
    if (!exists) continue;
    ++found;
    EXPECT_TRUE(AllHold(conditions, (*args)[2])) << round;
  }
  EXPECT_GT(found, 1000);
}

TEST(FindArgumentsTest, TheEndsOfTheRange) {
  const auto one = [](CompareOp op, uint64_t value, uint64_t mask) {
    const std::vector<ArgCondition> list = {{0, op, value, mask}};
    return FindArguments(list, {});
  };
  EXPECT_FALSE(one(CompareOp::kLt, 0, kAll));
  EXPECT_FALSE(one(CompareOp::kGt, kAll, kAll));
  EXPECT_FALSE(one(CompareOp::kGt, 0xffffffff, 0xffffffff));
  EXPECT_EQ(one(CompareOp::kGe, kAll, kAll)->at(0), kAll);
  EXPECT_EQ(one(CompareOp::kGe, 0xffffffff, 0xffffffff)->at(0), 0xffffffffu);
}

}  // namespace
}  // namespace scbpf
