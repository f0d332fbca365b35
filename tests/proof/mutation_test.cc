// Mutated programs: "equal" is said exactly when no call tells them apart,
// and every witness does.
#include <gtest/gtest.h>

#include "bpf/disassemble.h"
#include "bpf/simulate.h"
#include "scbpf/prove.h"
#include "tests/proof/random_program.h"

namespace scbpf {
namespace {

ReturnValue Answer(const Program& program, const Call& call) {
  return AsKernelReads(Simulate(program, call));
}

struct Counts {
  int equal = 0, differ = 0, spent = 0;
};

void Compare(const Program& program, const Program& mutant, Random& random,
             Counts* counts) {
  const auto found = FindDifference(Side::Of(program), Side::Of(mutant), {50});
  if (absl::IsResourceExhausted(found.status())) {
    ++counts->spent;
    return;
  }
  ASSERT_TRUE(found.ok()) << found.status();
  if (found->has_value()) {
    ++counts->differ;
    ASSERT_NE(Answer(program, **found), Answer(mutant, **found));
    return;
  }
  ++counts->equal;
  for (const Call& call : BoundaryCalls({program, mutant}, 400, random)) {
    ASSERT_EQ(Answer(program, call), Answer(mutant, call))
        << Disassemble(program) << Disassemble(mutant);
  }
}

TEST(FindDifference, IsExactOnMutants) {
  for (const Flavor flavor : {Flavor::kPlain, Flavor::kAll}) {
    Random random(21);
    Counts counts;
    for (int i = 0; i < 1200 && !HasFatalFailure(); ++i) {
      const Program program = RandomProgram(flavor, 5 + random() % 20, random);
      Compare(program, Mutate(program, random), random, &counts);
    }
    EXPECT_GT(counts.equal, 100);
    EXPECT_GT(counts.differ, 40);
    EXPECT_LT(counts.spent, 250);
  }
}

// What the proof calls more permissive is, and what it does not is nowhere.
TEST(FindMorePermissive, IsExactOnMutants) {
  Random random(22);
  int found_count = 0;
  int none_of_different = 0;
  for (int i = 0; i < 2000; ++i) {
    const Program a = RandomProgram(Flavor::kPlain, 5 + random() % 15, random);
    const Program b = Mutate(a, random);
    const auto found = FindMorePermissive(Side::Of(a), Side::Of(b));
    ASSERT_TRUE(found.ok()) << found.status();
    if (found->has_value()) {
      ++found_count;
      ASSERT_TRUE(MoreRestrictive(Answer(b, **found), Answer(a, **found)));
      continue;
    }
    const auto different = FindDifference(Side::Of(a), Side::Of(b));
    ASSERT_TRUE(different.ok());
    none_of_different += different->has_value() ? 1 : 0;
    for (const Call& call : BoundaryCalls({a, b}, 200, random)) {
      ASSERT_FALSE(MoreRestrictive(Answer(b, call), Answer(a, call)));
    }
  }
  EXPECT_GT(found_count, 100);
  EXPECT_GT(none_of_different, 100);
}

}  // namespace
}  // namespace scbpf
