// CheckProgram against seccomp(2): every opcode, and each rule at its edge.
#include "bpf/check.h"

#include <algorithm>
#include <vector>

#include "bpf/instruction.h"
#include "gtest/gtest.h"
#include "scbpf/program.h"
#include "tests/kernel/attach.h"
#include "tests/kernel/child.h"

namespace scbpf {
namespace {

using op::Jump;
using op::JumpIf;
using op::Load;
using op::Return;

constexpr uint32_t kAllow = 0x7fff0000;

// The programs that differ between CheckProgram and the kernel, by index.
// Those taken are installed one upon the other in one child, which ends
// there: all of them answer ALLOW.
std::vector<int64_t> Disagreements(const std::vector<Program>& programs) {
  const ChildEnd end = RunInChild([&](ChildReport& report) {
    size_t found = 0;
    for (size_t i = 0; i < programs.size() && found < 30; ++i) {
      const int expected = CheckProgram(programs[i]).ok() ? 0 : EINVAL;
      if (Attach(programs[i]) == expected) continue;
      report.values[++found] = static_cast<int64_t>(i);
    }
    report.values[0] = static_cast<int64_t>(found);
    return 0;
  });
  EXPECT_EQ(end.status, 0) << "signal " << end.signal;
  const auto& values = end.report.values;
  return {values.begin() + 1, values.begin() + 1 + values[0]};
}

size_t Taken(const std::vector<Program>& programs) {
  return static_cast<size_t>(
      std::count_if(programs.begin(), programs.end(),
                    [](const Program& p) { return CheckProgram(p).ok(); }));
}

class CheckKernelTest : public AttachTest {};

// 41 of them are taken.
TEST_F(CheckKernelTest, EveryOpcode) {
  std::vector<Program> programs;
  for (int code = 0; code <= 0x1ff; ++code) {
    const uint32_t k = code == op::kRetK ? kAllow : code == op::kLdAbs ? 4 : 1;
    // RET A returns ALLOW; no division by 0 ends the child.
    programs.push_back({{op::kLdImm, 0, 0, kAllow},
                        {op::kSt, 0, 0, 1},
                        {op::kLdxImm, 0, 0, 1},
                        {static_cast<uint16_t>(code), 0, 0, k},
                        Return(kAllow),
                        Return(kAllow)});
  }
  programs.push_back({{0x8006, 0, 0, kAllow}, Return(kAllow)});
  EXPECT_EQ(Taken(programs), 41u);
  EXPECT_EQ(Disagreements(programs), std::vector<int64_t>{});
}

TEST_F(CheckKernelTest, EveryRuleAtItsEdge) {
  const Instruction ret = Return(kAllow);
  const Instruction store{op::kSt, 0, 0, 3};
  const Instruction load{op::kLdMem, 0, 0, 3};
  const std::vector<Program> programs = {
      {Load(60), ret},
      {Load(64), ret},
      {Load(2), ret},
      {Load(0xfffffff0), ret},
      {{op::kSt, 0, 0, 15}, ret},
      {{op::kSt, 0, 0, 16}, ret},
      {{op::kStx, 0, 0, 16}, ret},
      {{op::kLdxMem, 0, 0, 0x80000000}, ret},
      {{op::kAlu | op::kLsh, 0, 0, 31}, ret},
      {{op::kAlu | op::kLsh, 0, 0, 32}, ret},
      {{op::kAlu | op::kRsh, 0, 0, 32}, ret},
      {{op::kAlu | op::kLsh | op::kX, 0, 0, 32}, ret},
      {{op::kAlu | op::kDiv, 0, 0, 0}, ret},
      {{op::kAlu | op::kDiv, 0, 0, 0xffffffff}, ret},
      {Jump(0), ret},
      {Jump(1), ret},
      {Jump(0xffffffff), ret},
      {JumpIf(op::kJeqK, 0, 1, 0), ret},
      {JumpIf(op::kJeqK, 0, 0, 1), ret},
      {JumpIf(op::kJeqK, 0, 1, 1), ret, ret},
      {ret, Load(0)},
      {ret, load, ret},
      {Jump(1), load, ret},
      {JumpIf(op::kJeqK, 0, 1, 1), load, ret},
      {store, Jump(1), ret, load, ret},
      {JumpIf(op::kJeqK, 0, 0, 1), store, load, ret},
      {JumpIf(op::kJeqK, 0, 0, 2), store, Jump(1), store, load, ret},
      {JumpIf(op::kJeqK, 0, 0, 2), store, Jump(1), ret, load, ret},
      Program(4097, ret),
      {},
  };
  ASSERT_EQ(Taken(programs), 11u);
  EXPECT_EQ(Disagreements(programs), std::vector<int64_t>{});
}

}  // namespace
}  // namespace scbpf
