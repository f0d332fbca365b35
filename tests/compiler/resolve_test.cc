// What profiles answer: each statement of docs/semantics.md sections 2 to 6 a
// row, through Evaluate(Policy, call).
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "scbpf/policy.h"
#include "tests/compiler/shorthand.h"

namespace scbpf {
namespace {

constexpr ReturnValue kA = Allow();
constexpr ReturnValue kE1 = Errno(1);
constexpr ReturnValue kEnosys = Errno(38);
constexpr ReturnValue kBad = KillThread();
using Tweak = std::function<void(Target&)>;

struct Answer {
  const char* abi;
  const char* call;
  std::vector<uint64_t> args;
  ReturnValue expected;
};

struct Row {
  const char* why;
  std::string profile;
  Tweak tweak;
  std::vector<Answer> answers;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.why; }

class ResolveTest : public testing::TestWithParam<Row> {};

TEST_P(ResolveTest, Answers) {
  const Row& row = GetParam();
  Target target = PlainTarget();
  if (row.tweak) row.tweak(target);
  Meaning meaning;
  ASSERT_NO_FATAL_FAILURE(FindMeaning(row.profile, target, meaning));
  for (const Answer& answer : row.answers) {
    const Call call = MakeCall(answer.abi, answer.call, answer.args);
    EXPECT_EQ(Evaluate(meaning.policy, call).raw, answer.expected.raw)
        << row.why << ": " << answer.abi << " " << answer.call << " "
        << testing::PrintToString(answer.args);
  }
}

const Tweak kNone;
Tweak Archs(std::vector<std::string> abis) {
  return [=](Target& t) { t.abis = abis; };
}
Tweak EnosysTo(std::optional<KernelVersion> kernel = {}) {
  return [=](Target& t) {
    t.unknown_syscalls = UnknownSyscalls::kEnosys;
    t.unknown_syscalls_kernel = kernel;
  };
}
Tweak Caps(std::set<std::string> capabilities) {
  return [=](Target& t) { t.capabilities = capabilities; };
}
Tweak Kernel(int major, int minor) {
  return [=](Target& t) { t.kernel = {major, minor}; };
}

// A Docker entry that allows chown under `filters`; the default is EPERM.
std::string Filtered(const std::string& filters) {
  return R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
    {"names": ["chown"], "action": "SCMP_ACT_ALLOW", )" +
         filters + "}]}";
}

const std::string kArchMap = R"({"defaultAction": "SCMP_ACT_ALLOW",
  "archMap": [
    {"architecture": "SCMP_ARCH_S390X", "subArchitectures": ["SCMP_ARCH_S390"]},
    {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]},
    {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X32"]}
  ], "syscalls": [{"names": ["ptrace"], "action": "SCMP_ACT_ERRNO"}]})";

