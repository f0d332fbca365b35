// The harness itself: descriptions, children, names, verdicts, shrinking.
#include "tests/differential/opponent.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "bpf/check.h"
#include "compiler/assembly.h"
#include "compiler/decision.h"
#include "tests/differential/generator.h"
#include "tests/differential/judge.h"
#include "tests/differential/shrink.h"

namespace scbpf::differential {
namespace {

scmp_arg_cmp Arg(unsigned int arg, scmp_compare op, uint64_t value) {
  return {arg, op, value, 0};
}

// libseccomp 2.5 never ends on this.
Description Endless() {
  const int nr = seccomp_syscall_resolve_name("setgid");
  const auto rule = [&](uint64_t a, scmp_compare op, uint64_t b) {
    return DescribedRule{
        SCMP_ACT_ALLOW, nr, {Arg(0, SCMP_CMP_NE, a), Arg(1, op, b)}};
  };
  return {SCMP_ACT_ERRNO(1),
          {},
          true,
          {rule(2, SCMP_CMP_EQ, 0), rule(1, SCMP_CMP_NE, 1),
           rule(1, SCMP_CMP_NE, 2)}};
}

std::unique_ptr<Case> CaseOf(std::string_view text) {
  std::string error;
  std::unique_ptr<Case> item = MakeCase(text, DefaultTarget(), error);
  EXPECT_NE(item, nullptr) << error;
  return item;
}

TEST(OpponentTest, GoesOnAfterOneThatHangs) {
  const Description plain{SCMP_ACT_ALLOW, {}, true, {}};
  const std::vector<Description> list = {plain, Endless(), plain, Endless()};
  std::vector<std::string> told;
  RunOpponent(list, 0.05, [&](size_t i, const Outcome& outcome) {
    EXPECT_EQ(i, told.size());
    told.push_back(DescribeOutcome(outcome));
    for (const Program& program : outcome.levels) {
      EXPECT_EQ(CheckProgram(program).ok(), told.back().empty());
    }
  });
  EXPECT_EQ(told, (std::vector<std::string>{"", "hung", "", "hung"}));
}

TEST(OpponentTest, TellsTheRefusal) {
  const int nr = seccomp_syscall_resolve_name("setgid");
  const Description twice{SCMP_ACT_ALLOW,
                          {},
                          true,
                          {{SCMP_ACT_LOG, nr, {Arg(0, SCMP_CMP_EQ, 1)}},
                           {SCMP_ACT_TRAP, nr, {Arg(0, SCMP_CMP_EQ, 1)}}}};
  EXPECT_EQ(DescribeOutcome(RunOpponent(twice)), "refused: EEXIST");
}

TEST(DescribeTest, ReadsAsRuntimesDo) {
  const auto item = CaseOf(R"({"defaultAction": "SCMP_ACT_ERRNO",
    "defaultErrnoRet": 38, "architectures": ["SCMP_ARCH_X32"],
    "syscalls": [
      {"names": ["read", "no_such_call"], "action": "SCMP_ACT_ALLOW"},
      {"names": ["read"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38},
      {"names": ["write"], "action": "SCMP_ACT_ALLOW", "args": [
        {"index": 1, "value": 7, "op": "SCMP_CMP_GE"},
        {"index": 1, "value": 6, "valueTwo": 2, "op": "SCMP_CMP_MASKED_EQ"}]}
    ]})");
  const Description& read = item->description;
  EXPECT_EQ(read.default_action, SCMP_ACT_ERRNO(38));
  EXPECT_EQ(read.arches, std::vector<uint32_t>{SCMP_ARCH_X32});
  ASSERT_EQ(read.rules.size(), 3u);
  EXPECT_EQ(read.rules[0].nr, 0);
  EXPECT_TRUE(read.rules[0].args.empty());
  ASSERT_EQ(read.rules[1].args.size(), 1u);
  EXPECT_EQ(read.rules[1].args[0].op, SCMP_CMP_GE);
  ASSERT_EQ(read.rules[2].args.size(), 1u);
  EXPECT_EQ(read.rules[2].args[0].datum_a, 6u);
  EXPECT_EQ(read.rules[2].args[0].datum_b, 2u);
}

TEST(NamesTest, NearlyAllNumbersAgree) {
  std::string disputed;
  for (const std::string_view name : Names().disputed) {
    disputed += " " + std::string(name);
  }
  std::cout << "not compared, as libseccomp's numbers differ:" << disputed
            << "\n";
  EXPECT_GE(Names().agreed.size(), 450u);
  EXPECT_LE(Names().disputed.size(), 40u);
}

// The comparison sees what the proof of a program against its policy cannot:
// a policy that is not the profile's.
TEST(JudgeTest, CatchesAWrongPolicy) {
  const auto item = CaseOf(R"({"defaultAction": "SCMP_ACT_ERRNO",
    "syscalls": [{"names": ["setuid"], "action": "SCMP_ACT_ALLOW", "args":
      [{"index": 0, "value": 5, "op": "SCMP_CMP_LT"}]}]})");
  const Outcome outcome = RunOpponent(item->description);
  EXPECT_EQ(Judge(*item, outcome).failure, "");
  for (ArchPolicy& arch : item->policy.arches) {
    for (Range& range : arch.ranges) {
      for (Clause& clause : range.behavior.clauses) {
        clause.all_of[0].op = CompareOp::kLe;
      }
    }
  }
  // Wrong rules too, so that only libseccomp is left to tell.
  for (AbiRules& abi : item->rules.abis) {
    for (Rule& rule : abi.rules) rule.all_of[0].op = CompareOp::kLe;
  }
  item->ours = Assemble(Lower(BuildDecision(item->policy, Weights{})));
  const std::string failure = Judge(*item, outcome).failure;
  EXPECT_NE(failure.find("a difference outside the classes"),
            std::string::npos);
  EXPECT_NE(failure.find("nr 0x69 (setuid) args 0x5 "), std::string::npos)
      << failure;
}

TEST(JudgeTest, CatchesAWrongProgram) {
  const auto item = CaseOf(R"({"defaultAction": "SCMP_ACT_ERRNO",
    "syscalls": [{"names": ["setuid"], "action": "SCMP_ACT_ALLOW"}]})");
  const Outcome outcome = RunOpponent(item->description);
  EXPECT_EQ(Judge(*item, outcome).failure, "");
  for (Instruction& instruction : item->ours) {
    if (instruction.k == Allow().raw) instruction.k = Log().raw;
  }
  EXPECT_NE(Judge(*item, outcome).failure.find("our program is not its policy"),
            std::string::npos);
}

