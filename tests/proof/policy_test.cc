// The proof's reading of policies against Evaluate.
#include <gtest/gtest.h>

#include <algorithm>

#include "proof/answer.h"
#include "tests/proof/random_policy.h"

namespace scbpf {
namespace {

TEST(CanonicalValue, OfAPolicyIsEvaluates) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 800; ++i) {
    PolicyShape shape;
    if (i % 10 == 0) shape.clauses = 30;
    const Policy policy = RandomPolicy(shape, random);
    const std::vector<Call> calls = BoundaryCalls(policy, 200, random);
    const auto answers = AnswersOf(Side::Of(policy), calls);
    ASSERT_TRUE(answers.ok()) << answers.status();
    for (size_t j = 0; j < calls.size(); ++j) {
      ASSERT_EQ((*answers)[j], AsKernelReads(Evaluate(policy, calls[j])))
          << "policy " << i << " call " << j;
    }
  }
}

// One condition alone, each operator and mask, at its borders.
TEST(CanonicalValue, OfEachConditionIsHolds) {
  const uint64_t values[] = {0,           1,           5,         0xffffffff,
                             0x100000000, 0x500000005, ~0ull - 1, ~0ull};
  const uint64_t masks[] = {~0ull, 0xffffffff, 0x7e020000, 0xf0000000f, 1, 0};
  for (int op = 0; op < 6; ++op) {
    for (const uint64_t value : values) {
      for (const uint64_t mask : masks) {
        const ArgCondition condition{3, static_cast<CompareOp>(op),
                                     value & mask, mask};
        Policy policy;
        policy.arches = {{0, {{0, {{{{condition}, Allow()}}, Log()}}}}};
        std::vector<Call> calls;
        for (const uint64_t around : values) {
          for (const uint64_t delta : {0ull, 1ull, ~0ull}) {
            calls.emplace_back().args[3] = around + delta;
          }
        }
        const auto answers = AnswersOf(Side::Of(policy), calls);
        ASSERT_TRUE(answers.ok()) << answers.status();
        for (size_t i = 0; i < calls.size(); ++i) {
          ASSERT_EQ((*answers)[i], Holds(condition, calls[i]) ? Allow() : Log())
              << op << " " << value << " " << mask << " " << calls[i].args[3];
        }
      }
    }
  }
}

TEST(FindDifference, SaysEqualOfReorderedClausesWithOneResult) {
  std::mt19937_64 random(12);
  for (int i = 0; i < 200; ++i) {
    PolicyShape shape;
    shape.clauses = 20;
    Policy policy = RandomPolicy(shape, random);
    for (ArchPolicy& arch : policy.arches) {
      for (Range& range : arch.ranges) {
        for (Clause& clause : range.behavior.clauses) {
          clause.result = Allow();
        }
      }
    }
    Policy other = policy;
    for (ArchPolicy& arch : other.arches) {
      for (Range& range : arch.ranges) {
        auto& clauses = range.behavior.clauses;
        std::shuffle(clauses.begin(), clauses.end(), random);
      }
    }
    const auto found = FindDifference(Side::Of(policy), Side::Of(other));
    ASSERT_TRUE(found.ok()) << found.status();
    ASSERT_EQ(*found, std::nullopt) << i;
  }
}

}  // namespace
}  // namespace scbpf
