// The warnings of docs/semantics.md sections 1 to 6 that look at a target:
// what is told, how loudly, and where the caret stands.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/compiler/shorthand.h"

namespace scbpf {
namespace {

struct Told {
  Severity severity;
  const char* id;
  const char* at;        // the text that is marked
  const char* fragment;  // of the message
};

struct Row {
  const char* why;
  std::string profile;
  std::function<void(Target&)> tweak;
  std::vector<Told> told;  // in order; nothing else is told
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.why; }

class WarningsTest : public testing::TestWithParam<Row> {};

TEST_P(WarningsTest, AreTold) {
  const Row& row = GetParam();
  Target target = PlainTarget();
  target.multiplex_chosen = true;
  target.int_args_chosen = true;
  if (row.tweak) row.tweak(target);
  Meaning meaning;
  ASSERT_NO_FATAL_FAILURE(FindMeaning(row.profile, target, meaning));
  const Diagnostics& findings = meaning.findings;
  std::string all;
  for (const Diagnostic& d : findings) all += d.id + ": " + d.text + "\n";
  ASSERT_EQ(findings.size(), row.told.size()) << all;
  for (size_t i = 0; i < findings.size(); ++i) {
    const Told& told = row.told[i];
    EXPECT_EQ(findings[i].severity, told.severity) << all;
    EXPECT_EQ(findings[i].id, told.id) << all;
    EXPECT_EQ(meaning.text.substr(findings[i].at.offset, findings[i].at.length),
              told.at)
        << all;
    EXPECT_THAT(findings[i].text, testing::HasSubstr(told.fragment));
  }
}

constexpr Severity kError = Severity::kError;
constexpr Severity kWarning = Severity::kWarning;
constexpr Severity kNote = Severity::kNote;

void ChooseMultiplex(Target& target) { target.multiplex_chosen = false; }
void ChooseIntArgs(Target& target) { target.int_args_chosen = false; }
void Enosys(Target& target) {
  target.unknown_syscalls = UnknownSyscalls::kEnosys;
}

// Two entries, the second one chosen by a capability.
std::string Beside(const std::string& first, const std::string& second) {
  return R"({"defaultAction": "SCMP_ACT_KILL_PROCESS", "syscalls": [{)" +
         first + "}, {" + second +
         R"(, "includes": {"caps": ["CAP_CHOWN"]}}]})";
}

INSTANTIATE_TEST_SUITE_P(
    Names, WarningsTest,
    testing::ValuesIn<Row>({
        {"nothing to say", "E1 @x86,x32; read A; socket A[0<38]", {}, {}},
        {"a name that no kernel knows",
         "E1; raed A",
         {},
         {{kWarning, "unknown-syscall", "\"raed\"", "did you mean \"read\"?"}}},
        {"nothing near",
         "E1; qqqqqqqqq A",
         {},
         {{kWarning, "unknown-syscall", "\"qqqqqqqqq\"",
           "as runc and crun do"}}},
        {"on no selected ABI",
         "E1; waitpid A",
         {},
         {{kNote, "syscall-not-on-abi", "\"waitpid\"",
           "does not exist on x86_64"}}},
        {"on one of them", "E1 @x86; waitpid,arch_prctl A", {}, {}},
        {"reached by a multiplexer", "E1 @x86; recv A", {}, {}},
        {"an ABI without a table",
         "E1 @aarch64; read A",
         {},
         {{kNote, "abi-not-compiled", "\"SCMP_ARCH_AARCH64\"",
           "cannot occur on a kernel whose native ABI is x86_64"}}},
        {"an ABI of the other endianness",
         "E1 @s390x; read A",
         {},
         {{kError, "foreign-endianness", "\"SCMP_ARCH_S390X\"",
           "s390x is big-endian"}}},
        {"a native ABI without a table",
         "E1; read A",
         [](Target& target) { target.native = "aarch64"; },
         {{kError, "unknown-abi", "",
           "cannot compile for the ABI \"aarch64\""}}},
        {"--archs with one",
         "E1; read A",
         [](Target& target) {
           target.abis = {{"x86_64", "arm"}};
         },
         {{kError, "unknown-abi", "", "\"arm\""}}},
        {"--archs makes the list idle",
         "E1 @s390x; read A",
         [](Target& target) { target.abis = {{"x86_64"}}; },
         {}},
    }));

// Rules without effect, rules that clash, rules that are dropped.
const Row kRuleRows[] = {
#include "tests/compiler/warnings_rows.inc"
};

INSTANTIATE_TEST_SUITE_P(Rules, WarningsTest, testing::ValuesIn(kRuleRows));

INSTANTIATE_TEST_SUITE_P(
    Arguments, WarningsTest,
    testing::ValuesIn<Row>({
        {"too wide for 32 bits",
         "E1 @x86,x32; ioctl A[1==0x100000028]",
         {},
         {{kWarning, "wide-value", "4294967336",
           "0x100000028 does not fit in 32 bits: on x86 and x32 its low half "
           "0x28 is compared"}}},
        {"64 bits alone", "E1; ioctl A[1==0x100000028]", {}, {}},
        {"a mask of high bits alone",
         "E1 @x86,x32; personality A[0&0x100000000==0x100000000]",
         {},
         {{kWarning, "wide-value", "4294967296",
           "mask 0x100000000 does not fit in 32 bits: on x86 and x32 nothing "
           "is compared, every value passes"}}},
        {"valueTwo",
         "E1 @x86; ioctl A[1&0xff==0x100000001]",
         {},
         {{kWarning, "wide-value", "4294967297", "on x86 its low half 0x1"}}},
        {"a pointer",
         "E1; close,openat A[1==0]",
         {},
         {{kWarning, "pointer-argument", "1", "argument 1 of \"openat\""}}},
        {"an int compared whole: permitted on junk",
         "E1; socket A[0>40]",
         ChooseIntArgs,
         {{kWarning, "truncated-argument", "0",
           "0x100000028 passes although the kernel takes it for 40"}}},
        {"from a value on",
         "E1; socket A[0>=2]; bind A[0!=7]",
         ChooseIntArgs,
         {{kWarning, "truncated-argument", "0", "0x100000001 passes"},
          {kWarning, "truncated-argument", "0", "0x100000007 passes"}}},
        {"refused on junk",
         "E1; socket A[0==2]",
         ChooseIntArgs,
         {{kWarning, "truncated-argument", "0", "0x100000002 is refused"}}},
        {"a denial passed on junk",
         "A; socket E1[0<=2]; socket E1[0<40,1==3]",
         ChooseIntArgs,
         {{kWarning, "truncated-argument", "0", "0x100000002 passes"},
          {kWarning, "truncated-argument", "0", "0x100000027 passes"},
          {kWarning, "truncated-argument", "1", "0x100000003 passes"}}},
        {"junk that does no harm",
         "E1; socket A[0<=2]; bind A[0<2]; socket A[0&0xff==2]; mmap A[1==0]",
         ChooseIntArgs,
         {}},
        {"denials of too much do no harm",
         "A; socket E1[0>=2]; bind E1[0>2]; listen E1[0!=2]",
         ChooseIntArgs,
         {}},
        {"32-bit ABIs compare no junk",
         "E1; socket A[0==2]",
         [](Target& target) {
           target.int_args_chosen = false;
           target.abis = {{"x86", "x32"}};
         },
         {}},
        {"--int-args=kernel",
         "E1; socket A[0==2]",
         [](Target& target) {
           target.int_args_chosen = false;
           target.int_args = IntArgs::kKernel;
         },
         {}},
    }));

INSTANTIATE_TEST_SUITE_P(
    Multiplexing, WarningsTest,
    testing::ValuesIn<Row>({
        {"a condition on argument 0 is lost",
         "E1 @x86; socket A[0<38]",
         ChooseMultiplex,
         {{kWarning, "multiplexed-call", "\"socket\"",
           "reached through socketcall(1) too, where the answer is allow "
           "whatever its arguments"}}},
        {"others look elsewhere",
         "A @x86; socket E1[1==3]",
         ChooseMultiplex,
         {{kWarning, "multiplexed-call", "\"socket\"",
           "look at other values than the call's arguments"}}},
        {"the version bits of ipc",
         "A @x86; msgctl E1",
         ChooseMultiplex,
         {{kWarning, "multiplexed-call", "\"msgctl\"", "ipc(0x1000e)"}}},
        {"both",
         "A @x86; msgctl E1[1==3]",
         ChooseMultiplex,
         {{kWarning, "multiplexed-call", "\"msgctl\"",
           "look at other values than the call's arguments"},
          {kWarning, "multiplexed-call", "\"msgctl\"",
           "of whose argument 0 the kernel reads 16 bits: ipc(0x1000e)"}}},
        {"the version bits under strict",
         "A @x86; msgctl E1[1==3]; bind E1[2==40]",
         [](Target& target) { target.multiplex = Multiplex::kStrict; },
         {{kWarning, "multiplexed-call", "\"msgctl\"",
           "a denial of \"ipc\" with argument 0 & 0xffff == 14"}}},
        {"which closes that way",
         "A @x86; msgctl E1; ipc E1[0&0xffff==14]",
         [](Target& target) { target.multiplex = Multiplex::kStrict; },
         {}},
        {"the version bits where all is chosen", "A @x86; msgctl E1", {}, {}},
        {"a denial beside the multiplexer",
         "E1 @x86; socketcall A; socket E38",
         ChooseMultiplex,
         {{kWarning, "multiplexed-call", "\"socket\"",
           "where the answer is allow past this rule"}}},
        {"not where the default denies",
         "E1 @x86; msgctl K; bind A",
         ChooseMultiplex,
         {{kWarning, "multiplexed-call", "\"msgctl\"", "ipc(0x1000e)"}}},
        {"socketcall denied as a whole",
         "E1 @x86; socket A[0<38]; "
         "socketcall E38",
         ChooseMultiplex,
         {}},
        {"no multiplexer there",
         "E1 @x32; socket A[0<38]",
         ChooseMultiplex,
         {}},
        {"strict",
         "E1 @x86; socket A[0<38]",
         [](Target& target) {
           target.multiplex = Multiplex::kStrict;
           target.multiplex_chosen = false;
         },
         {}},
    }));

INSTANTIATE_TEST_SUITE_P(
    Unknown, WarningsTest,
    testing::ValuesIn<Row>({
        {"a permissive default",
         "A; read E1",
         Enosys,
         {{kNote, "enosys-without-effect", "\"SCMP_ACT_ALLOW\"",
           "the default action is allow"}}},
        {"an ABI without names",
         "E1 @x86; waitpid A",
         Enosys,
         {{kNote, "enosys-without-border", "\"SCMP_ACT_ERRNO\"", "x86_64"}}},
        {"a border", "E1; write A", Enosys, {}},
    }));

// ARM has no table yet; what Resolve would make of set_tls there.
TEST(WarningsTest, PrivateCallsPushTheBorderOutOfReach) {
  Target target = PlainTarget();
  Enosys(target);
  Meaning meaning;
  ASSERT_NO_FATAL_FAILURE(FindMeaning("E1; write A", target, meaning));
  AbiRules& abi = meaning.rules.abis[0];
  abi.abi = FindAbiById("arm");
  abi.rules[0].nr = 0xf0005;
  abi.border = 0xf0005;
  Diagnostics findings;
  WarnOfRules(meaning.profile, meaning.rules, target, findings);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].id, "enosys-out-of-reach");
  EXPECT_EQ(findings[0].at, abi.rules[0].origin);
  EXPECT_THAT(findings[0].text, testing::HasSubstr("983045"));
}

