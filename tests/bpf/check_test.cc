// What CheckProgram takes and refuses: each rule of the kernel at its edge.
#include "bpf/check.h"

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

constexpr uint16_t kDivK = op::kAlu | op::kDiv;
constexpr uint16_t kLshK = op::kAlu | op::kLsh;
constexpr uint16_t kRshK = op::kAlu | op::kRsh;

TEST(CheckProgram, TakesExactlyTheOpcodesOfSeccomp) {
  const std::set<int> taken = {
      0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0c, 0x14, 0x15,
      0x16, 0x1c, 0x1d, 0x20, 0x24, 0x25, 0x2c, 0x2d, 0x34, 0x35, 0x3c,
      0x3d, 0x44, 0x45, 0x4c, 0x4d, 0x54, 0x5c, 0x60, 0x61, 0x64, 0x6c,
      0x74, 0x7c, 0x80, 0x81, 0x84, 0x87, 0xa4, 0xac};
  for (int code = 0; code <= 0x1ff; ++code) {
    // Stores scratch word 1 first; k = 0 would be a division by 0.
    const uint32_t k = code == op::kLdAbs ? 4 : 1;
    const Program program = {{op::kSt, 0, 0, 1},
                             {static_cast<uint16_t>(code), 0, 0, k},
                             Return(0),
                             Return(0)};
    EXPECT_EQ(CheckProgram(program).ok(), taken.contains(code))
        << "opcode " << code;
  }
  EXPECT_FALSE(CheckProgram(Program{{0xff06, 0, 0, 0}}).ok());
}

struct Case {
  Program program;
  std::string message;  // "": taken
};

void Check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    const absl::Status status = CheckProgram(c.program);
    EXPECT_EQ(std::string(status.message()), c.message);
    EXPECT_EQ(status.code(), c.message.empty()
                                 ? absl::StatusCode::kOk
                                 : absl::StatusCode::kInvalidArgument);
  }
}

TEST(CheckProgram, Length) {
  Check({
      {{}, "the program is empty"},
      {Program(1, Return(0)), ""},
      {Program(4096, Return(0)), ""},
      {Program(4097, Return(0)),
       "4097 instructions; the kernel takes 4096 at most"},
  });
}

TEST(CheckProgram, Operands) {
  const std::string past = "instruction 0: jump past the end";
  const std::string mod =
      "instruction 0: opcode 0x94 is none that seccomp "
      "takes (seccomp has no MOD)";
  const std::string half =
      "instruction 0: opcode 0x28 is none that seccomp takes (seccomp loads "
      "aligned words of seccomp_data, nothing else)";
  Check({
      {{Load(60), Return(0)}, ""},
      {{Load(64), Return(0)},
       "instruction 0: load at 64, past the 64 bytes of seccomp_data"},
      {{Load(0xfffff000), Return(0)},
       "instruction 0: load at 4294963200, past the 64 bytes of "
       "seccomp_data"},
      {{Load(2), Return(0)}, "instruction 0: load at 2, not aligned to 4"},
      {{{op::kLd | op::kH | op::kAbs, 0, 0, 0}, Return(0)}, half},
      {{{op::kAlu | op::kMod, 0, 0, 2}, Return(0)}, mod},
      {{{op::kJmp | op::kJset | op::kX | op::kLen, 0, 0, 0}, Return(0)},
       "instruction 0: opcode 0xcd is none that seccomp takes"},
      {{{op::kSt, 0, 0, 15}, Return(0)}, ""},
      {{{op::kSt, 0, 0, 16}, Return(0)},
       "instruction 0: scratch word 16 of 16"},
      {{{op::kLdxMem, 0, 0, 1u << 31}, Return(0)},
       "instruction 0: scratch word 2147483648 of 16"},
      {{{kLshK, 0, 0, 31}, Return(0)}, ""},
      {{{kLshK, 0, 0, 32}, Return(0)}, "instruction 0: shift by 32 of 32 bits"},
      {{{kRshK, 0, 0, 32}, Return(0)}, "instruction 0: shift by 32 of 32 bits"},
      {{{kDivK, 0, 0, 0}, Return(0)}, "instruction 0: division by 0"},
      {{{kDivK | op::kX, 0, 0, 0}, Return(0)}, ""},
      {{Jump(0), Return(0)}, ""},
      {{Jump(1), Return(0)}, past},
      {{Jump(0xffffffff), Return(0)}, past},
      {{JumpIf(op::kJeqK, 1, 1, 0), Return(0)}, past},
      {{JumpIf(op::kJeqK, 1, 0, 1), Return(0)}, past},
      {{JumpIf(op::kJeqK, 1, 1, 1), Return(0), Return(1)}, ""},
      {{Return(0), Load(0)},
       "instruction 1: the last instruction is not a RET"},
      {{{op::kRetA, 0, 0, 0}}, ""},
  });
}

TEST(CheckProgram, ScratchWordsAreStoredOnEveryWay) {
  const Instruction store{op::kSt, 0, 0, 3};
  const Instruction store_x{op::kStx, 0, 0, 3};
  const Instruction load{op::kLdMem, 0, 0, 3};
  const Instruction load_x{op::kLdxMem, 0, 0, 3};
  const auto refused = [](int pc) {
    return absl::StrCat("instruction ", pc,
                        ": scratch word 3 may be loaded before it is stored");
  };
  Check({
      {{load, Return(0)}, refused(0)},
      {{load_x, Return(0)}, refused(0)},
      {{store, load_x, Return(0)}, ""},
      {{store_x, load, Return(0)}, ""},
      {{{op::kSt, 0, 0, 2}, load, Return(0)}, refused(1)},
      // One of two ways stores.
      {{JumpIf(op::kJeqK, 0, 1, 0), store, load, Return(0)}, refused(2)},
      {{JumpIf(op::kJeqK, 0, 0, 1), Jump(1), store, load, Return(0)},
       refused(3)},
      {{JumpIf(op::kJeqK, 0, 0, 1), store, load, Return(0)}, refused(2)},
      {{JumpIf(op::kJeqK, 0, 0, 2), store, Jump(1), store, load, Return(0)},
       ""},
      {{store, Jump(1), Return(1), load, Return(0)}, ""},
      // Behind a jump over it nothing runs, so nothing is unset.
      {{Jump(1), load, Return(0)}, ""},
      {{JumpIf(op::kJeqK, 0, 1, 1), load, Return(0)}, ""},
      // The kernel lets a RET flow on to what stands behind it.
      {{JumpIf(op::kJeqK, 0, 0, 2), store, Jump(1), Return(1), load, Return(0)},
       refused(4)},
  });
}

}  // namespace
}  // namespace scbpf
