// Within the default budget: a thousand rules, ten thousand values, filters
// as long as the kernel takes. Past it: said so, in bounded time.
#include <gtest/gtest.h>

#include "bpf/check.h"
#include "scbpf/prove.h"
#include "tests/proof/large_sides.h"

namespace scbpf {
namespace {

TEST(Budget, IsEnoughForAThousandRules) {
  const RulesShape shapes[] = {
      {1000, 1, 1},
      {1000, 1, 2},
      {1000, 1, 3},
      {1000, 20, 6, 50},
      {1000, 10, 3, 1000, false},
      {1000, 20, 6, 1000, false},
  };
  for (const RulesShape& shape : shapes) {
    const Policy policy = RulesPolicy(shape, 1);
    const auto found =
        FindDifference(Side::Of(policy), Side::Of(Shuffled(policy, 2)));
    ASSERT_TRUE(found.ok()) << found.status() << shape.calls;
    EXPECT_EQ(*found, std::nullopt);
  }
}

TEST(Budget, IsEnoughForLongChainsOfRules) {
  for (const size_t calls : {1, 7}) {
    RulesShape shape{600, calls, 3, 200};
    shape.low_halves = true;
    Policy policy = RulesPolicy(shape, 3);
    const Program program = ChainOf(&policy);
    ASSERT_TRUE(CheckProgram(program).ok());
    ASSERT_GT(program.size(), 2500u);
    const auto found = Prove(policy, program);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(*found, std::nullopt);
    // One constant in the middle makes the difference.
    auto& clauses = policy.arches[0].ranges[1].behavior.clauses;
    clauses[clauses.size() / 2].all_of[0].value += 1000;
    const auto other = Prove(policy, program);
    ASSERT_TRUE(other.ok()) << other.status();
    EXPECT_TRUE(other->has_value());
  }
}

TEST(Budget, IsEnoughForTenThousandValues) {
  const Policy policy = ValuesPolicy(10000);
  const auto found =
      FindDifference(Side::Of(policy), Side::Of(Shuffled(policy, 2)));
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(*found, std::nullopt);
}

TEST(Budget, IsEnoughForTheLongestPlainFilters) {
  for (const Plain kind :
       {Plain::kNumbers, Plain::kTree, Plain::kValues, Plain::kMixed}) {
    const Program program = PlainProgram(kind, kMaxInstructions);
    ASSERT_TRUE(CheckProgram(program).ok()) << CheckProgram(program);
    ASSERT_GT(program.size(), 4000u);
    Program other = program;
    other[other.size() - 3].k ^= 1;
    const auto same = FindDifference(Side::Of(program), Side::Of(program));
    ASSERT_TRUE(same.ok()) << same.status();
    EXPECT_EQ(*same, std::nullopt);
    const auto found = FindDifference(Side::Of(program), Side::Of(other));
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_TRUE(found->has_value());
  }
}

TEST(Budget, EndsHostileProofsInTime) {
  for (const Hostile kind :
       {Hostile::kProduct, Hostile::kLowBits, Hostile::kCompareArguments}) {
    const Program program = HostileProgram(kind);
    ASSERT_TRUE(CheckProgram(program).ok()) << CheckProgram(program);
    const auto found = FindDifference(
        Side::Of(program), Side::Of(Program{{0x06, 0, 0, 0x7fff0000}}));
    EXPECT_TRUE(absl::IsResourceExhausted(found.status()));
  }
}

TEST(Budget, OfNothingProvesNothing) {
  const Policy policy = RulesPolicy({10, 2}, 1);
  for (const uint32_t thousands : {0u, 1u}) {
    const ProofBudget budget{thousands};
    const Side a = Side::Of(policy);
    const auto found = FindDifference(a, a, budget);
    EXPECT_TRUE(absl::IsResourceExhausted(found.status()));
    EXPECT_TRUE(absl::IsResourceExhausted(
        FindRegions(a, Side::Of(Policy{}), budget).status()));
  }
}

TEST(FindDifference, RefusesWhatTheKernelRefuses) {
  const Side bad = Side::Of(Program{{0x06, 0, 0, 0}, {0x20, 0, 0, 0}});
  const Side good = Side::Of(Program{{0x06, 0, 0, 0}});
  EXPECT_TRUE(absl::IsInvalidArgument(FindDifference(bad, good).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(FindDifference(good, bad).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(
      FindDifference(good, Side{std::vector<Program>{}}).status()));
}

}  // namespace
}  // namespace scbpf
