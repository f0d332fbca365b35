// Prove, FindDifference and FindMorePermissive on small sides.
#include <gtest/gtest.h>

#include "bpf/instruction.h"
#include "bpf/simulate.h"
#include "scbpf/prove.h"

namespace scbpf {
namespace {

constexpr uint32_t kX86 = 0xc000003eu;

Policy SmallPolicy() {
  Policy policy;
  policy.bad_arch = KillThread();
  Behavior conditional;
  conditional.clauses = {
      {{{0, CompareOp::kEq, 5}, {1, CompareOp::kGt, 0x100000002}}, Errno(7)},
      {{{2, CompareOp::kEq, 0x10, 0x30}}, Log()}};
  conditional.otherwise = Allow();
  policy.arches = {{kX86,
                    {{0, {{}, Errno(1)}},
                     {3, conditional},
                     {4, {{}, Allow()}},
                     {9, {{}, Errno(1)}}}}};
  return policy;
}

// What SmallPolicy says, by hand.
Program SmallProgram() {
  using namespace op;  // NOLINT
  return {
      Load(kArchOffset),
      JumpIf(kJeqK, kX86, 1, 0),
      Return(0),
      Load(kNrOffset),
      JumpIf(kJgeK, 9, 3, 0),
      JumpIf(kJeqK, 3, 3, 0),
      JumpIf(kJgeK, 4, 0, 1),
      Return(Allow().raw),
      Return(Errno(1).raw),
      Load(16 + 4),  // 9: arg 0
      JumpIf(kJeqK, 0, 0, 8),
      Load(16),
      JumpIf(kJeqK, 5, 0, 6),
      Load(24 + 4),
      JumpIf(kJgtK, 1, 3, 0),
      JumpIf(kJeqK, 1, 0, 3),
      Load(24),
      JumpIf(kJgtK, 2, 0, 1),
      Return(Errno(7).raw),
      Load(32),  // 19: arg 2
      {kAndK, 0, 0, 0x30},
      JumpIf(kJeqK, 0x10, 0, 1),
      Return(Log().raw),
      Return(Allow().raw),
  };
}

TEST(Prove, SaysEqualOfEqualSides) {
  const auto found = Prove(SmallPolicy(), SmallProgram());
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(*found, std::nullopt);
}

TEST(Prove, FindsEveryPlantedConstant) {
  for (size_t pc = 0; pc < SmallProgram().size(); ++pc) {
    Program program = SmallProgram();
    program[pc].k ^= op::Class(program[pc].code) == op::kLd    ? 8
                     : op::Class(program[pc].code) == op::kRet ? 0x00040000
                                                               : 1;
    const auto found = Prove(SmallPolicy(), program);
    ASSERT_TRUE(found.ok()) << pc << found.status();
    ASSERT_TRUE(found->has_value()) << pc;
    EXPECT_NE(AsKernelReads(Evaluate(SmallPolicy(), **found)),
              AsKernelReads(Simulate(program, **found)));
  }
}

}  // namespace
}  // namespace scbpf
