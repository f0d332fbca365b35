// Policies too large for one filter: the stack answers what the policy does,
// every filter is one the kernel takes, and the newest one has what it must.
#include "compiler/split.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bpf/check.h"
#include "bpf/cost.h"
#include "bpf/simulate.h"
#include "compiler/room.h"
#include "compiler/split_behavior.h"
#include "scbpf/compile.h"
#include "tests/compiler/shorthand.h"

namespace scbpf {
namespace {

constexpr uint32_t kX86_64 = 0xc000003e;

// Allows `count` scattered values of argument `arg`.
Behavior AllowScattered(int count, uint8_t arg, uint32_t seed) {
  std::mt19937 random(seed);
  Behavior behavior{{}, Errno(1)};
  for (int i = 0; i < count; ++i) {
    behavior.clauses.push_back({{{arg, CompareOp::kEq, random()}}, Allow()});
  }
  return behavior;
}

// x86_64 alone: ERRNO(EPERM) but for the rows, ascending.
Policy PolicyOf(const std::vector<std::pair<uint32_t, Behavior>>& rows) {
  ArchPolicy arch{kX86_64, {{0, {{}, Errno(1)}}}};
  for (const auto& [nr, behavior] : rows) {
    if (arch.ranges.back().first == nr) arch.ranges.pop_back();
    arch.ranges.push_back({nr, behavior});
    arch.ranges.push_back({nr + 1, {{}, Errno(1)}});
  }
  return {{arch}, KillProcess()};
}

void ExpectTogetherEqual(const Policy& policy,
                         const std::vector<Program>& stack) {
  uint64_t for_all = 0;
  for (const Program& program : stack) {
    EXPECT_TRUE(CheckProgram(program).ok());
    for_all += KernelLength(program);
  }
  EXPECT_LE(for_all, 32768u);
  const auto difference = FindDifference(Side::Of(policy), Side{stack});
  ASSERT_TRUE(difference.ok()) << difference.status();
  EXPECT_FALSE(difference->has_value());
}

Call CallOf(const char* name, uint64_t arg1) {
  return MakeCall("x86_64", name, {0, arg1});
}

TEST(SplitTest, OneSyscallAloneIsCutByItsArgument) {
  const Policy policy = PolicyOf({{16, AllowScattered(6000, 1, 1)}});
  const auto stack = BuildSplit(policy, {});
  ASSERT_TRUE(stack.ok()) << stack.status();
  EXPECT_GE(stack->size(), 2u);
  EXPECT_LE(stack->size(), 4u);
  ExpectTogetherEqual(policy, *stack);
}

TEST(SplitTest, ManySyscallsShareFewFilters) {
  std::vector<std::pair<uint32_t, Behavior>> rows;
  for (uint32_t nr = 0; nr < 20; ++nr) {
    rows.emplace_back(10 * nr, AllowScattered(500, nr % 6, nr));
  }
  const Policy policy = PolicyOf(rows);
  const auto stack = BuildSplit(policy, {});
  ASSERT_TRUE(stack.ok()) << stack.status();
  size_t total = 0;
  for (const Program& program : *stack) total += program.size();
  // First fit leaves no filter but the last less than half full.
  EXPECT_LE(stack->size(), total / 3000 + 1);
  ExpectTogetherEqual(policy, *stack);
}

TEST(SplitTest, TheNewestFilterAnswersWhatComesAfterIt) {
  std::vector<std::pair<uint32_t, Behavior>> rows = {
      {16, AllowScattered(3000, 1, 1)},  // ioctl
      {59, AllowScattered(50, 1, 2)},    // execve
      {72, AllowScattered(3000, 1, 3)},  // fcntl
      {157, AllowScattered(60, 1, 4)},   // prctl
      {231, {{}, KillProcess()}},        // exit_group
      {317, AllowScattered(40, 1, 5)},   // seccomp
  };
  rows[2].second.clauses.front().result = UserNotif();
  const Policy policy = PolicyOf(rows);
  const auto stack = BuildSplit(policy, {});
  ASSERT_TRUE(stack.ok()) << stack.status();
  ExpectTogetherEqual(policy, *stack);
  for (size_t i = 0; i + 1 < stack->size(); ++i) {
    for (const char* name :
         {"execve", "prctl", "seccomp", "fcntl", "exit_group", "read"}) {
      EXPECT_EQ(Simulate((*stack)[i], CallOf(name, 7)), Allow()) << name;
    }
    Call foreign;
    EXPECT_EQ(Simulate((*stack)[i], foreign), Allow());
  }
  EXPECT_EQ(SimulateStack(*stack, CallOf("ioctl", 7)).winner, 0u);
}

TEST(SplitTest, WhatFitsIsOneFilter) {
  const Policy policy = PolicyOf({{16, AllowScattered(10, 1, 1)}});
  const auto stack = BuildSplit(policy, {});
  ASSERT_TRUE(stack.ok());
  EXPECT_EQ(stack->size(), 1u);
  ExpectTogetherEqual(policy, *stack);
}

// One syscall whose rules overlap in two arguments: what a stretch of values
// decides is gone from its filter.
TEST(SplitTest, RangesOfTwoArgumentsAreCut) {
  Behavior behavior{{}, Allow()};
  for (uint16_t i = 0; i < 2000; ++i) {
    behavior.clauses.push_back({{{0, CompareOp::kLt, uint64_t{100} * i + 50},
                                 {1, CompareOp::kGe, uint64_t{100} * i}},
                                Errno(static_cast<uint16_t>(1 + i))});
  }
  const Policy policy = PolicyOf({{16, behavior}});
  EXPECT_GT(CountInstructions(behavior), 4096u);
  const auto stack = BuildSplit(policy, {});
  ASSERT_TRUE(stack.ok()) << stack.status();
  EXPECT_LE(stack->size(), 6u);
  ExpectTogetherEqual(policy, *stack);
}

struct Impossible {
  Policy policy;
  const char* why;
};
TEST(SplitTest, SaysWhyThereIsNoStack) {
  const Impossible cases[] = {
      {PolicyOf({{16, AllowScattered(40000, 1, 1)}}), "for all together"},
      {PolicyOf({{16, AllowScattered(14000, 1, 1)},
                 {72, AllowScattered(14000, 1, 2)}}),
       "for all together"},
      {PolicyOf({{59, AllowScattered(6000, 1, 1)}}), "must be in one filter"},
  };
  for (const Impossible& c : cases) {
    const auto stack = BuildSplit(c.policy, {});
    ASSERT_FALSE(stack.ok());
    EXPECT_EQ(stack.status().code(), absl::StatusCode::kOutOfRange);
    EXPECT_NE(std::string(stack.status().message()).find(c.why),
              std::string::npos)
        << stack.status();
  }
}

// Ends before all is cut.
TEST(SplitBehaviorTest, StopsPastTheMost) {
  const std::vector<SizedBehavior> pieces =
      SplitBehavior(AllowScattered(6000, 1, 1), 500, 1200);
  size_t in_all = 0;
  for (const SizedBehavior& piece : pieces) in_all += piece.instructions;
  EXPECT_GT(in_all, 1200u);
  EXPECT_LE(in_all, 1700u);
}

// Pieces with every operator, by the definition.
TEST(SplitBehaviorTest, OnePieceAnswersAndTheOthersAllow) {
  std::mt19937_64 random(7);
  Behavior behavior{{}, KillProcess()};
  for (int i = 0; i < 400; ++i) {
    Clause clause{{}, i % 3 == 0 ? Errno(static_cast<uint16_t>(i)) : Log()};
    const auto op = static_cast<CompareOp>(i % 12 == 0 ? random() % 6 : 0);
    clause.all_of.push_back({1, op, random() % 5000});
    if (i % 2 == 0) clause.all_of.push_back({2, CompareOp::kGe, random() % 9});
    behavior.clauses.push_back(clause);
  }
  const std::vector<SizedBehavior> pieces =
      SplitBehavior(behavior, 150, 1000000);
  ASSERT_GE(pieces.size(), 3u);
  const auto ask = [](const Behavior& b, const Call& call) {
    return Evaluate(Policy{{{0, {{0, b}}}}, Allow()}, call);
  };
  std::vector<int> answered(pieces.size());
  for (const SizedBehavior& piece : pieces) {
    EXPECT_LE(piece.instructions, 150u);
    EXPECT_EQ(piece.instructions, CountInstructions(piece.behavior));
  }
  for (int i = 0; i < 3000; ++i) {
    Call call;
    call.args = {0, random() % 5002, random() % 10};
    const ReturnValue expected = ask(behavior, call);
    int others = 0;
    for (size_t p = 0; p < pieces.size(); ++p) {
      const ReturnValue answer = ask(pieces[p].behavior, call);
      if (answer == Allow()) continue;
      EXPECT_EQ(answer, expected);
      ++others;
      ++answered[p];
    }
    EXPECT_EQ(others, 1);
  }
  for (int count : answered) EXPECT_GT(count, 0);
}

// 10 000 values in a profile's text, through the whole pipeline.
TEST(SplitTest, CompilesTenThousandValues) {
  std::mt19937 random(3);
  std::string text = R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
    {"names": ["read", "write", "execve"], "action": "SCMP_ACT_ALLOW"})";
  constexpr const char* kNames[] = {"ioctl", "fcntl", "prctl", "socket",
                                    "clone"};
  for (int i = 0; i < 10000; ++i) {
    const int c = i % 50 == 0 ? 2 : i % 2 == 0 ? 0 : (i / 2) % 5;
    if (c == 2 && i % 50 != 0) continue;
    absl::StrAppend(&text, ",\n{\"names\": [\"", kNames[c],
                    "\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": "
                    "[{\"index\": 1, \"op\": \"SCMP_CMP_EQ\", \"value\": ",
                    random(), "}]}");
  }
  text += "]}";
  CompileOptions options;
  options.target = PlainTarget();
  Diagnostics findings;
  const auto refused = Compile(text, options, findings);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kOutOfRange);
  options.split = true;
  const auto compiled = Compile(text, options, findings);
  ASSERT_TRUE(compiled.ok()) << compiled.status();
  EXPECT_TRUE(compiled->proved);
  EXPECT_GE(compiled->older.size(), 2u);
  std::vector<Program> stack;
  for (const Filter& filter : compiled->older) stack.push_back(filter.program);
  stack.push_back(compiled->filter.program);
  ExpectTogetherEqual(compiled->policy, stack);
}

// A bug in any filter of the stack is found.
TEST(SplitTest, AProofIsOfTheWholeStack) {
  const Policy policy = PolicyOf({{16, AllowScattered(6000, 1, 1)}});
  auto stack = BuildSplit(policy, {});
  ASSERT_TRUE(stack.ok());
  Program& oldest = stack->front();
  for (Instruction& in : oldest) {
    if (in.code == 0x06 && in.k == Errno(1).raw) in.k = Allow().raw;
  }
  const auto difference = FindDifference(Side::Of(policy), Side{*stack});
  ASSERT_TRUE(difference.ok());
  EXPECT_TRUE(difference->has_value());
}

}  // namespace
}  // namespace scbpf