// Each kind of multiplexed-call advises what helps against it.
TEST(WarningsTest, MultiplexedCallsFoldByKind) {
  const auto folded = [](std::string_view shorthand) {
    Target target = PlainTarget();
    target.int_args_chosen = true;
    Meaning meaning;
    FindMeaning(shorthand, target, meaning);
    return meaning.findings.empty() ? "" : meaning.findings[0].folded;
  };
  EXPECT_THAT(folded("E1 @x86; bind A[0==2]"),
              testing::HasSubstr("--multiplex=strict or none closes"));
  EXPECT_THAT(folded("A @x86; bind E1[2==40]"),
              testing::AllOf(testing::HasSubstr("--multiplex=strict denies"),
                             testing::Not(testing::HasSubstr("none"))));
  EXPECT_THAT(folded("A @x86; msgget E13"),
              testing::HasSubstr("no --multiplex closes that way, denials of "
                                 "\"ipc\" with argument 0 & 0xffff == call"));
  EXPECT_THAT(folded("E1 @x86; socketcall A; socket K"),
              testing::HasSubstr("no --multiplex closes that way"));
}

// Warnings that the user silences by a choice fold into one line.
TEST(WarningsTest, ChoicesFold) {
  Meaning meaning;
  ASSERT_NO_FATAL_FAILURE(
      FindMeaning("E1 @x86; socket A[0==2]", PlainTarget(), meaning));
  ASSERT_EQ(meaning.findings.size(), 2u);
  EXPECT_THAT(meaning.findings[0].folded, testing::HasSubstr("--multiplex="));
  EXPECT_THAT(meaning.findings[1].folded, testing::HasSubstr("--int-args="));
}

}  // namespace
}  // namespace scbpf
