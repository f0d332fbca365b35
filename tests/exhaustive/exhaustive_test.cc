// Every small policy at every edge: policy, decision and program agree.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bpf/check.h"
#include "bpf/disassemble.h"
#include "bpf/simulate.h"
#include "compiler/assembly.h"
#include "compiler/decision.h"
#include "compiler/rule_set.h"
#include "tests/exhaustive/small_policies.h"

namespace scbpf::exhaustive {
namespace {

// Compiles policies and compares the three levels; counts, and tells the first
// that is wrong.
class Checker {
 public:
  void Check(const Policy& policy, const std::vector<Call>& calls) {
    if (!failure_.empty()) return;
    ++policies_;
    const Decision decision = BuildDecision(policy, Weights{});
    const Program program = Assemble(Lower(decision));
    if (!CheckProgram(program).ok()) {
      failure_ = absl::StrCat("not a program\n", FormatPolicy(policy));
      return;
    }
    for (const Call& call : calls) {
      const ReturnValue expected = Evaluate(policy, call);
      const bool good = Evaluate(decision, call) == expected &&
                        Simulate(program, call) == expected;
      if (good) continue;
      failure_ = absl::StrCat(
          "nr ", call.nr, " arch ", call.arch, " args ", call.args[0], " ",
          call.args[1], ": policy ", expected.raw, ", decision ",
          Evaluate(decision, call).raw, ", program ",
          Simulate(program, call).raw, "\n", FormatPolicy(policy),
          FormatDecision(decision), Disassemble(program));
      return;
    }
  }

  size_t policies() const { return policies_; }
  const std::string& failure() const { return failure_; }

 private:
  size_t policies_ = 0;
  std::string failure_;
};

std::vector<ArgCondition> AllConditions() {
  std::vector<ArgCondition> list = ConditionsOn(0);
  for (const ArgCondition& condition : ConditionsOn(1)) {
    list.push_back(condition);
  }
  return list;
}

// Clauses of one condition each, with these results.
void CheckClauses(Checker& checker, const std::vector<ArgCondition>& conditions,
                  const std::vector<ReturnValue>& results,
                  ReturnValue otherwise, const std::vector<Call>& calls) {
  Behavior behavior{{}, otherwise};
  for (size_t i = 0; i < conditions.size(); ++i) {
    behavior.clauses.push_back({{conditions[i]}, results[i]});
  }
  checker.Check(OnThreeAbis(behavior), calls);
}

TEST(ExhaustiveTest, OneClauseOfUpToTwoConditions) {
  Checker checker;
  const std::vector<Call> calls = EdgeCalls(true);
  for (const ArgCondition& a : AllConditions()) {
    checker.Check(OnThreeAbis({{{{a}, Allow()}}, Errno(1)}), calls);
    for (const ArgCondition& b : AllConditions()) {
      checker.Check(OnThreeAbis({{{{a, b}, Allow()}}, Errno(1)}), calls);
      checker.Check(OnThreeAbis({{{{a, b}, Trap(0)}}, Log()}), calls);
    }
  }
  EXPECT_EQ(checker.failure(), "");
  EXPECT_EQ(checker.policies(), 46u * 93u);
}

TEST(ExhaustiveTest, TwoClauses) {
  Checker checker;
  const std::vector<Call> calls = EdgeCalls(true);
  for (const ArgCondition& a : AllConditions()) {
    for (const ArgCondition& b : AllConditions()) {
      CheckClauses(checker, {a, b}, {Allow(), Allow()}, Errno(1), calls);
      CheckClauses(checker, {a, b}, {Trap(0), Allow()}, Errno(1), calls);
      CheckClauses(checker, {a, b}, {Errno(1), Allow()}, Errno(1), calls);
    }
  }
  EXPECT_EQ(checker.failure(), "");
  EXPECT_EQ(checker.policies(), 46u * 46u * 3u);
}

TEST(ExhaustiveTest, ThreeClausesOnOneArgument) {
  Checker checker;
  const std::vector<Call> calls = EdgeCalls(false);
  const std::vector<ArgCondition> conditions = ConditionsOn(0);
  for (const ArgCondition& a : conditions) {
    for (const ArgCondition& b : conditions) {
      for (const ArgCondition& c : conditions) {
        CheckClauses(checker, {a, b, c}, {Allow(), Allow(), Allow()}, Errno(1),
                     calls);
        CheckClauses(checker, {a, b, c}, {Trap(0), Allow(), Log()}, Errno(1),
                     calls);
      }
    }
  }
  EXPECT_EQ(checker.failure(), "");
  EXPECT_EQ(checker.policies(), 23u * 23u * 23u * 2u);
}

TEST(ExhaustiveTest, ThreeClausesOnTwoArguments) {
  Checker checker;
  const std::vector<Call> calls = EdgeCalls(true);
  for (const ArgCondition& a : ConditionsOn(0)) {
    for (const ArgCondition& b : ConditionsOn(1)) {
      for (const ArgCondition& c : ConditionsOn(0)) {
        CheckClauses(checker, {a, b, c}, {Log(), Allow(), Log()}, Errno(1),
                     calls);
      }
    }
  }
  EXPECT_EQ(checker.failure(), "");
  EXPECT_EQ(checker.policies(), 23u * 23u * 23u);
}

// Subsets of values that make ranges, bit cubes and single tests.
TEST(ExhaustiveTest, EverySetOfTenValues) {
  constexpr uint64_t kValues[] = {0, 1,  2,  3,  4,
                                  8, 12, 16, 24, (uint64_t{1} << 32) + 1};
  Checker checker;
  std::vector<Call> calls;
  for (uint64_t low = 0; low < 34; ++low) {
    for (const uint64_t high : {uint64_t{0}, uint64_t{1} << 32}) {
      calls.push_back({kNumber, kX86_64, 0, {low + high, 0, 0, 0, 0, 0}});
    }
    calls.push_back({kNumber, kX86, 0, {low, 0, 0, 0, 0, 0}});
  }
  for (uint32_t set = 1; set < 1024; ++set) {
    Behavior equal{{}, Errno(1)};
    for (size_t i = 0; i < 10; ++i) {
      if ((set >> i & 1) == 0) continue;
      equal.clauses.push_back(
          {{{0, CompareOp::kEq, kValues[i], ~uint64_t{0}}}, Allow()});
    }
    checker.Check(OnThreeAbis(equal), calls);
    // The complement, and the set beside a range.
    Behavior beside = equal;
    beside.otherwise = Allow();
    for (Clause& clause : beside.clauses) clause.result = Errno(1);
    beside.clauses.push_back(
        {{{0, CompareOp::kGe, 30, ~uint64_t{0}}}, Trap(0)});
    checker.Check(OnThreeAbis(beside), calls);
  }
  EXPECT_EQ(checker.failure(), "");
  EXPECT_EQ(checker.policies(), 1023u * 2u);
}

TEST(ExhaustiveTest, Ranges) {
  Checker checker;
  const std::vector<Call> calls = NumberCalls();
  ForEachRangePolicy(
      [&](const Policy& policy) { checker.Check(policy, calls); });
  EXPECT_EQ(checker.failure(), "");
  EXPECT_GT(checker.policies(), 4000u);
}

}  // namespace
}  // namespace scbpf::exhaustive