INSTANTIATE_TEST_SUITE_P(
    Section2Abis, ResolveTest,
    testing::ValuesIn<Row>({
        {"the native ABI alone where none is listed",
         "A; ptrace E1",
         kNone,
         {{"x86_64", "ptrace", {}, kE1},
          {"x86_64", "read", {}, kA},
          {"x86", "ptrace", {}, kBad},
          {"x32", "ptrace", {}, kBad}}},
        {"the native ABI beside those listed",
         "A @x86; ptrace E1",
         kNone,
         {{"x86_64", "ptrace", {}, kE1},
          {"x86", "ptrace", {}, kE1},
          {"x32", "ptrace", {}, kBad}}},
        {"x32 has numbers of its own",
         "A @x32; ptrace E1",
         kNone,
         {{"x32", "ptrace", {}, kE1},
          {"x32", "0x40000209", {}, kE1},  // 521
          {"x32", "0x40000065", {}, kA},   // 101, ptrace on x86_64
          {"x86_64", "101", {}, kE1},
          {"x86_64", "521", {}, kA}}},
        {"another native ABI",
         "A; ptrace E1",
         [](Target& to) { to.native = "x86"; },
         {{"x86", "ptrace", {}, kE1}, {"x86_64", "ptrace", {}, kBad}}},
        {"the first archMap row of the native ABI",
         kArchMap,
         kNone,
         {{"x86", "ptrace", {}, kE1}, {"x32", "ptrace", {}, kBad}}},
        {"no archMap row: native alone",
         kArchMap,
         [](Target& to) { to.native = "x86"; },
         {{"x86", "ptrace", {}, kE1}, {"x86_64", "ptrace", {}, kBad}}},
        {"--archs replaces the list and the native ABI",
         "A @x32; syslog E1",
         Archs({"x86"}),
         {{"x86", "syslog", {}, kE1},
          {"x86", "0xffffffff", {}, kA},
          {"x86_64", "103", {}, kBad},
          {"x32", "syslog", {}, kBad}}},
        {"an ABI without a table gets bad-arch",
         "A @aarch64; ptrace E1",
         kNone,
         {{"aarch64", "117", {}, kBad}, {"x86_64", "ptrace", {}, kE1}}},
        {"--bad-arch",
         "A; ptrace E1",
         [](Target& to) { to.bad_arch = Errno(9); },
         {{"x86", "read", {}, Errno(9)}, {"x32", "read", {}, Errno(9)}}},
    }));

INSTANTIATE_TEST_SUITE_P(
    Section2Entries, ResolveTest,
    testing::ValuesIn<Row>({
        {"excludes.arches",
         Filtered(R"("excludes": {"arches": ["amd64"]})"),
         kNone,
         {{"x86_64", "chown", {}, kE1}}},
        {"excludes.arches of another",
         Filtered(R"("excludes": {"arches": ["x86"]})"),
         kNone,
         {{"x86_64", "chown", {}, kA}}},
        {"excludes.arches by native x86",
         Filtered(R"("excludes": {"arches": ["x86"]})"),
         [](Target& to) { to.native = "x86"; },
         {{"x86", "chown", {}, kE1}}},
        {"includes.arches",
         Filtered(R"("includes": {"arches": ["x32", "amd64"]})"),
         kNone,
         {{"x86_64", "chown", {}, kA}}},
        {"includes.arches of another",
         Filtered(R"("includes": {"arches": ["x32"]})"),
         kNone,
         {{"x86_64", "chown", {}, kE1}}},
        {"any of excludes.caps",
         Filtered(R"("excludes": {"caps": ["CAP_BPF", "CAP_CHOWN"]})"),
         Caps({"CAP_CHOWN"}),
         {{"x86_64", "chown", {}, kE1}}},
        {"none of excludes.caps",
         Filtered(R"("excludes": {"caps": ["CAP_BPF", "CAP_CHOWN"]})"),
         Caps({}),
         {{"x86_64", "chown", {}, kA}}},
        {"one of includes.caps is not enough",
         Filtered(R"("includes": {"caps": ["CAP_BPF", "CAP_CHOWN"]})"),
         Caps({"CAP_CHOWN"}),
         {{"x86_64", "chown", {}, kE1}}},
        {"all of includes.caps",
         Filtered(R"("includes": {"caps": ["CAP_BPF", "CAP_CHOWN"]})"),
         Caps({"CAP_CHOWN", "CAP_BPF"}),
         {{"x86_64", "chown", {}, kA}}},
        {"Docker's capabilities are the default",
         Filtered(R"("includes": {"caps": ["CAP_AUDIT_WRITE"]})"),
         kNone,
         {{"x86_64", "chown", {}, kA}}},
        {"includes.minKernel, just new enough",
         Filtered(R"("includes": {"minKernel": "4.8"})"),
         Kernel(4, 8),
         {{"x86_64", "chown", {}, kA}}},
        {"includes.minKernel, too old",
         Filtered(R"("includes": {"minKernel": "4.8"})"),
         Kernel(4, 7),
         {{"x86_64", "chown", {}, kE1}}},
        {"minor versions are numbers",
         Filtered(R"("includes": {"minKernel": "4.8"})"),
         Kernel(4, 10),
         {{"x86_64", "chown", {}, kA}}},
        {"excludes.minKernel, older",
         Filtered(R"("excludes": {"minKernel": "4.8"})"),
         Kernel(3, 20),
         {{"x86_64", "chown", {}, kA}}},
        {"excludes.minKernel, not older",
         Filtered(R"("excludes": {"minKernel": "4.8"})"),
         Kernel(4, 8),
         {{"x86_64", "chown", {}, kE1}}},
        {"Podman has no minKernel",
         Filtered(R"("errno": "EPERM", "includes": {"minKernel": "9.0"})"),
         kNone,
         {{"x86_64", "chown", {}, kA}}},
        {"an entry equal to the default shadows nothing",
         "E1; read E1; read A; write E1",
         kNone,
         {{"x86_64", "read", {}, kA}, {"x86_64", "write", {}, kE1}}},
        {"equal means all 32 bits",
         "E1; read E2; read A",
         kNone,
         {{"x86_64", "read", {}, Errno(2)}}},
        {"nothing remains",
         "A; read A; wait3 E1",
         kNone,
         {{"x86_64", "read", {}, kA}, {"x86_64", "61", {}, kA}}},
        {"default data never reaches an entry",
         "R7; read E; write R",
         kNone,
         {{"x86_64", "read", {}, kE1},
          {"x86_64", "write", {}, Trace(1)},
          {"x86_64", "close", {}, Trace(7)}}},
        {"conditions on different arguments are ANDed",
         "E1; write A[0==1,2<=5]",
         kNone,
         {{"x86_64", "write", {1, 0, 5}, kA},
          {"x86_64", "write", {3, 0, 4}, kE1},
          {"x86_64", "write", {1, 0, 6}, kE1}}},
        {"an index twice: all are ORed",
         "E1; write A[0==1,0==2,2<=5]",
         kNone,
         {{"x86_64", "write", {3, 0, 4}, kA},
          {"x86_64", "write", {2, 0, 9}, kA},
          {"x86_64", "write", {1, 0, 9}, kA},
          {"x86_64", "write", {3, 0, 9}, kE1}}},
        {"--arg-semantics=and",
         "E1; write A[0>=1,0<=2,2<=5]",
         [](Target& to) { to.arg_semantics = ArgSemantics::kAnd; },
         {{"x86_64", "write", {2, 0, 4}, kA},
          {"x86_64", "write", {3, 0, 4}, kE1},
          {"x86_64", "write", {1, 0, 9}, kE1}}},
    }));

