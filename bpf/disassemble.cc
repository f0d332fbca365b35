// Writes a program as a listing, with the names that the way to each
// instruction allows.
#include "bpf/disassemble.h"

#include <cstdint>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "arch/abi.h"
#include "bpf/instruction.h"
#include "bpf/knowledge.h"
#include "bpf/text.h"
#include "scbpf/return_value.h"
#include "syscall-tables/names.h"

namespace scbpf {
namespace {

std::string Target(size_t pc, uint64_t offset) {
  return absl::StrFormat("goto %04d", pc + 1 + offset);
}

// The test, or its opposite.
std::string DescribeTest(uint16_t operation, const std::string& operand,
                         bool holds) {
  switch (operation) {
    case op::kJeq:
      return absl::StrCat(holds ? "A == " : "A != ", operand);
    case op::kJgt:
      return absl::StrCat(holds ? "A > " : "A <= ", operand);
    case op::kJge:
      return absl::StrCat(holds ? "A >= " : "A < ", operand);
    default:
      return holds ? absl::StrCat("A & ", operand)
                   : absl::StrCat("!(A & ", operand, ")");
  }
}

std::string DescribeJump(const Knowledge& at, const Instruction& in,
                         size_t pc) {
  const uint16_t operation = op::Operation(in.code);
  if (operation == op::kJa) return Target(pc, in.k);
  if (in.jt == in.jf) return Target(pc, in.jt);
  const std::string operand =
      op::Source(in.code) == op::kX ? "X" : ConstantText(at, operation, in.k);
  if (in.jt == 0) {
    return absl::StrCat("if (", DescribeTest(operation, operand, false), ") ",
                        Target(pc, in.jf));
  }
  std::string text = absl::StrCat(
      "if (", DescribeTest(operation, operand, true), ") ", Target(pc, in.jt));
  if (in.jf != 0) absl::StrAppend(&text, " else ", Target(pc, in.jf));
  return text;
}

std::string DescribeAlu(const Instruction& in) {
  static constexpr std::string_view kSigns[] = {
      "+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", "", "%=", "^="};
  const uint16_t operation = op::Operation(in.code);
  if (operation == op::kNeg) return "A = -A";
  const size_t row = operation >> 4;
  if (row >= std::size(kSigns)) return "unknown";
  const bool shift = operation == op::kLsh || operation == op::kRsh;
  const std::string operand = op::Source(in.code) == op::kX ? "X"
                              : shift                       ? absl::StrCat(in.k)
                                                            : Hex(in.k);
  return absl::StrCat("A ", std::string(kSigns[row]), " ", operand);
}

std::string_view ActionName(Action action) {
  switch (action) {
    case Action::kKillProcess:
      return "KILL_PROCESS";
    case Action::kKillThread:
      return "KILL_THREAD";
    case Action::kTrap:
      return "TRAP";
    case Action::kErrno:
      return "ERRNO";
    case Action::kUserNotif:
      return "USER_NOTIF";
    case Action::kTrace:
      return "TRACE";
    case Action::kLog:
      return "LOG";
    case Action::kAllow:
      return "ALLOW";
  }
  return "";
}

// The value as the kernel reads it; one with an unknown action in hex too.
std::string DescribeReturn(uint32_t raw) {
  const ReturnValue value = AsKernelReads({raw});
  const Action action = ActionOf(value);
  const std::string name(ActionName(action));
  if (action == Action::kKillProcess && (raw & 0xffff0000u) != value.raw) {
    return absl::StrCat("return ", Hex(raw), " (", name, ")");
  }
  const uint16_t data = DataOf(value);
  if (action == Action::kErrno) {
    const std::string error(ErrnoName(data));
    return absl::StrCat("return ", name, "(",
                        error.empty() ? absl::StrCat(data) : error, ")");
  }
  if (action == Action::kTrace || (action == Action::kTrap && data != 0)) {
    return absl::StrCat("return ", name, "(", data, ")");
  }
  return absl::StrCat("return ", name);
}

std::string DescribeMove(const Knowledge& at, const Instruction& in) {
  switch (in.code) {
    case op::kLdAbs:
      return absl::StrCat("A = ", WordText(at, in.k));
    case op::kLdImm:
      return absl::StrCat("A = ", Hex(in.k));
    case op::kLdLen:
      return "A = sizeof(seccomp_data)";
    case op::kLdMem:
      return absl::StrCat("A = mem[", in.k, "]");
    case op::kLdxImm:
      return absl::StrCat("X = ", Hex(in.k));
    case op::kLdxLen:
      return "X = sizeof(seccomp_data)";
    case op::kLdxMem:
      return absl::StrCat("X = mem[", in.k, "]");
    case op::kSt:
      return absl::StrCat("mem[", in.k, "] = A");
    case op::kStx:
      return absl::StrCat("mem[", in.k, "] = X");
    case op::kTaxAll:
      return "X = A";
    case op::kTxaAll:
      return "A = X";
    default:
      return "unknown";
  }
}

std::string Describe(const Knowledge& at, const Instruction& in, size_t pc) {
  switch (op::Class(in.code)) {
    case op::kAlu:
      return DescribeAlu(in);
    case op::kJmp:
      return DescribeJump(at, in, pc);
    case op::kRet:
      return in.code == op::kRetA ? "return A" : DescribeReturn(in.k);
    default:
      return DescribeMove(at, in);
  }
}

}  // namespace

std::vector<std::string> DescribeInstructions(
    std::span<const Instruction> program) {
  const std::vector<Knowledge> known = FollowKnowledge(program);
  std::vector<std::string> lines;
  lines.reserve(program.size());
  for (size_t pc = 0; pc < program.size(); ++pc) {
    lines.push_back(Describe(known[pc], program[pc], pc));
  }
  return lines;
}

std::string Disassemble(std::span<const Instruction> program) {
  std::string text =
      " line  CODE  JT   JF      K\n"
      "=================================\n";
  const std::vector<std::string> lines = DescribeInstructions(program);
  for (size_t pc = 0; pc < program.size(); ++pc) {
    const Instruction& in = program[pc];
    absl::StrAppendFormat(&text, " %04d: 0x%02x 0x%02x 0x%02x 0x%08x  %s\n", pc,
                          in.code, in.jt, in.jf, in.k, lines[pc]);
  }
  return text;
}

}  // namespace scbpf
