// One example of each class of docs/semantics.md section 7, with the exact
// answers of both sides.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "arch/abi.h"
#include "bpf/simulate.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"
#include "tests/differential/judge.h"

namespace scbpf::differential {
namespace {

// What libseccomp's filters of level 1 and 2 answer, or why there is none.
struct Theirs {
  std::string level1;
  std::string level2;
};

struct ClassRow {
  const char* name;
  DefectClass which;
  const char* architectures;
  const char* entries;
  // The call, and what each side answers to it.
  const char* abi;
  const char* syscall;
  std::array<uint64_t, 6> args;
  const char* ours;
  Theirs theirs;
};

// Entries: ALLOW of a name with conditions.
#define ENTRY(name, action, args)                              \
  "{\"names\": [\"" name "\"], \"action\": \"SCMP_ACT_" action \
  "\", \"args\": [" args "]}"
#define ARG(index, op, value)                       \
  "{\"index\": " #index ", \"op\": \"SCMP_CMP_" #op \
  "\", "                                            \
  "\"value\": " #value "}"
#define MASKED(index, mask, two)       \
  "{\"index\": " #index                \
  ", \"op\": \"SCMP_CMP_MASKED_EQ\", " \
  "\"value\": " #mask ", \"valueTwo\": " #two "}"

const ClassRow kRows[] = {
    {"a_too_narrow",
     DefectClass::kA,
     "",
     ENTRY("setgid", "ALLOW", ARG(0, LT, 5)) "," ENTRY("setgid", "ALLOW",
                                                       ARG(0, LT, 8589934593)),
     "x86_64",
     "setgid",
     {5},
     "allow",
     {"errno(EPERM)", "errno(EPERM)"}},
    {"a_too_wide",
     DefectClass::kA,
     "",
     ENTRY("setgid", "ALLOW", ARG(0, GE, 8589934592)) "," ENTRY(
         "setgid", "ALLOW", ARG(0, LE, 4294967296)),
     "x86_64",
     "setgid",
     {0x1ffffffff},
     "errno(EPERM)",
     {"allow", "allow"}},
    {"b_lost_rule",
     DefectClass::kB,
     "",
     ENTRY("setgid", "ALLOW", ARG(1, EQ, 3)) "," ENTRY(
         "setgid", "ALLOW", ARG(1, NE, 3) "," MASKED(0, 1, 1)),
     "x86_64",
     "setgid",
     {1, 0},
     "allow",
     {"errno(EPERM)", "errno(EPERM)"}},
    {"b_too_wide",
     DefectClass::kB,
     "",
     ENTRY("setgid", "ALLOW", ARG(0, EQ, 1)) "," ENTRY(
         "setgid", "ALLOW", ARG(0, NE, 3) "," ARG(1, EQ, 3)),
     "x86_64",
     "setgid",
     {0, 1},
     "errno(EPERM)",
     {"allow", "allow"}},
    {"b_lost_to_not_equal",
     DefectClass::kB,
     "",
     ENTRY("setgid", "ALLOW", ARG(0, EQ, 3) "," ARG(2, EQ, 1)) "," ENTRY(
         "setgid", "ALLOW", ARG(2, NE, 1)),
     "x86_64",
     "setgid",
     {3, 0, 1},
     "allow",
     {"errno(EPERM)", "errno(EPERM)"}},
    {"b_endless",
     DefectClass::kB,
     "",
     ENTRY("setgid", "ALLOW", ARG(0, NE, 2) "," ARG(1, EQ, 0)) "," ENTRY(
         "setgid", "ALLOW",
         ARG(0, NE, 1) "," ARG(1, NE, 1)) "," ENTRY("setgid", "ALLOW",
                                                    ARG(0, NE, 1) "," ARG(1, NE,
                                                                          2)),
     "x86_64",
     "setgid",
     {0, 1},
     "allow",
     {"hung", "hung"}},
    {"b_endless_on_a_call_without_a_number",
     DefectClass::kB,
     "",
     ENTRY("stime", "ALLOW", ARG(1, EQ, 1) "," ARG(0, LE, 0)) "," ENTRY(
         "stime", "ALLOW", ARG(2, NE, 2) "," ARG(0, LE, 0)),
     "x86_64",
     "setgid",
     {},
     "errno(EPERM)",
     {"hung", "hung"}},
    {"c_shared_block",
     DefectClass::kC,
     "",
     ENTRY("setgid", "ALLOW", ARG(0, EQ, 1) "," ARG(1, EQ, 2)) "," ENTRY(
         "setgid", "ALLOW",
         ARG(0, EQ, 0)) "," ENTRY("setuid", "ALLOW",
                                  ARG(0, EQ, 3)) "," ENTRY("setuid", "ALLOW",
                                                           ARG(0, EQ, 0)),
     "x86_64",
     "setgid",
     {1, 0},
     "errno(EPERM)",
     {"errno(EPERM)", "allow"}},
    {"c_shared_wide_block",
     DefectClass::kC,
     "",
     ENTRY("setgid", "ALLOW", ARG(2, EQ, 8589934592)) "," ENTRY(
         "setgid", "ALLOW",
         ARG(2, LT,
             8589934592)) "," ENTRY("setuid", "ALLOW",
                                    ARG(2, LT,
                                        8589934592)) "," ENTRY("setuid",
                                                               "ALLOW",
                                                               ARG(2, LE,
                                                                   4294967299)),
     "x86_64",
     "setgid",
     {0, 0, 0x200000001},
     "errno(EPERM)",
     {"allow", "allow"}},
    {"d_x86_accept",
     DefectClass::kD,
     "\"SCMP_ARCH_X86\"",
     ENTRY("setgid", "ALLOW", ARG(0, EQ, 1)) "," ENTRY("accept", "ALLOW", ""),
     "x86",
     "setgid",
     {1},
     "allow",
     {"errno(EPERM)", "allow"}},
    {"d_x86_accept_twin",
     DefectClass::kD,
     "\"SCMP_ARCH_X86\"",
     ENTRY("setgid", "ALLOW", ARG(0, EQ, 1)) "," ENTRY("accept", "ALLOW", ""),
     "x86",
     "socketcall",
     {5},
     "allow",
     {"errno(EPERM)", "allow"}},
    {"d_x32_waitpid",
     DefectClass::kD,
     "\"SCMP_ARCH_X32\"",
     ENTRY("setgid", "ALLOW", ARG(0, EQ, 1)) "," ENTRY("waitpid", "ALLOW", ""),
     "x32",
     "setgid",
     {1},
     "allow",
     {"errno(EPERM)", "allow"}},
    {"d_x32_waitpid_on_x86_64",
     DefectClass::kD,
     "\"SCMP_ARCH_X32\"",
     ENTRY("setgid", "ALLOW", ARG(0, EQ, 1)) "," ENTRY("waitpid", "ALLOW", ""),
     "x86_64",
     "setgid",
     {1},
     "allow",
     {"errno(EPERM)", "allow"}},
    {"e_the_first_rule_wins_there",
     DefectClass::kE,
     "",
     ENTRY("setgid", "ALLOW", ARG(1, EQ, 2)) "," ENTRY("setgid", "LOG",
                                                       ARG(0, EQ, 2)),
     "x86_64",
     "setgid",
     {2, 2},
     "log",
     {"allow", "allow"}},
    {"e_a_shorter_rule_takes_the_longer",
     DefectClass::kE,
     "",
     ENTRY("setgid", "ALLOW", ARG(0, EQ, 2)) "," ENTRY(
         "setgid", "LOG", ARG(0, EQ, 2) "," ARG(1, EQ, 1)),
     "x86_64",
     "setgid",
     {2, 1},
     "log",
     {"allow", "allow"}},
    {"e_identical_tests",
     DefectClass::kE,
     "",
     ENTRY("setgid", "ALLOW", ARG(0, EQ, 1)) "," ENTRY("setgid", "LOG",
                                                       ARG(0, EQ, 1)),
     "x86_64",
     "setgid",
     {1},
     "log",
     {"refused: EEXIST", "refused: EEXIST"}},
    {"e_longer_before_shorter",
     DefectClass::kE,
     "",
     ENTRY("setgid", "LOG", ARG(0, EQ, 2) "," ARG(1, EQ, 1)) "," ENTRY(
         "setgid", "ALLOW", ARG(0, EQ, 2)),
     "x86_64",
     "setgid",
     {2, 1},
     "log",
     {"refused: EEXIST", "refused: EEXIST"}},
    {"e_same_high_words",
     DefectClass::kE,
     "",
     ENTRY("setgid", "ALLOW", ARG(0, GT, 5) "," ARG(1, EQ, 1)) "," ENTRY(
         "setgid", "LOG", ARG(0, GT, 2)),
     "x86_64",
     "setgid",
     {6, 1},
     "log",
     {"refused: EEXIST", "refused: EEXIST"}},
    {"e_not_the_first_that_clashes",
     DefectClass::kE,
     "",
     ENTRY("setgid", "LOG", ARG(0, LE, 9)) "," ENTRY(
         "setgid", "TRAP", ARG(0, EQ, 5)) "," ENTRY("setgid", "ALLOW",
                                                    ARG(0, EQ, 5)),
     "x86_64",
     "setgid",
     {5},
     "trap",
     {"refused: EEXIST", "refused: EEXIST"}},
    {"e_before_a_rule_that_decides_alone",
     DefectClass::kE,
     "",
     ENTRY("setgid", "LOG", ARG(0, EQ, 5)) "," ENTRY(
         "setgid", "TRAP", ARG(0, EQ, 5)) "," ENTRY("setgid", "ALLOW", ""),
     "x86_64",
     "setgid",
     {5},
     "allow",
     {"refused: EEXIST", "refused: EEXIST"}},
    {"e_a_call_without_a_number",
     DefectClass::kE,
     "",
     ENTRY("waitpid", "ALLOW", ARG(0, EQ, 5)) "," ENTRY("waitpid", "LOG",
                                                        ARG(0, EQ, 5)),
     "x86_64",
     "setgid",
     {},
     "errno(EPERM)",
     {"refused: EEXIST", "refused: EEXIST"}},
};

class ClassRowTest : public testing::TestWithParam<ClassRow> {};

TEST_P(ClassRowTest, BothSidesAnswer) {
  const ClassRow& row = GetParam();
  const std::string text = absl::StrCat(
      "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"architectures\": [",
      row.architectures, "], \"syscalls\": [", row.entries, "]}");
  std::string error;
  const std::unique_ptr<Case> item = MakeCase(text, DefaultTarget(), error);
  ASSERT_NE(item, nullptr) << error;
  const Abi& abi = *FindAbiById(row.abi);
  const Call call{*NumberOf(abi, row.syscall), abi.audit_value, 0, row.args};

  EXPECT_EQ(FormatReturnValue(Evaluate(item->policy, call)), row.ours);
  EXPECT_EQ(FormatReturnValue(Simulate(item->ours, call)), row.ours);
  const Outcome outcome = RunOpponent(item->description);
  const auto theirs = [&](size_t level) {
    return outcome.kind == Outcome::Kind::kProgram
               ? FormatReturnValue(Simulate(outcome.levels[level], call))
               : DescribeOutcome(outcome);
  };
  EXPECT_EQ(theirs(0), row.theirs.level1);
  EXPECT_EQ(theirs(1), row.theirs.level2);

  // What libseccomp refuses is told.
  Diagnostics findings;
  WarnOfRules(item->profile, item->rules, item->target, findings);
  const bool told =
      std::any_of(findings.begin(), findings.end(), [](const Diagnostic& each) {
        return each.text.find("(EEXIST)") != std::string::npos;
      });
  EXPECT_EQ(told, row.theirs.level1 == "refused: EEXIST");

  const Verdict verdict = Judge(*item, outcome);
  EXPECT_TRUE(verdict.failure.empty()) << verdict.failure;
  EXPECT_FALSE(verdict.unforetold_refusal);
  for (size_t level = 0; level < 2; ++level) {
    const bool differs = theirs(level) != row.ours;
    EXPECT_EQ(verdict.differs[level].Has(row.which), differs) << level + 1;
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, ClassRowTest, testing::ValuesIn(kRows),
                         [](const testing::TestParamInfo<ClassRow>& tested) {
                           return std::string(tested.param.name);
                         });

}  // namespace
}  // namespace scbpf::differential