const Tweak kStrict = [](Target& to) { to.multiplex = Multiplex::kStrict; };
const Tweak kNoTwins = [](Target& to) { to.multiplex = Multiplex::kNone; };

INSTANTIATE_TEST_SUITE_P(
    Section3, ResolveTest,
    testing::ValuesIn<Row>({
        {"a twin replaces the condition on argument 0",
         "E1 @x86; socket A[0<38]",
         kNone,
         {{"x86", "socket", {2}, kA},
          {"x86", "socket", {40}, kE1},
          {"x86", "socketcall", {1}, kA},
          {"x86", "socketcall", {2}, kE1},
          {"x86_64", "socket", {40}, kE1}}},
        {"other conditions are kept as they are",
         "E1 @x86; socket A[0==2,2==6]",
         kNone,
         {{"x86", "socketcall", {1, 0, 6}, kA},
          {"x86", "socketcall", {1, 0, 7}, kE1},
          {"x86", "socket", {2, 0, 6}, kA}}},
        {"calls without a number of their own",
         "E1 @x86; accept,semop A",
         kNone,
         {{"x86", "socketcall", {5}, kA},
          {"x86", "ipc", {1}, kA},
          {"x86", "ipc", {2}, kE1}}},
        {"ipc",
         "E1 @x86; msgctl A[1==3]",
         kNone,
         {{"x86", "msgctl", {9, 3}, kA},
          {"x86", "ipc", {14, 3}, kA},
          {"x86", "ipc", {14, 4}, kE1},
          {"x86", "ipc", {0x1000e, 3}, kE1}}},
        {"strict: no twin of a conditional permission",
         "E1 @x86; socket A[0<38]; bind A",
         kStrict,
         {{"x86", "socketcall", {1}, kE1},
          {"x86", "socketcall", {2}, kA},
          {"x86", "socket", {2}, kA}}},
        {"strict: the twin of a conditional denial has no conditions",
         "A @x86; socket E97[0==40,2==9]",
         kStrict,
         {{"x86", "socketcall", {1, 0, 0}, Errno(97)},
          {"x86", "socketcall", {2}, kA},
          {"x86", "socket", {40, 0, 0}, kA}}},
        {"none",
         "E1 @x86; socket A[0<38]; bind A",
         kNoTwins,
         {{"x86", "socketcall", {1}, kE1},
          {"x86", "socketcall", {2}, kE1},
          {"x86", "bind", {}, kA}}},
        {"an explicit rule on the multiplexer decides alone",
         "E1 @x86; socket A[0<38]; socketcall E38",
         kNone,
         {{"x86", "socketcall", {1}, kEnosys}}},
        {"a name that one ABI lacks is skipped there",
         "E1 @x86; arch_prctl A; waitpid A",
         kNone,
         {{"x86", "waitpid", {}, kA}, {"x86_64", "arch_prctl", {}, kA}}},
    }));

