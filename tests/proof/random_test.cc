// The proof against the simulator on random programs of every opcode.
#include <gtest/gtest.h>

#include "bpf/disassemble.h"
#include "bpf/simulate.h"
#include "proof/answer.h"
#include "tests/proof/random_program.h"

namespace scbpf {
namespace {

ReturnValue Answer(const std::vector<Program>& stack, const Call& call) {
  return AsKernelReads(SimulateStack(stack, call).result);
}

void ExpectSimulatorsAnswers(const std::vector<Program>& stack, size_t count,
                             const ProofBudget& budget, Random& random,
                             ReadBy* read_by, bool* spent) {
  const std::vector<Call> calls = BoundaryCalls(stack, count, random);
  const auto answers = AnswersOf(Side{stack}, calls, budget, read_by);
  *spent = absl::IsResourceExhausted(answers.status());
  if (*spent) return;
  ASSERT_TRUE(answers.ok()) << answers.status();
  for (size_t i = 0; i < calls.size(); ++i) {
    ASSERT_EQ((*answers)[i], Answer(stack, calls[i]))
        << Disassemble(stack[0]) << "nr " << calls[i].nr << " arch "
        << calls[i].arch << " args " << calls[i].args[0];
  }
}

TEST(CanonicalValue, IsTheSimulatorsOnPlainPrograms) {
  Random random(1);
  int by_numbers = 0;
  for (int i = 0; i < 2500 && !HasFatalFailure(); ++i) {
    ReadBy read_by{};
    bool spent = false;
    const Program program =
        RandomProgram(Flavor::kPlain, 3 + random() % 30, random);
    ExpectSimulatorsAnswers({program}, 100, {}, random, &read_by, &spent);
    EXPECT_FALSE(spent) << Disassemble(program);
    by_numbers += read_by == ReadBy::kNumbers ? 1 : 0;
  }
  EXPECT_GT(by_numbers, 700);
  EXPECT_LT(by_numbers, 2450);
}

TEST(CanonicalValue, IsTheSimulatorsOnProgramsOfEveryOpcode) {
  Random random(2);
  int spent_count = 0;
  for (int i = 0; i < 2500 && !HasFatalFailure(); ++i) {
    ReadBy read_by{};
    bool spent = false;
    const Program program =
        RandomProgram(Flavor::kAll, 3 + random() % 30, random);
    ExpectSimulatorsAnswers({program}, 60, {20}, random, &read_by, &spent);
    spent_count += spent ? 1 : 0;
  }
  EXPECT_LT(spent_count, 500);
}

TEST(CanonicalValue, OfAStackIsTheKernels) {
  Random random(3);
  for (int i = 0; i < 1000 && !HasFatalFailure(); ++i) {
    ReadBy read_by{};
    bool spent = false;
    std::vector<Program> stack;
    for (size_t n = 2 + random() % 3; n > 0; --n) {
      stack.push_back(RandomProgram(
          random() % 4 == 0 ? Flavor::kAll : Flavor::kPlain, 12, random));
    }
    ExpectSimulatorsAnswers(stack, 60, {50}, random, &read_by, &spent);
  }
}

}  // namespace
}  // namespace scbpf