TEST(ShrinkTest, LeavesOnlyWhatMatters) {
  const auto item = CaseOf(R"({"defaultAction": "SCMP_ACT_ERRNO",
    "architectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"], "syscalls": [
      {"names": ["read"], "action": "SCMP_ACT_ALLOW"},
      {"names": ["write", "setgid", "open"], "action": "SCMP_ACT_ALLOW",
       "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"},
                {"index": 1, "value": 2, "op": "SCMP_CMP_EQ"}]}]})");
  const Profile small = Shrink(item->profile, [](const Profile& candidate) {
    return std::any_of(
        candidate.syscalls.begin(), candidate.syscalls.end(),
        [](const ProfileEntry& entry) {
          return std::any_of(
              entry.names.begin(), entry.names.end(),
              [](const auto& name) { return name.value == "setgid"; });
        });
  });
  EXPECT_TRUE(small.architectures.empty());
  ASSERT_EQ(small.syscalls.size(), 1u);
  ASSERT_EQ(small.syscalls[0].names.size(), 1u);
  EXPECT_EQ(small.syscalls[0].names[0].value, "setgid");
  EXPECT_TRUE(small.syscalls[0].args.empty());
}

TEST(GeneratorTest, IsAFunctionOfTheSeed) {
  EXPECT_EQ(GenerateProfile(7), GenerateProfile(7));
  EXPECT_NE(GenerateProfile(7), GenerateProfile(8));
}

}  // namespace
}  // namespace scbpf::differential