INSTANTIATE_TEST_SUITE_P(
    Section4, ResolveTest,
    testing::ValuesIn<Row>({
        {"x86_64 alone: the upper half is bad-arch, a skipped call the default",
         "A; read E1",
         kNone,
         {{"x86_64", "0x3fffffff", {}, kA},
          {"x86_64", "0x40000000", {}, kBad},
          {"x86_64", "0xfffffffe", {}, kBad},
          {"x86_64", "0xffffffff", {}, kA}}},
        {"x32 selected: its rules or the default",
         "A @x32; read E1",
         kNone,
         {{"x86_64", "0x40000000", {}, kE1},
          {"x86_64", "0x40000001", {}, kA},
          {"x86_64", "0xfffffffe", {}, kA},
          {"x86_64", "0xffffffff", {}, kA}}},
        {"x32 without x86_64",
         "A; read E1",
         Archs({"x32"}),
         {{"x86_64", "0", {}, kBad},
          {"x86_64", "0x3fffffff", {}, kBad},
          {"x86_64", "0x40000000", {}, kE1},
          {"x86_64", "0xffffffff", {}, kA}}},
        {"the first rule without conditions decides alone",
         "K; read E5[0==1]; read A; read E6; read P[0==2]",
         kNone,
         {{"x86_64", "read", {1}, kA}, {"x86_64", "read", {2}, kA}}},
        {"none holds: the default",
         "E1; read A[0==1]; read A[0==2]",
         kNone,
         {{"x86_64", "read", {1}, kA},
          {"x86_64", "read", {2}, kA},
          {"x86_64", "read", {3}, kE1}}},
        {"the most restrictive of those that hold",
         "E1; read A[0<=7]; read L[0<=6]; read R[0<=5]; read N[0<=4]; "
         "read E2[0<=3]; read T[0<=2]; read K[0<=1]; read P[0<=0]",
         kNone,
         {{"x86_64", "read", {0}, KillProcess()},
          {"x86_64", "read", {1}, KillThread()},
          {"x86_64", "read", {2}, Trap()},
          {"x86_64", "read", {3}, Errno(2)},
          {"x86_64", "read", {4}, UserNotif()},
          {"x86_64", "read", {5}, Trace(1)},
          {"x86_64", "read", {6}, Log()},
          {"x86_64", "read", {7}, kA},
          {"x86_64", "read", {8}, kE1}}},
        {"equal actions: the earlier rule's data",
         "A; read E5[2>64]; read E6[2>128]; read E7[2>32]",
         kNone,
         {{"x86_64", "read", {0, 0, 200}, Errno(5)},
          {"x86_64", "read", {0, 0, 64}, Errno(7)},
          {"x86_64", "read", {0, 0, 32}, kA}}},
        {"sets of values",
         "K; setgid A[0<=2]; setgid A[0==6]; setgid E1[0==4]; "
         "setgid E22[0>7]",
         kNone,
         {{"x86_64", "setgid", {2}, kA},
          {"x86_64", "setgid", {6}, kA},
          {"x86_64", "setgid", {4}, kE1},
          {"x86_64", "setgid", {7}, KillThread()},
          {"x86_64", "setgid", {0x100000003}, Errno(22)}}},
    }));

