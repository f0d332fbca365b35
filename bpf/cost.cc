// Counts what a program costs, as the kernel would.
#include "bpf/cost.h"

#include <algorithm>
#include <vector>

#include "bpf/instruction.h"
#include "bpf/simulate.h"
#include "scbpf/return_value.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

// The length of one instruction after bpf_convert_filter.
uint32_t ConvertedLength(const Instruction& in) {
  // A word move, a test for 0, two instructions that return 0, the division.
  if (in.code == (op::kAlu | op::kDiv | op::kX)) return 5;
  if (in.code == op::kRetK) return 2;
  if (!op::IsConditional(in.code)) return 1;
  uint32_t length = 1;
  // Immediates are signed there: K from 2^31 on goes through a register.
  if (op::Source(in.code) == op::kK && in.k >= 0x80000000u) ++length;
  // Only one way out; the other is a JA, unless it is the next instruction
  // and the test can be turned round.
  const bool turned = in.jt == 0 && op::Operation(in.code) != op::kJset;
  if (in.jf != 0 && !turned) ++length;
  return length;
}

}  // namespace

ExecutedCost MeasureExecuted(std::span<const Instruction> program,
                             const Abi& abi) {
  ExecutedCost cost;
  const std::span<const uint32_t> numbers = NumbersOf(abi);
  if (numbers.empty()) return cost;
  uint64_t sum = 0;
  for (const uint32_t nr : numbers) {
    Call call;
    call.nr = nr;
    call.arch = abi.audit_value;
    const uint32_t executed = Execute(program, call).executed;
    sum += executed;
    cost.max = std::max(cost.max, executed);
  }
  cost.mean = static_cast<double>(sum) / static_cast<double>(numbers.size());
  return cost;
}

uint32_t LongestPath(std::span<const Instruction> program) {
  std::vector<uint32_t> longest(program.size(), 1);
  for (size_t pc = program.size(); pc-- > 0;) {
    const Instruction& in = program[pc];
    if (op::Class(in.code) == op::kRet) continue;
    const bool jump = in.code == op::kJaK;
    const bool branch = op::IsConditional(in.code);
    const size_t then_pc = pc + 1 + (jump ? in.k : branch ? in.jt : 0);
    const size_t else_pc = branch ? pc + 1 + in.jf : then_pc;
    longest[pc] += std::max(longest[then_pc], longest[else_pc]);
  }
  return longest.empty() ? 0 : longest.front();
}

BitmapScan ScanForActionBitmap(std::span<const Instruction> program,
                               uint32_t audit_arch, uint32_t nr) {
  BitmapScan scan;
  uint32_t a = 0;
  for (size_t pc = 0; pc < program.size(); ++pc) {
    const Instruction& in = program[pc];
    ++scan.steps;
    switch (in.code) {
      case op::kLdAbs:
        if (in.k != op::kNrOffset && in.k != op::kArchOffset) return scan;
        a = in.k == op::kNrOffset ? nr : audit_arch;
        break;
      case op::kRetK:
        scan.allowed = in.k == Allow().raw;
        return scan;
      case op::kJaK:
        pc += in.k;
        break;
      case op::kJeqK:
        pc += a == in.k ? in.jt : in.jf;
        break;
      case op::kJgeK:
        pc += a >= in.k ? in.jt : in.jf;
        break;
      case op::kJgtK:
        pc += a > in.k ? in.jt : in.jf;
        break;
      case op::kJsetK:
        pc += (a & in.k) != 0 ? in.jt : in.jf;
        break;
      case op::kAndK:
        a &= in.k;
        break;
      default:
        return scan;
    }
  }
  return scan;
}

bool IsInActionBitmap(std::span<const Instruction> program, uint32_t audit_arch,
                      uint32_t nr) {
  return ScanForActionBitmap(program, audit_arch, nr).allowed;
}

uint32_t KernelLength(std::span<const Instruction> program) {
  // Three instructions clear A and X and keep the pointer to the data; four
  // are what each filter counts beside its length.
  uint32_t length = 3 + 4;
  for (const Instruction& in : program) length += ConvertedLength(in);
  return length;
}

}  // namespace scbpf
