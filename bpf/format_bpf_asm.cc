// A filter in the language of the kernel tree's tools/bpf/bpf_asm.
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bpf/disassemble.h"
#include "bpf/formats.h"
#include "bpf/instruction.h"
#include "bpf/text.h"

namespace scbpf {
namespace {

// "L0012": the number that comments call the instruction by.
std::string LabelOf(size_t pc) { return absl::StrFormat("L%04d", pc); }

std::vector<bool> FindTargets(std::span<const Instruction> program) {
  std::vector<bool> targets(program.size(), false);
  for (size_t pc = 0; pc < program.size(); ++pc) {
    const Instruction& in = program[pc];
    if (in.code == op::kJaK) targets[pc + 1 + in.k] = true;
    if (!op::IsConditional(in.code)) continue;
    // A branch to the next instruction has no label, unless both are.
    const bool both = in.jt == 0 && in.jf == 0;
    if (in.jt != 0 || both) targets[pc + 1 + in.jt] = true;
    const bool jset = op::Operation(in.code) == op::kJset;
    if (in.jf != 0) targets[pc + 1 + in.jf] = true;
    if (jset && in.jt == 0) targets[pc + 1] = true;
  }
  return targets;
}

const char* JumpName(uint16_t operation, bool negated) {
  switch (operation) {
    case op::kJeq:
      return negated ? "jneq" : "jeq";
    case op::kJgt:
      return negated ? "jle" : "jgt";
    case op::kJge:
      return negated ? "jlt" : "jge";
    default:
      return "jset";
  }
}

std::string WriteJump(const Instruction& in, size_t pc) {
  if (in.code == op::kJaK) return absl::StrCat("jmp ", LabelOf(pc + 1 + in.k));
  const uint16_t operation = op::Operation(in.code);
  const std::string operand =
      op::Source(in.code) == op::kX ? "x" : absl::StrCat("#", Hex(in.k));
  const std::string then_label = LabelOf(pc + 1 + in.jt);
  const std::string else_label = LabelOf(pc + 1 + in.jf);
  const bool negated = in.jt == 0 && in.jf != 0 && operation != op::kJset;
  std::string text =
      absl::StrCat(JumpName(operation, negated), " ", operand, ", ");
  if (negated) return text + else_label;
  if (in.jf == 0 && in.jt != 0) return text + then_label;
  return text + then_label + ", " + else_label;
}

std::string WriteAlu(const Instruction& in) {
  static constexpr const char* kNames[] = {
      "add", "sub", "mul", "div", "or", "and", "lsh", "rsh", "neg", "", "xor"};
  const uint16_t operation = op::Operation(in.code);
  if (operation == op::kNeg) return "neg";
  const bool shift = operation == op::kLsh || operation == op::kRsh;
  const std::string operand = op::Source(in.code) == op::kX ? "x"
                              : shift ? absl::StrCat("#", in.k)
                                      : absl::StrCat("#", Hex(in.k));
  return absl::StrCat(kNames[operation >> 4], " ", operand);
}

std::string WriteMove(const Instruction& in) {
  switch (in.code) {
    case op::kLdAbs:
      return absl::StrCat("ld [", in.k, "]");
    case op::kLdImm:
      return absl::StrCat("ldi #", Hex(in.k));
    case op::kLdLen:
      return "ld #len";
    case op::kLdMem:
      return absl::StrCat("ld M[", in.k, "]");
    case op::kLdxImm:
      return absl::StrCat("ldxi #", Hex(in.k));
    case op::kLdxLen:
      return "ldx #len";
    case op::kLdxMem:
      return absl::StrCat("ldx M[", in.k, "]");
    case op::kSt:
      return absl::StrCat("st M[", in.k, "]");
    case op::kStx:
      return absl::StrCat("stx M[", in.k, "]");
    default:
      return in.code == op::kTaxAll ? "tax" : "txa";
  }
}

std::string Write(const Instruction& in, size_t pc) {
  switch (op::Class(in.code)) {
    case op::kAlu:
      return WriteAlu(in);
    case op::kJmp:
      return WriteJump(in, pc);
    case op::kRet:
      return in.code == op::kRetA ? "ret a" : absl::StrCat("ret #", Hex(in.k));
    default:
      return WriteMove(in);
  }
}

// " (unused here: jt 1, k 0x5)", or "".
std::string TellUnused(const Instruction& in) {
  const Instruction used = op::WithoutUnused(in);
  std::string text;
  const auto add = [&](const std::string& field) {
    text += (text.empty() ? " (unused, written as 0: " : ", ") + field;
  };
  if (in.jt != used.jt) add(absl::StrCat("jt ", in.jt));
  if (in.jf != used.jf) add(absl::StrCat("jf ", in.jf));
  if (in.k != used.k) add(absl::StrCat("k ", Hex(in.k)));
  return text.empty() ? text : text + ")";
}

}  // namespace

std::vector<size_t> FindUnusedFields(std::span<const Instruction> program) {
  std::vector<size_t> found;
  for (size_t pc = 0; pc < program.size(); ++pc) {
    if (op::WithoutUnused(program[pc]) != program[pc]) found.push_back(pc);
  }
  return found;
}

std::string FormatBpfAsm(std::span<const Instruction> program) {
  const std::vector<bool> targets = FindTargets(program);
  const std::vector<std::string> told = DescribeInstructions(program);
  std::string text;
  for (size_t pc = 0; pc < program.size(); ++pc) {
    const std::string label = targets[pc] ? LabelOf(pc) + ":" : "";
    absl::StrAppendFormat(&text, "%-7s %-28s ; %s%s\n", label,
                          Write(program[pc], pc), told[pc],
                          TellUnused(program[pc]));
  }
  return text;
}

}  // namespace scbpf