const Tweak kKernelInts = [](Target& to) { to.int_args = IntArgs::kKernel; };

INSTANTIATE_TEST_SUITE_P(
    Section5, ResolveTest,
    testing::ValuesIn<Row>({
        {"comparisons are unsigned",
         "E1; read A[0>9223372036854775808]; write A[0==18446744073709551615]",
         kNone,
         {{"x86_64", "read", {~uint64_t{0}}, kA},
          {"x86_64", "read", {5}, kE1},
          {"x86_64", "write", {~uint64_t{0}}, kA}}},
        {"every operator",
         "E1; read A[0==5]; write A[0!=5]; open A[0<5]; close A[0<=5]; "
         "stat A[0>5]; fstat A[0>=5]",
         kNone,
         {{"x86_64", "read", {5}, kA},
          {"x86_64", "read", {6}, kE1},
          {"x86_64", "write", {5}, kE1},
          {"x86_64", "write", {6}, kA},
          {"x86_64", "open", {4}, kA},
          {"x86_64", "open", {5}, kE1},
          {"x86_64", "close", {5}, kA},
          {"x86_64", "close", {6}, kE1},
          {"x86_64", "stat", {6}, kA},
          {"x86_64", "stat", {5}, kE1},
          {"x86_64", "fstat", {5}, kA},
          {"x86_64", "fstat", {4}, kE1}}},
        {"bits of valueTwo outside the mask are ignored",
         "E1; read A[0&0xf0==0xff]",
         kNone,
         {{"x86_64", "read", {0xf7}, kA},
          {"x86_64", "read", {0xf0}, kA},
          {"x86_64", "read", {0xe0}, kE1}}},
        {"a mask of 0 is no condition",
         "E1; read A[0&0==5]; read K[0==1]",
         kNone,
         {{"x86_64", "read", {1}, kA}}},
        {"a mask whose low half is 0 is none on 32 bits",
         "E1 @x86; read A[0&0x100000000==0x100000000]; read K[0==1]",
         kNone,
         {{"x86", "read", {1}, kA},
          {"x86_64", "read", {1}, KillThread()},
          {"x86_64", "read", {0x100000002}, kA},
          {"x86_64", "read", {2}, kE1}}},
        {"other conditions that always hold stay conditions",
         "E1; read A[0>=0]; read K[0==1]",
         kNone,
         {{"x86_64", "read", {1}, KillThread()}, {"x86_64", "read", {2}, kA}}},
        {"64-bit ABIs compare 64 bits, others the low 32",
         "E1 @x86,x32; mmap A[0==0x1000]; ioctl A[1==0x100000028]",
         kNone,
         {{"x86_64", "mmap", {0x700000001000}, kE1},
          {"x86", "mmap", {0x700000001000}, kA},
          {"x32", "mmap", {0x700000001000}, kA},
          {"x86_64", "ioctl", {0, 40}, kE1},
          {"x86_64", "ioctl", {0, 0x100000028}, kA},
          {"x86", "ioctl", {0, 40}, kA},
          {"x32", "ioctl", {0, 0x500000028}, kA}}},
    }));

