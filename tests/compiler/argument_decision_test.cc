// What arguments cost: each kind of condition by its exact number of
// instructions, RETs included, and by what it answers.
#include "compiler/argument_decision.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "bpf/cost.h"
#include "bpf/simulate.h"
#include "compiler/assembly.h"

namespace scbpf {
namespace {

using enum CompareOp;
constexpr uint64_t kLow = 0xffffffff;

Clause When(std::vector<ArgCondition> all_of, ReturnValue result = Allow()) {
  return {std::move(all_of), result};
}

// The clauses allow; everything else is ERRNO(1).
Behavior AllowWhen(std::vector<std::vector<ArgCondition>> clauses) {
  Behavior behavior{{}, Errno(1)};
  for (auto& all_of : clauses) behavior.clauses.push_back(When(all_of));
  return behavior;
}

Behavior AllowValues(const std::vector<uint64_t>& values,
                     uint64_t mask = ~uint64_t{0}) {
  Behavior behavior{{}, Errno(1)};
  for (uint64_t v : values) {
    behavior.clauses.push_back(When({{0, kEq, v, mask}}));
  }
  return behavior;
}

Program Decide(const Behavior& behavior) {
  DecisionBuilder builder;
  return Assemble(Lower(builder.Finish(DecideArguments(builder, behavior))));
}

Program Chain(const Behavior& behavior) {
  DecisionBuilder builder;
  return Assemble(Lower(builder.Finish(ChainClauses(builder, behavior))));
}

// Values around those that the behavior mentions, for every argument.
std::vector<Call> BoundaryCalls(const Behavior& behavior, size_t count) {
  std::array<std::vector<uint64_t>, 6> values;
  for (auto& list : values) list = {0, ~uint64_t{0}};
  for (const Clause& clause : behavior.clauses) {
    for (const ArgCondition& c : clause.all_of) {
      for (uint64_t v : {c.value - 1, c.value, c.value + 1, c.value | ~c.mask,
                         c.value ^ (uint64_t{1} << 32), c.value ^ 1}) {
        values[c.arg].push_back(v);
      }
    }
  }
  std::mt19937_64 random(1);
  std::vector<Call> calls(count);
  for (size_t i = 0; i < count; ++i) {
    for (size_t a = 0; a < 6; ++a) {
      calls[i].args[a] = i < values[a].size()
                             ? values[a][i]
                             : values[a][random() % values[a].size()];
    }
  }
  return calls;
}

void ExpectSameAnswers(const Behavior& behavior, const Program& program,
                       const std::string& what, size_t count = 3000) {
  const Policy policy{{{0, {{0, behavior}}}}, Allow()};
  for (const Call& call : BoundaryCalls(behavior, count)) {
    ASSERT_EQ(Simulate(program, call), Evaluate(policy, call))
        << what << ": " << call.args[0] << " " << call.args[1];
  }
}

std::vector<uint64_t> Sequence(uint64_t first, int count, uint64_t step) {
  std::vector<uint64_t> values;
  for (int i = 0; i < count; ++i) values.push_back(first + step * i);
  return values;
}

struct SizeCase {
  const char* what;
  Behavior behavior;
  size_t instructions;  // two of them RETs, where there are two answers
};

TEST(ArgumentDecisionTest, EveryKindOfConditionByItsSize) {
  const SizeCase cases[] = {
      {"no condition", {{}, Allow()}, 1},
      {"one value", AllowValues({7}), 6},
      {"one value, low half", AllowValues({7}, kLow), 4},
      {"three values share the high word", AllowValues({3, 70, 900}), 9},
      {"a bit-cube is one test", AllowValues({0, 8, 0x20000, 0x20008}), 6},
      {"a cube and a value beside it",
       AllowValues({0, 8, 0x20000, 0x20008, 0xffffffff}), 7},
      {"neighbours are a range", AllowValues(Sequence(100, 16, 1)), 7},
      {"two high words",
       AllowValues({0x100000005, 0x100000009, 0x200000005, 0x200000009}), 8},
      {"less than", AllowWhen({{{0, kLt, 38}}}), 6},
      {"at most, low half", AllowWhen({{{0, kLe, 38, kLow}}}), 4},
      {"all but two values",
       AllowWhen({{{0, kLt, 38}}, {{0, kEq, 39}}, {{0, kGt, 40}}}), 7},
      {"not equal", AllowWhen({{{0, kNe, 5}}}), 6},
      {"between", AllowWhen({{{0, kGe, 10}, {0, kLe, 20}}}), 7},
      {"overlapping ranges are one",
       AllowWhen({{{0, kGe, 10}, {0, kLe, 20}}, {{0, kGe, 15}, {0, kLt, 31}}}),
       7},
      {"a mask whose value is 0 is one JSET",
       AllowWhen({{{0, kEq, 0, 0x7e020000}}}), 4},
      {"a mask with a value", AllowWhen({{{0, kEq, 3, 0xff}}}), 5},
      {"a mask on both halves",
       AllowWhen({{{0, kEq, 0x500000003, 0xf0000000f}}}), 8},
      {"always", AllowWhen({{{0, kGe, 0}}}), 1},
      {"never", AllowWhen({{{0, kLt, 0}}}), 1},
      // The argument that all clauses agree on is tested once.
      {"several arguments",
       AllowWhen({{{0, kEq, 1, kLow}, {1, kEq, 5, kLow}},
                  {{0, kEq, 1, kLow}, {1, kEq, 90, kLow}},
                  {{0, kEq, 1, kLow}, {1, kEq, 700, kLow}}}),
       9},
      {"several arguments, the file's order the other way round",
       AllowWhen({{{1, kEq, 5, kLow}, {0, kEq, 1, kLow}},
                  {{1, kEq, 90, kLow}, {0, kEq, 1, kLow}},
                  {{1, kEq, 700, kLow}, {0, kEq, 1, kLow}}}),
       9},
      {"a clause that the next one covers",
       AllowWhen({{{0, kEq, 1, kLow}, {1, kEq, 5, kLow}}, {{0, kEq, 1, kLow}}}),
       4},
      {"the first clause wins",
       {{When({{0, kEq, 5, kLow}}, Log()), When({{0, kLt, 10, kLow}})},
        Errno(1)},
       6},
  };
  for (const SizeCase& c : cases) {
    const Program program = Decide(c.behavior);
    EXPECT_EQ(program.size(), c.instructions) << c.what;
    ExpectSameAnswers(c.behavior, program, c.what);
    ExpectSameAnswers(c.behavior, Chain(c.behavior), c.what);
  }
}

std::vector<uint64_t> Scattered(int count) {
  std::mt19937 random(1);
  std::vector<uint64_t> values;
  for (int i = 0; i < count; ++i) values.push_back(random());
  return values;
}

struct ManyCase {
  int count;
  uint32_t longest;  // path
};

// A search, not a chain.
TEST(ArgumentDecisionTest, ManyValuesTakeShortPaths) {
  for (const ManyCase& c :
       {ManyCase{100, 14}, ManyCase{1000, 18}, ManyCase{10000, 25}}) {
    const Behavior behavior = AllowValues(Scattered(c.count));
    DecisionBuilder builder;
    const NodeId root = DecideArguments(builder, behavior);
    // A test for each value, and about one for each pair of them.
    EXPECT_LE(builder.CountTests(root), 2u * c.count);
    const Decision decision = builder.Finish(root);
    const Program program = Assemble(Lower(decision));
    EXPECT_LE(LongestPath(program), c.longest) << c.count;
    const Policy policy{{{0, {{0, behavior}}}}, Allow()};
    const std::vector<Call> calls = BoundaryCalls(behavior, 2000);
    for (size_t i = 0; i < calls.size(); i += 1 + c.count / 100) {
      ASSERT_EQ(Simulate(program, calls[i]), Evaluate(policy, calls[i]));
    }
  }
}

// Clause i has what `conditions` says of i, and an answer of its own or one
// that all share.
template <typename Conditions>
Behavior DenyEach(int count, bool own, Conditions conditions) {
  Behavior behavior{{}, Allow()};
  for (int i = 0; i < count; ++i) {
    behavior.clauses.push_back(
        When(conditions(static_cast<uint64_t>(i)),
             Errno(static_cast<uint16_t>(own ? 1 + i : 1))));
  }
  return behavior;
}

struct RangesCase {
  const char* what;
  Behavior behavior;
  size_t instructions;  // at most
  uint32_t longest;
};

// Ranges are searched as well: none is copied into intervals it does not reach
// or where one before it holds, and what an earlier one hides is no work.
TEST(ArgumentDecisionTest, ManyRangesTakeShortPaths) {
  using All = std::vector<ArgCondition>;
  const RangesCase cases[] = {
      {"windows",
       DenyEach(1500, false,
                [](uint64_t i) {
                  return All{{0, kGe, 1000 * i}, {0, kLe, 1000 * i + 300}};
                }),
       3100, 24},
      {"thresholds, the least first",
       DenyEach(600, true,
                [](uint64_t i) {
                  return All{{0, kLt, 7 * i + 5}};
                }),
       1850, 22},
      {"thresholds, the greatest first",
       DenyEach(600, true,
                [](uint64_t i) {
                  return All{{0, kLt, 7 * (600 - i)}};
                }),
       8, 7},
      {"thresholds of one answer",
       DenyEach(5000, false,
                [](uint64_t i) {
                  return All{{0, kGt, 7 * i}};
                }),
       8, 7},
      {"thresholds of one answer, the widest last",
       DenyEach(5000, false,
                [](uint64_t i) {
                  return All{{0, kGt, 7 * (4999 - i)}};
                }),
       8, 7},
      {"windows of two arguments",
       DenyEach(400, true,
                [](uint64_t i) {
                  return All{{0, kGe, 100 * (i % 17)},
                             {0, kLt, 100 * (i % 17) + 50},
                             {1, kGe, 100 * i},
                             {1, kLe, 100 * i + 30}};
                }),
       1800, 26},
      {"a stair of two arguments",
       DenyEach(
           700, false,
           [](uint64_t i) {
             return All{{0, kLt, 100 * i + 50, kLow}, {1, kGe, 100 * i, kLow}};
           }),
       2900, 26},
  };
  for (const RangesCase& c : cases) {
    const Program program = Decide(c.behavior);
    EXPECT_LE(program.size(), c.instructions) << c.what;
    EXPECT_LE(LongestPath(program), c.longest) << c.what;
    ExpectSameAnswers(c.behavior, program, c.what, 2000);
  }
}

// Clauses that hide others in part, in every way.
TEST(ArgumentDecisionTest, OverlappingRangesAnswerByTheFirst) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 60; ++round) {
    Behavior behavior{{}, Allow()};
    for (int i = 0; i < 40; ++i) {
      Clause clause{{}, Errno(static_cast<uint16_t>(1 + random() % 3))};
      for (int c = 1 + static_cast<int>(random() % 3); c > 0; --c) {
        const auto arg = static_cast<uint8_t>(random() % 3);
        const uint64_t high = random() % 8 == 0 ? random() % 3 : 0;
        const uint64_t mask = arg == 2 ? kLow : ~uint64_t{0};
        clause.all_of.push_back({arg, static_cast<CompareOp>(random() % 6),
                                 ((high << 32) + random() % 40) & mask, mask});
      }
      behavior.clauses.push_back(clause);
    }
    ExpectSameAnswers(behavior, Decide(behavior),
                      "round " + std::to_string(round), 1500);
  }
}

