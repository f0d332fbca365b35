#include "tests/proof/random_program.h"

#include "bpf/check.h"
#include "bpf/instruction.h"
#include "scbpf/return_value.h"

namespace scbpf {
namespace {

template <typename T, size_t n>
T Pick(const T (&choices)[n], Random& random) {
  return choices[random() % n];
}

uint32_t RandomReturn(Random& random) {
  return Pick({Allow().raw, Errno(1).raw, Errno(5000).raw, Trap(3).raw,
               KillThread().raw, KillProcess().raw, 0x12345678u, 0x7ffe0001u,
               0x90000000u, Log().raw | 7, Trace(9).raw},
              random);
}

uint32_t RandomOffset(Random& random) {
  return Pick({0u, 0u, 0u, 4u, 4u, 8u, 12u, 16u, 20u, 24u, 28u, 32u, 60u},
              random);
}

uint16_t RandomJump(Random& random, bool with_x) {
  const uint16_t operation =
      Pick({op::kJeq, op::kJeq, op::kJgt, op::kJge, op::kJset}, random);
  return static_cast<uint16_t>(op::kJmp | operation |
                               (with_x && random() % 4 == 0 ? op::kX : 0));
}

Instruction RandomPlain(size_t left, Random& random) {
  const auto jump = [&] {
    return static_cast<uint8_t>(random() % std::min<size_t>(left, 6));
  };
  switch (random() % 12) {
    case 0:
    case 1:
    case 2:
      return op::Load(RandomOffset(random));
    case 3:
      return op::And(Pick({0xbfffffffu, 0x3fffffffu, 0xffffu, 0x40000000u,
                           0xffffffffu, 0u, 0x7fu},
                          random));
    case 4:
      return op::Return(RandomReturn(random));
    case 5:
      return op::Jump(jump());
    default:
      return op::JumpIf(RandomJump(random, false), RandomConstant(random),
                        jump(), jump());
  }
}

Instruction RandomArithmetic(Random& random) {
  const uint16_t operation =
      Pick({op::kAdd, op::kSub, op::kMul, op::kDiv, op::kOr, op::kAnd, op::kLsh,
            op::kRsh, op::kXor, op::kNeg},
           random);
  if (operation == op::kNeg) return {op::kAlu | op::kNeg, 0, 0, 0};
  if (random() % 3 == 0) {
    return {static_cast<uint16_t>(op::kAlu | operation | op::kX), 0, 0, 0};
  }
  uint32_t k = RandomConstant(random);
  if (operation == op::kLsh || operation == op::kRsh) k %= 32;
  if (operation == op::kDiv) k = k % 16 + 1;
  if (operation == op::kMul) k %= 8;
  return {static_cast<uint16_t>(op::kAlu | operation), 0, 0, k};
}

Instruction RandomAny(size_t left, Random& random) {
  const uint32_t slot = static_cast<uint32_t>(random() % 3);
  switch (random() % 20) {
    case 0:
    case 1:
    case 2:
      return RandomArithmetic(random);
    case 3:
      return {op::kSt, 0, 0, slot};
    case 4:
      return {op::kStx, 0, 0, slot};
    case 5:
      return {op::kLdMem, 0, 0, slot};
    case 6:
      return {op::kLdxMem, 0, 0, slot};
    case 7:
      return {op::kLdImm, 0, 0, RandomConstant(random)};
    case 8:
      return {op::kLdxImm, 0, 0, RandomConstant(random)};
    case 9:
      return {Pick({op::kLdLen, op::kLdxLen}, random), 0, 0, 0};
    case 10:
      return {op::kTaxAll, 0, 0, 0};
    case 11:
      return {op::kTxaAll, 0, 0, 0};
    case 12:
      // Few bits keep products and sums small.
      return op::And(Pick({0xfu, 0x81u, 0x700u, 0xffu}, random));
    case 13:
      return {op::kRetA, 0, 0, 0};
    case 14: {
      Instruction jump = RandomPlain(left, random);
      jump.code = RandomJump(random, true);
      if (op::Source(jump.code) == op::kX) jump.k = 0;
      jump.jt = static_cast<uint8_t>(random() % std::min<size_t>(left, 4));
      jump.jf = static_cast<uint8_t>(random() % std::min<size_t>(left, 4));
      return jump;
    }
    default:
      return RandomPlain(left, random);
  }
}

}  // namespace

uint32_t RandomConstant(Random& random) {
  const uint32_t near =
      Pick({0u, 1u, 2u, 3u, 5u, 8u, 0x10u, 0x3fu, 0x100u, 0x40000000u,
            0x40000005u, 0x80000000u, 0xc000003eu, 0xffffffffu},
           random);
  switch (random() % 8) {
    case 0:
      return static_cast<uint32_t>(random());
    case 1:
      return near + 1;
    default:
      return near;
  }
}

Program RandomProgram(Flavor flavor, size_t length, Random& random) {
  while (true) {
    Program program;
    for (size_t i = 0; i + 2 < length; ++i) {
      const size_t left = length - i - 1;
      program.push_back(flavor == Flavor::kPlain ? RandomPlain(left, random)
                                                 : RandomAny(left, random));
    }
    program.push_back(op::Return(RandomReturn(random)));
    program.push_back(op::Return(RandomReturn(random)));
    if (CheckProgram(program).ok()) return program;
  }
}

Program Mutate(const Program& program, Random& random) {
  while (true) {
    Program mutant = program;
    Instruction& instruction = mutant[random() % mutant.size()];
    switch (random() % 5) {
      case 0:
        instruction.code = RandomAny(4, random).code;
        break;
      case 1:
        instruction.k = instruction.k + (random() % 2 == 0 ? 1 : -1);
        break;
      case 2:
        instruction.k = op::Class(instruction.code) == op::kLd
                            ? RandomOffset(random)
                            : RandomConstant(random);
        break;
      case 3:
        std::swap(instruction.jt, instruction.jf);
        break;
      default:
        instruction.jt = static_cast<uint8_t>(instruction.jt ^ 1);
        break;
    }
    if (mutant != program && CheckProgram(mutant).ok()) return mutant;
  }
}

std::vector<Call> BoundaryCalls(const std::vector<Program>& programs,
                                size_t count, Random& random) {
  std::vector<uint32_t> constants{0, 1, 0xffffffffu, 0x40000000u, 0xc000003eu};
  for (const Program& program : programs) {
    for (const Instruction& instruction : program) {
      if (op::Class(instruction.code) == op::kRet) continue;
      for (const uint32_t delta : {0u, 1u, 0xffffffffu}) {
        constants.push_back(instruction.k + delta);
      }
    }
  }
  const auto word = [&] {
    const auto any = static_cast<uint32_t>(random());
    return random() % 8 == 0 ? any : constants[any % constants.size()];
  };
  std::vector<Call> calls(count);
  for (Call& call : calls) {
    call.nr = word();
    call.arch = word();
    call.instruction_pointer = uint64_t{word()} << 32 | word();
    for (uint64_t& arg : call.args) arg = uint64_t{word()} << 32 | word();
  }
  return calls;
}

}  // namespace scbpf
