// The shape of policies: canonical ranges, clauses in their order, nothing
// that cannot matter; and that size is no trouble.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "scbpf/policy.h"
#include "tests/compiler/shorthand.h"

namespace scbpf {
namespace {

constexpr uint64_t kAll = ~uint64_t{0};

Policy PolicyOf(std::string_view shorthand, const Target& target) {
  Meaning meaning;
  FindMeaning(shorthand, target, meaning);
  return meaning.policy;
}

Behavior Plain(ReturnValue value) { return {{}, value}; }

TEST(BuildPolicyTest, NeighboursDifferAndAllNumbersAreCovered) {
  const Policy policy =
      PolicyOf("E1; read,write A; close,fstat A", PlainTarget());
  const ArchPolicy expected = {0xc000003e,
                               {{0, Plain(Allow())},
                                {2, Plain(Errno(1))},
                                {3, Plain(Allow())},
                                {4, Plain(Errno(1))},
                                {5, Plain(Allow())},
                                {6, Plain(Errno(1))},
                                {0x40000000, Plain(KillThread())},
                                {0xffffffff, Plain(Errno(1))}}};
  EXPECT_EQ(policy, (Policy{{expected}, KillThread()}));
}

TEST(BuildPolicyTest, TokensAscendAndX32SharesOne) {
  const Policy policy = PolicyOf("A @x32,x86; write E1", PlainTarget());
  ASSERT_EQ(policy.arches.size(), 2u);
  EXPECT_EQ(policy.arches[0].audit_arch, 0x40000003u);
  EXPECT_EQ(policy.arches[1], (ArchPolicy{0xc000003e,
                                          {{0, Plain(Allow())},
                                           {1, Plain(Errno(1))},
                                           {2, Plain(Allow())},
                                           {0x40000001, Plain(Errno(1))},
                                           {0x40000002, Plain(Allow())}}}));
}

TEST(BuildPolicyTest, TheOrderOfAbisNeverMatters) {
  EXPECT_EQ(PolicyOf("A @x32,x86; write E1", PlainTarget()),
            PolicyOf("A @x86,x32; write E1", PlainTarget()));
}

TEST(BuildPolicyTest, BadArchMayEqualTheDefault) {
  Target target = PlainTarget();
  target.bad_arch = Errno(1);
  EXPECT_EQ(PolicyOf("E1; read A", target).arches[0].ranges,
            (std::vector<Range>{{0, Plain(Allow())}, {1, Plain(Errno(1))}}));
}

TEST(BuildPolicyTest, ClausesStandMostRestrictiveFirstEachOnce) {
  const Policy policy = PolicyOf(
      "E1; write A[0==1]; write K[2==3,1==2]; write A[0==1]; "
      "write E5[0==4]; write E6[0==4]; write L[0==1]; write A[5&0xf==0x11]",
      PlainTarget());
  const Behavior expected = {
      {{{{1, CompareOp::kEq, 2, kAll}, {2, CompareOp::kEq, 3, kAll}},
        KillThread()},
       {{{0, CompareOp::kEq, 4, kAll}}, Errno(5)},
       {{{0, CompareOp::kEq, 1, kAll}}, Log()},
       {{{5, CompareOp::kEq, 1, 0xf}}, Allow()}},
      Errno(1)};
  EXPECT_EQ(FindRange(policy.arches[0], 1).behavior, expected);
}

TEST(BuildPolicyTest, NeighboursWithEqualClausesAreOneRange) {
  // chown and fchown are 92 and 93; the order of conditions is no difference.
  const Policy policy =
      PolicyOf("E1; chown A[1==0,2==0]; fchown A[2==0,1==0]", PlainTarget());
  EXPECT_EQ(&FindRange(policy.arches[0], 92), &FindRange(policy.arches[0], 93));
}

TEST(BuildPolicyTest, LastClausesThatAnswerTheDefaultAreDropped) {
  Meaning meaning;
  ASSERT_NO_FATAL_FAILURE(
      FindMeaning("A; read E1[0==1]; read E2[0==2]", PlainTarget(), meaning));
  meaning.rules.default_action = Errno(2);
  EXPECT_EQ(FindRange(BuildPolicy(meaning.rules).arches[0], 0).behavior,
            (Behavior{{{{{0, CompareOp::kEq, 1, kAll}}, Errno(1)}}, Errno(2)}));
}

// Ten thousand conditions on one syscall: a step of quadratic time would take
// this test past its limit many times over.
TEST(BuildPolicyTest, ManyConditionsOnOneSyscall) {
  std::string text = "E1 @x86,x32";
  for (int i = 0; i < 10'000; ++i) {
    absl::StrAppend(&text, "; ioctl ", i % 2 == 0 ? "A" : "E5", "[1==", i * 7,
                    "]");
  }
  Target target = PlainTarget();
  target.int_args_chosen = true;
  Meaning meaning;
  ASSERT_NO_FATAL_FAILURE(FindMeaning(text, target, meaning));
  EXPECT_TRUE(meaning.findings.empty());
  const Behavior& behavior = FindRange(meaning.policy.arches[1], 16).behavior;
  EXPECT_EQ(behavior.clauses.size(), 10'000u);
  EXPECT_EQ(behavior.clauses[0].result, Errno(5));
  EXPECT_EQ(Evaluate(meaning.policy, MakeCall("x86_64", "ioctl", {0, 14})),
            Allow());
}

TEST(FormatPolicyTest, RangesByNameAndClausesInWords) {
  EXPECT_EQ(FormatPolicy(PolicyOf("E1; read,write A; clone A[0&0x7e020000==0]",
                                  PlainTarget())),
            R"(AUDIT_ARCH_X86_64 (0xc000003e)
  0..1                    read..write                     allow
  2..55                   open..getsockopt                errno(EPERM)
  56                      clone
    clone_flags & (CLONE_NEWCGROUP|CLONE_NEWIPC|CLONE_NEWNET|CLONE_NEWNS|CLONE_NEWPID|CLONE_NEWUSER|CLONE_NEWUTS) == 0 -> allow
    otherwise -> errno(EPERM)
  57..0x3fffffff          fork..                          errno(EPERM)
  0x40000000..0xfffffffe  x32 read..                      kill_thread
  0xffffffff                                              errno(EPERM)
every other token
  kill_thread
)");
}

TEST(FormatRulesTest, EntriesKeptAndDroppedWithTheirLines) {
  const std::string text = R"({"defaultAction": "SCMP_ACT_ERRNO",
"archMap": [{"architecture": "SCMP_ARCH_X86_64",
             "subArchitectures": ["SCMP_ARCH_X86"]}],
"syscalls": [
  {"names": ["read"], "action": "SCMP_ACT_ALLOW",
   "excludes": {"caps": ["CAP_CHOWN"]}},
  {"names": ["read"], "action": "SCMP_ACT_ALLOW",
   "includes": {"caps": ["CAP_BPF"]}},
  {"names": ["read"], "action": "SCMP_ACT_ALLOW",
   "includes": {"minKernel": "5.16"}},
  {"names": ["read"], "action": "SCMP_ACT_ALLOW",
   "excludes": {"minKernel": "4.8"}},
  {"names": ["read"], "action": "SCMP_ACT_ALLOW",
   "includes": {"arches": ["arm64"]}},
  {"names": ["read"], "action": "SCMP_ACT_ALLOW",
   "excludes": {"arches": ["amd64"]}},
  {"names": ["read"], "action": "SCMP_ACT_ERRNO"},
  {"names": ["listen"], "action": "SCMP_ACT_ALLOW",
   "args": [{"index": 1, "value": 5, "op": "SCMP_CMP_LE"}]}
]})";
  Meaning meaning;
  ASSERT_NO_FATAL_FAILURE(FindMeaning(text, PlainTarget(), meaning));
  EXPECT_TRUE(meaning.rules.kernel_decided);
  EXPECT_TRUE(meaning.rules.capabilities_decided);
  EXPECT_EQ(FormatRules(meaning.text, meaning.profile, meaning.rules),
            R"(default -> errno(EPERM)
other ABIs -> kill_thread
line 5: dropped (excludes.caps: CAP_CHOWN is held)
line 7: dropped (includes.caps: CAP_BPF is not held)
line 9: dropped (includes.minKernel: 5.16 is newer than 5.15)
line 11: dropped (excludes.minKernel: 5.15 is not older than 4.8)
line 13: dropped (includes.arches: amd64 is not among them)
line 15: dropped (excludes.arches: amd64 is the native ABI)
line 17: dropped (answers the same as the default action)
line 18: kept
  x86_64 listen: backlog <= 5 -> allow
  x86 listen: backlog <= 5 -> allow
  x86 socketcall (as listen): call == 4 && args <= 5 -> allow
)");
}

}  // namespace
}  // namespace scbpf