INSTANTIATE_TEST_SUITE_P(
    Section6, ResolveTest,
    testing::ValuesIn<Row>({
        {"past the greatest number named: ENOSYS",
         "E1 @x86,x32; read A; close_range A",
         EnosysTo(),
         {{"x86_64", "435", {}, kE1},
          {"x86_64", "437", {}, kEnosys},
          {"x86_64", "0x3fffffff", {}, kEnosys},
          {"x86_64", "0x400001b4", {}, kA},  // 436
          {"x86_64", "0x400001b5", {}, kEnosys},
          {"x86_64", "0xffffffff", {}, kEnosys},
          {"x86", "435", {}, kE1},
          {"x86", "437", {}, kEnosys},
          {"x86", "0xffffffff", {}, kEnosys}}},
        {"without x32 the upper half keeps its answers",
         "E1; close_range A",
         EnosysTo(),
         {{"x86_64", "437", {}, kEnosys},
          {"x86_64", "0x40000000", {}, kBad},
          {"x86_64", "0x80000000", {}, kBad},
          {"x86_64", "0xffffffff", {}, kE1}}},
        {"entries equal to the default name numbers too, dropped ones do not",
         R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
       {"names": ["read"], "action": "SCMP_ACT_ALLOW"},
       {"names": ["setns"], "action": "SCMP_ACT_ERRNO"},
       {"names": ["bpf"], "action": "SCMP_ACT_ALLOW",
        "includes": {"caps": ["CAP_BPF"]}}]})",
         EnosysTo(),
         {{"x86_64", "308", {}, kE1}, {"x86_64", "309", {}, kEnosys}}},
        {"a default of ALLOW, LOG or TRACE is left alone",
         "A; read E1",
         EnosysTo(),
         {{"x86_64", "999", {}, kA}}},
        {"LOG", "L; read E1", EnosysTo(), {{"x86_64", "999", {}, Log()}}},
        {"TRACE", "R5; read E1", EnosysTo(), {{"x86_64", "999", {}, Trace(5)}}},
        {"KILL is not",
         "K; write A",
         EnosysTo(),
         {{"x86_64", "999", {}, kEnosys}}},
        {"only number 0 named: left alone",
         "E1; read A",
         EnosysTo(),
         {{"x86_64", "1", {}, kE1}, {"x86_64", "999", {}, kE1}}},
        {"an ABI without a name is left alone",
         "E1 @x86; waitpid A",
         EnosysTo(),
         {{"x86_64", "999", {}, kE1}, {"x86", "8", {}, kEnosys}}},
        {"direct numbers of multiplexed calls count",
         "E1 @x86; msgctl A",
         EnosysTo(),
         {{"x86", "402", {}, kA},
          {"x86", "401", {}, kE1},
          {"x86", "403", {}, kEnosys}}},
        {"before any rule: a twin past the border",
         "E1 @x86; close,accept A",
         EnosysTo(),
         {{"x86", "socketcall", {5}, kEnosys}}},
        {"by version: what no kernel up to it has",
         "E1 @x86,x32; openat2 A",
         EnosysTo(KernelVersion{5, 4}),
         {{"x86_64", "clone3", {}, kE1},
          {"x86_64", "437", {}, kA},
          {"x86_64", "436", {}, kEnosys},
          {"x86_64", "334", {}, kE1},
          {"x86_64", "335", {}, kEnosys},
          {"x86_64", "0x400001b5", {}, kA},
          {"x86_64", "0x400001b4", {}, kEnosys},
          {"x86_64", "0xffffffff", {}, kEnosys},
          {"x86", "0xffffffff", {}, kEnosys},
          {"x86", "438", {}, kEnosys},
          {"x86", "socketcall", {1}, kE1}}},
        {"by version, x86_64 alone",
         "E1; openat2 A",
         EnosysTo(KernelVersion{5, 4}),
         {{"x86_64", "0xffffffff", {}, kE1},
          {"x86_64", "0x40000001", {}, kBad}}},
        {"by version: its own calls are known",
         "E1; read A",
         EnosysTo(KernelVersion{5, 9}),
         {{"x86_64", "close_range", {}, kE1},
          {"x86_64", "epoll_pwait2", {}, kEnosys}}},
        {"by version: named without a rule left",
         "E1; read A; openat2 E1",
         EnosysTo(KernelVersion{5, 4}),
         {{"x86_64", "openat2", {}, kE1}}},
        {"by version: arrived later on an ABI",
         "E1 @x86; read A",
         EnosysTo(KernelVersion{4, 2}),
         {{"x86_64", "socket", {}, kE1}, {"x86", "socket", {}, kEnosys}}},
        {"--int-args=kernel compares the low half of ints",
         "E1; socket A[0==2]; mmap A[0==0x1000]; copy_file_range A[5==0]",
         kKernelInts,
         {{"x86_64", "socket", {0x500000002}, kA},
          {"x86_64", "mmap", {0x700000001000}, kE1},
          {"x86_64", "copy_file_range", {0, 0, 0, 0, 0, 0xabcd00000000}, kA}}},
        {"--int-args=full does not",
         "E1; copy_file_range A[5==0]",
         kNone,
         {{"x86_64", "copy_file_range", {0, 0, 0, 0, 0, 0xabcd00000000}, kE1}}},
    }));