Behavior Tangle(int clauses) {
  std::mt19937_64 random(1);
  Behavior behavior{{}, Errno(1)};
  for (int i = 0; i < clauses; ++i) {
    Clause clause{{}, Errno(static_cast<uint16_t>(2 + i % 50))};
    for (uint8_t arg = 0; arg < 4; ++arg) {
      const auto op = static_cast<CompareOp>(2 + random() % 4);
      clause.all_of.push_back({arg, op, random()});
    }
    behavior.clauses.push_back(clause);
  }
  return behavior;
}

// Ranges of four arguments, all overlapping: nothing but a chain ends.
TEST(ArgumentDecisionTest, WhatNeverEndsIsAChainOfLinearSize) {
  for (int clauses : {200, 400, 800}) {
    const Behavior behavior = Tangle(clauses);
    DecisionBuilder builder;
    const NodeId root = DecideArguments(builder, behavior);
    EXPECT_LE(builder.CountTests(root), 3u * 4u * clauses);
    const Program program = Assemble(Lower(builder.Finish(root)));
    // A condition is at most two loads and three tests, and a jump that is
    // far away is one more.
    EXPECT_LE(program.size(), 7u * 4u * clauses) << clauses;
    ExpectSameAnswers(behavior, program, "tangle", 300);
  }
}

TEST(ArgumentDecisionTest, EqualBehaviorsAreOneNode) {
  DecisionBuilder builder;
  const NodeId a = DecideArguments(builder, AllowValues({1, 2, 77}));
  const NodeId b = DecideArguments(
      builder, AllowWhen({{{0, kEq, 77}}, {{0, kLe, 2}, {0, kGe, 1}}}));
  EXPECT_EQ(a, b);
}

}  // namespace
}  // namespace scbpf
