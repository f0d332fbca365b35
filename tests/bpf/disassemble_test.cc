// Listings of whole programs, and what a line knows about the way to it.
#include "bpf/disassemble.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bpf/instruction.h"

namespace scbpf {
namespace {

using op::Jump;
using op::JumpIf;
using op::Load;
using op::Return;

constexpr uint32_t kX86_64 = 0xc000003e;
constexpr uint32_t kI386 = 0x40000003;

const char kHead[] =
    " line  CODE  JT   JF      K\n"
    "=================================\n";

TEST(Disassemble, NamesWhatTheWayThereAllows) {
  EXPECT_EQ(
      Disassemble(Program{
          Load(4), JumpIf(op::kJeqK, kX86_64, 0, 10), Load(0),
          JumpIf(op::kJgeK, 0x40000000, 8, 0), JumpIf(op::kJeqK, 41, 0, 5),
          Load(20), JumpIf(op::kJeqK, 0, 0, 4), Load(16),
          JumpIf(op::kJeqK, 40, 1, 0), Return(0x7fff0000), Return(0x00050001),
          Return(0x00050026), Return(0x80000000)}),
      absl::StrCat(kHead, R"( 0000: 0x20 0x00 0x00 0x00000004  A = arch
 0001: 0x15 0x00 0x0a 0xc000003e  if (A != ARCH_X86_64) goto 0012
 0002: 0x20 0x00 0x00 0x00000000  A = sys_number
 0003: 0x35 0x08 0x00 0x40000000  if (A >= 0x40000000) goto 0012
 0004: 0x15 0x00 0x05 0x00000029  if (A != socket) goto 0010
 0005: 0x20 0x00 0x00 0x00000014  A = family >> 32
 0006: 0x15 0x00 0x04 0x00000000  if (A != 0x0) goto 0011
 0007: 0x20 0x00 0x00 0x00000010  A = family
 0008: 0x15 0x01 0x00 0x00000028  if (A == AF_VSOCK) goto 0010
 0009: 0x06 0x00 0x00 0x7fff0000  return ALLOW
 0010: 0x06 0x00 0x00 0x00050001  return ERRNO(EPERM)
 0011: 0x06 0x00 0x00 0x00050026  return ERRNO(ENOSYS)
 0012: 0x06 0x00 0x00 0x80000000  return KILL_PROCESS
)"));
}

// The names follow the ABI of the block, x32's bit and its clearing; a block
// that several ABIs share keeps the syscall they agree on.
TEST(Disassemble, SeveralAbis) {
  EXPECT_EQ(
      Disassemble(Program{
          Load(4), JumpIf(op::kJeqK, kI386, 9, 0),
          JumpIf(op::kJeqK, kX86_64, 0, 14), Load(0),
          JumpIf(op::kJgeK, 0x40000000, 0, 2),
          JumpIf(op::kJeqK, 0x40000029, 8, 0),
          JumpIf(op::kJeqK, 0x40000200, 9, 10), op::And(0xbfffffff),
          JumpIf(op::kJeqK, 41, 5, 0), JumpIf(op::kJgtK, 500, 7, 0), Jump(5),
          Load(0), JumpIf(op::kJeqK, 359, 1, 0), JumpIf(op::kJeqK, 3, 2, 3),
          Load(16), JumpIf(op::kJeqK, 2, 0, 1), Return(0x7fff0000),
          Return(0x80000000)}),
      absl::StrCat(kHead, R"( 0000: 0x20 0x00 0x00 0x00000004  A = arch
 0001: 0x15 0x09 0x00 0x40000003  if (A == ARCH_I386) goto 0011
 0002: 0x15 0x00 0x0e 0xc000003e  if (A != ARCH_X86_64) goto 0017
 0003: 0x20 0x00 0x00 0x00000000  A = sys_number
 0004: 0x35 0x00 0x02 0x40000000  if (A < 0x40000000) goto 0007
 0005: 0x15 0x08 0x00 0x40000029  if (A == x32_socket) goto 0014
 0006: 0x15 0x09 0x0a 0x40000200  if (A == x32_rt_sigaction) goto 0016 else goto 0017
 0007: 0x54 0x00 0x00 0xbfffffff  A &= 0xbfffffff
 0008: 0x15 0x05 0x00 0x00000029  if (A == socket) goto 0014
 0009: 0x25 0x07 0x00 0x000001f4  if (A > 500) goto 0017
 0010: 0x05 0x00 0x00 0x00000005  goto 0016
 0011: 0x20 0x00 0x00 0x00000000  A = sys_number
 0012: 0x15 0x01 0x00 0x00000167  if (A == socket) goto 0014
 0013: 0x15 0x02 0x03 0x00000003  if (A == read) goto 0016 else goto 0017
 0014: 0x20 0x00 0x00 0x00000010  A = family
 0015: 0x15 0x00 0x01 0x00000002  if (A != AF_INET) goto 0017
 0016: 0x06 0x00 0x00 0x7fff0000  return ALLOW
 0017: 0x06 0x00 0x00 0x80000000  return KILL_PROCESS
)"));
}

TEST(Disassemble, EveryInstruction) {
  EXPECT_EQ(
      Disassemble(Program{{op::kLdLen, 0, 0, 0},
                          {op::kLdxLen, 0, 0, 0},
                          {op::kLdImm, 0, 0, 0xffffffff},
                          {op::kLdxImm, 0, 0, 3},
                          {op::kTaxAll, 0, 0, 0},
                          {op::kTxaAll, 0, 0, 0},
                          {op::kSt, 0, 0, 1},
                          {op::kStx, 0, 0, 15},
                          {op::kLdMem, 0, 0, 1},
                          {op::kLdxMem, 0, 0, 15},
                          {op::kAlu | op::kAdd, 0, 0, 16},
                          {op::kAlu | op::kSub | op::kX, 0, 0, 0},
                          {op::kAlu | op::kMul, 0, 0, 2},
                          {op::kAlu | op::kDiv | op::kX, 0, 0, 0},
                          {op::kAlu | op::kOr, 0, 0, 1},
                          {op::kAlu | op::kAnd, 0, 0, 0xff},
                          {op::kAlu | op::kXor, 0, 0, 1},
                          {op::kAlu | op::kLsh, 0, 0, 31},
                          {op::kAlu | op::kRsh | op::kX, 0, 0, 0},
                          {op::kAlu | op::kNeg, 0, 0, 0},
                          JumpIf(op::kJmp | op::kJeq | op::kX, 0, 1, 0),
                          JumpIf(op::kJgtK, 7, 0, 1),
                          JumpIf(op::kJgeK, 7, 1, 2),
                          JumpIf(op::kJsetK, 8, 0, 1),
                          JumpIf(op::kJsetK, 8, 1, 0),
                          JumpIf(op::kJeqK, 0, 1, 1),
                          Jump(0),
                          Load(8),
                          Load(12),
                          Load(60),
                          {op::kRetA, 0, 0, 0}}),
      absl::StrCat(kHead,
                   R"( 0000: 0x80 0x00 0x00 0x00000000  A = sizeof(seccomp_data)
 0001: 0x81 0x00 0x00 0x00000000  X = sizeof(seccomp_data)
 0002: 0x00 0x00 0x00 0xffffffff  A = 0xffffffff
 0003: 0x01 0x00 0x00 0x00000003  X = 0x3
 0004: 0x07 0x00 0x00 0x00000000  X = A
 0005: 0x87 0x00 0x00 0x00000000  A = X
 0006: 0x02 0x00 0x00 0x00000001  mem[1] = A
 0007: 0x03 0x00 0x00 0x0000000f  mem[15] = X
 0008: 0x60 0x00 0x00 0x00000001  A = mem[1]
 0009: 0x61 0x00 0x00 0x0000000f  X = mem[15]
 0010: 0x04 0x00 0x00 0x00000010  A += 0x10
 0011: 0x1c 0x00 0x00 0x00000000  A -= X
 0012: 0x24 0x00 0x00 0x00000002  A *= 0x2
 0013: 0x3c 0x00 0x00 0x00000000  A /= X
 0014: 0x44 0x00 0x00 0x00000001  A |= 0x1
 0015: 0x54 0x00 0x00 0x000000ff  A &= 0xff
 0016: 0xa4 0x00 0x00 0x00000001  A ^= 0x1
 0017: 0x64 0x00 0x00 0x0000001f  A <<= 31
 0018: 0x7c 0x00 0x00 0x00000000  A >>= X
 0019: 0x84 0x00 0x00 0x00000000  A = -A
 0020: 0x1d 0x01 0x00 0x00000000  if (A == X) goto 0022
 0021: 0x25 0x00 0x01 0x00000007  if (A <= 0x7) goto 0023
 0022: 0x35 0x01 0x02 0x00000007  if (A >= 0x7) goto 0024 else goto 0025
 0023: 0x45 0x00 0x01 0x00000008  if (!(A & 0x8)) goto 0025
 0024: 0x45 0x01 0x00 0x00000008  if (A & 0x8) goto 0026
 0025: 0x15 0x01 0x01 0x00000000  goto 0027
 0026: 0x05 0x00 0x00 0x00000000  goto 0027
 0027: 0x20 0x00 0x00 0x00000008  A = instruction_pointer
 0028: 0x20 0x00 0x00 0x0000000c  A = instruction_pointer >> 32
 0029: 0x20 0x00 0x00 0x0000003c  A = args[5] >> 32
 0030: 0x16 0x00 0x00 0x00000000  return A
)"));
}

TEST(DescribeInstructions, ReturnValuesAsTheKernelReadsThem) {
  struct Row {
    uint32_t raw;
    std::string text;
  };
  const std::vector<Row> rows = {
      {0x7fff0000, "return ALLOW"},
      {0x7fff0005, "return ALLOW"},
      {0x7ffc0000, "return LOG"},
      {0x7ff00001, "return TRACE(1)"},
      {0x7ff00000, "return TRACE(0)"},
      {0x7fc00000, "return USER_NOTIF"},
      {0x00050000, "return ERRNO(0)"},
      {0x00050001, "return ERRNO(EPERM)"},
      {0x00050ffe, "return ERRNO(4094)"},
      {0x0005ffff, "return ERRNO(4095)"},
      {0x00030000, "return TRAP"},
      {0x00030007, "return TRAP(7)"},
      {0x00000000, "return KILL_THREAD"},
      {0x80000000, "return KILL_PROCESS"},
      {0x80000009, "return KILL_PROCESS"},
      {0x12340056, "return 0x12340056 (KILL_PROCESS)"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(DescribeInstructions(Program{Return(row.raw)}),
              std::vector<std::string>{row.text});
  }
}

// What every row of the next tests begins with: four instructions after which
// A is a number of x86_64.
const std::vector<Instruction>& Prologue() {
  static const std::vector<Instruction> prologue = {
      Load(4), JumpIf(op::kJeqK, kX86_64, 1, 0), Return(0), Load(0)};
  return prologue;
}

struct Behind {
  Program program;   // after the prologue, two RETs are added
  size_t line;       // counted from the prologue's end
  std::string text;  // of that line
};

void CheckBehind(const std::vector<Behind>& rows) {
  for (const Behind& row : rows) {
    Program program = Prologue();
    program.insert(program.end(), row.program.begin(), row.program.end());
    program.insert(program.end(), 2, Return(0));
    const std::vector<std::string> lines = DescribeInstructions(program);
    EXPECT_EQ(lines[4 + row.line].substr(0, row.text.size()), row.text)
        << absl::StrJoin(lines, "\n");
  }
}

constexpr Instruction kIs0 = JumpIf(op::kJeqK, 0, 1, 0);
constexpr Instruction kTax{op::kTaxAll, 0, 0, 0};
constexpr Instruction kTxa{op::kTxaAll, 0, 0, 0};
const char kRead[] = "if (A == read) ";
const char kNoNumber[] = "if (A == 0x0) ";

TEST(DescribeInstructions, TokensAreNamedAndTellTheAbi) {
  struct Row {
    Program program;
    size_t line;
    std::string text;
  };
  const Instruction x86_64 = JumpIf(op::kJeqK, kX86_64, 1, 0);
  const Instruction kill = Return(0);
  const std::vector<Row> rows = {
      {{Load(0), kIs0, kill, kill}, 1, "if (A == 0) goto 0003"},
      // Known not to be x86_64; one of two.
      {{Load(4), JumpIf(op::kJeqK, kX86_64, 0, 1), kill, Load(0), kIs0, kill,
        kill},
       4,
       "if (A == 0) goto 0006"},
      {{Load(4), JumpIf(op::kJeqK, kX86_64, 2, 0),
        JumpIf(op::kJeqK, kI386, 1, 0), kill, Load(0), kIs0, kill, kill},
       5,
       "if (A == 0) goto 0007"},
      {{Load(4), JumpIf(op::kJeqK, 0x12345678, 0, 0), kill}, 1, "goto 0002"},
      {{Load(4), JumpIf(op::kJeqK, 0x12345678, 1, 0), kill, kill},
       1,
       "if (A == 0x12345678) goto 0003"},
      {{Load(4), JumpIf(op::kJgeK, kX86_64, 1, 0), kill, kill},
       1,
       "if (A >= 0xc000003e) goto 0003"},
      // A way that no call takes says nothing about the line it leads to.
      {{Load(4), x86_64, kill, JumpIf(op::kJeqK, kI386, 1, 0), Load(0), kIs0,
        kill, kill},
       5,
       "if (A == read) goto 0007"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(DescribeInstructions(row.program)[row.line], row.text);
  }
}

TEST(DescribeInstructions, FollowsRegistersAndScratchWords) {
  const Instruction store{op::kSt, 0, 0, 3};
  const Instruction store_x{op::kStx, 0, 0, 3};
  const Instruction load{op::kLdMem, 0, 0, 3};
  const Instruction load_x{op::kLdxMem, 0, 0, 3};
  const Instruction fork = JumpIf(op::kJsetK, 1, 1, 0);
  const Instruction two = JumpIf(op::kJsetK, 1, 2, 0);
  CheckBehind({
      {{kIs0}, 0, kRead},
      // Through X and scratch memory and back.
      {{kTax, Load(16), kTxa, kIs0}, 3, kRead},
      {{store, Load(16), load, kIs0}, 3, kRead},
      {{store, Load(16), load_x, kTxa, kIs0}, 4, kRead},
      {{kTax, store_x, Load(16), load, kIs0}, 4, kRead},
      // It is no number any more.
      {{{op::kAlu | op::kAdd, 0, 0, 1}, kIs0}, 1, kNoNumber},
      {{op::And(0xff), kIs0}, 1, kNoNumber},
      {{op::And(0xffffffff), kIs0}, 1, kRead},
      {{{op::kLdImm, 0, 0, 1}, kIs0}, 1, kNoNumber},
      {{{op::kLdLen, 0, 0, 1}, kIs0}, 1, kNoNumber},
      {{kTax, {op::kLdxImm, 0, 0, 1}, kTxa, kIs0}, 3, kNoNumber},
      // Two ways that do not agree.
      {{fork, Load(16), kIs0}, 2, kNoNumber},
      {{kTax, fork, {op::kLdxImm, 0, 0, 1}, kTxa, kIs0}, 4, kNoNumber},
      {{store, two, Load(16), store, load, kIs0}, 5, kNoNumber},
  });
}

TEST(DescribeInstructions, NumbersAndTheBitOfX32) {
  const Instruction clear = op::And(0xbfffffff);
  const auto is_x32 = [](uint16_t code, uint32_t k) {
    return JumpIf(code, k, 1, 0);
  };
  const char x32_read[] = "if (A == x32_read) ";
  CheckBehind({
      {{JumpIf(op::kJeqK, 999, 1, 0)}, 0, "if (A == 999) "},
      {{JumpIf(op::kJeqK, 0xffffffff, 1, 0)}, 0, "if (A == 0xffffffff) "},
      {{JumpIf(op::kJgtK, 2, 1, 0)}, 0, "if (A > open) "},
      {{JumpIf(op::kJgeK, 0x40000000, 1, 0)}, 0, "if (A >= 0x40000000) "},
      {{JumpIf(op::kJsetK, 0x40000000, 1, 0)}, 0, "if (A & 0x40000000) "},
      {{JumpIf(op::kJeqK, 0x40000000, 1, 0)}, 0, x32_read},
      // With the bit cleared a number is x86_64's, or x32's where it is known
      // to have been x32's or where only x32 has it.
      {{clear, kIs0}, 1, kRead},
      {{clear, JumpIf(op::kJeqK, 512, 1, 0)}, 1, "if (A == x32_rt_sigaction) "},
      {{is_x32(op::kJsetK, 0x40000000), Return(0), clear, kIs0}, 3, x32_read},
      {{is_x32(op::kJgeK, 0x40000000), Return(0), clear, kIs0}, 3, x32_read},
      {{is_x32(op::kJgtK, 0x3fffffff), Return(0), clear, kIs0}, 3, x32_read},
      {{is_x32(op::kJeqK, 0x40000001), Return(0), clear, kIs0}, 3, x32_read},
      {{is_x32(op::kJsetK, 0x20000000), Return(0), clear, kIs0}, 3, kRead},
      {{is_x32(op::kJgeK, 0x3fffffff), Return(0), clear, kIs0}, 3, kRead},
      {{is_x32(op::kJgtK, 0x3ffffffe), Return(0), clear, kIs0}, 3, kRead},
      {{is_x32(op::kJgeK, 0x40000000), clear, kIs0}, 2, kNoNumber},
      {{is_x32(op::kJgeK, 0x40000000), Jump(0), clear, kIs0}, 3, kRead},
      // Known to be x86_64's: x32 has no say.
      {{JumpIf(op::kJgeK, 0x40000000, 2, 0), clear,
        JumpIf(op::kJeqK, 512, 1, 0), Return(0)},
       2,
       "if (A == 512) "},
      {{JumpIf(op::kJgtK, 0x3fffffff, 2, 0), clear,
        JumpIf(op::kJeqK, 512, 1, 0), Return(0)},
       2,
       "if (A == 512) "},
  });
}

TEST(DescribeInstructions, ArgumentsOfTheOneSyscall) {
  const Instruction socket = JumpIf(op::kJeqK, 41, 1, 0);
  CheckBehind({
      {{socket, Return(0), Load(24)}, 2, "A = type"},
      {{socket, Return(0), Load(28)}, 2, "A = type >> 32"},
      {{socket, Return(0), Load(28), JumpIf(op::kJeqK, 1, 1, 0)},
       3,
       "if (A == 0x1) "},
      {{socket, Return(0), Load(24), JumpIf(op::kJeqK, 1, 1, 0)},
       3,
       "if (A == SOCK_STREAM) "},
      {{socket, Return(0), Load(52)}, 2, "A = args[4] >> 32"},
      // Not that syscall, or one of two.
      {{JumpIf(op::kJeqK, 41, 1, 0), Load(24)}, 1, "A = args[1]"},
      {{JumpIf(op::kJeqK, 41, 2, 0), JumpIf(op::kJeqK, 2, 1, 0), Return(0),
        Load(24)},
       3,
       "A = args[1]"},
      // A comparison with X says nothing of K.
      {{JumpIf(op::kJmp | op::kJeq | op::kX, 41, 1, 0), Return(0), Load(24)},
       2,
       "A = args[1]"},
  });
}

TEST(DescribeInstructions, FlagsOfArguments) {
  const std::vector<std::string> lines = DescribeInstructions(
      Program{Load(4), JumpIf(op::kJeqK, kX86_64, 1, 0), Return(0), Load(0),
              JumpIf(op::kJeqK, 56, 1, 0), Return(0), Load(16),
              JumpIf(op::kJsetK, 0x10000000, 1, 0),
              JumpIf(op::kJsetK, 0x10020000, 0, 1), Return(0), Return(1)});
  EXPECT_EQ(lines[7], "if (A & CLONE_NEWUSER) goto 0009");
  EXPECT_EQ(lines[8], "if (!(A & (CLONE_NEWNS|CLONE_NEWUSER))) goto 0010");
}

// A listing may be asked for of what the kernel would refuse.
TEST(DescribeInstructions, SurvivesRefusedPrograms) {
  EXPECT_EQ(DescribeInstructions(Program{Jump(0xffffffff),
                                         JumpIf(op::kJeqK, 0, 255, 254),
                                         {op::kSt, 0, 0, 99},
                                         {op::kAlu | 0xf0, 0, 0, 0},
                                         {op::kLd | op::kH | op::kAbs, 0, 0, 0},
                                         Load(0xffffffff)}),
            (std::vector<std::string>{
                "goto 4294967296", "if (A == 0x0) goto 0257 else goto 0256",
                "mem[99] = A", "unknown", "unknown", "A = 0xffffffff"}));
  EXPECT_TRUE(DescribeInstructions({}).empty());
}

}  // namespace
}  // namespace scbpf