// Whoever made the Profile: only Docker's dialect has a minKernel, and the
// OCI's has neither includes nor excludes.
TEST(ResolveDialectTest, DecidesWhichFiltersCount) {
  Meaning meaning;
  ASSERT_NO_FATAL_FAILURE(FindMeaning(
      Filtered(R"("includes": {"minKernel": "9.0"})"), PlainTarget(), meaning));
  Profile profile = meaning.profile;
  const auto is_kept = [&](Dialect dialect) {
    profile.dialect = dialect;
    Diagnostics findings;
    return Resolve(profile, PlainTarget(), findings).fates[0].kept;
  };
  EXPECT_FALSE(is_kept(Dialect::kDocker));
  EXPECT_TRUE(is_kept(Dialect::kPodman));
  profile.syscalls[0].includes.caps = {{"CAP_BPF", {}}};
  EXPECT_FALSE(is_kept(Dialect::kPodman));
  EXPECT_TRUE(is_kept(Dialect::kOci));
}

// A megabyte of conditions, each a rule of its own for every name, would be
// gigabytes of rules.
TEST(ResolveLimitTest, RulesAreBounded) {
  Profile profile;
  ProfileEntry& entry = profile.syscalls.emplace_back();
  entry.at = {7, 9};
  entry.names.assign(500, {"read", {}});
  entry.args.assign(499, ProfileArg{});
  entry.action.value = Action::kAllow;
  Diagnostics findings;
  EXPECT_EQ(Resolve(profile, PlainTarget(), findings).abis[0].rules.size(),
            499u * 500);
  entry.args.assign(501, ProfileArg{});
  findings.clear();
  Resolve(profile, PlainTarget(), findings);
  ASSERT_EQ(CountErrors(findings), 1);
  EXPECT_EQ(findings.back().id, "too-many-rules");
  EXPECT_EQ(findings.back().at.offset, 7u);
}

TEST(ResolveLimitTest, SuggestionsAreBounded) {
  Profile profile;
  ProfileEntry& entry = profile.syscalls.emplace_back();
  entry.names.assign(1500, {"opne", {}});
  entry.action.value = Action::kAllow;
  Diagnostics findings;
  Resolve(profile, PlainTarget(), findings);
  ASSERT_EQ(findings.size(), 1500u);
  const auto suggests = [&](size_t i) {
    return findings[i].text.find("did you mean") != std::string::npos;
  };
  EXPECT_TRUE(suggests(999));
  EXPECT_FALSE(suggests(1000));
}

}  // namespace
}  // namespace scbpf
