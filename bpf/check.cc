// CheckProgram: the three passes of the kernel over a new filter.
#include "bpf/check.h"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bpf/instruction.h"
#include "bpf/text.h"

namespace scbpf {
namespace {

Refusal Refuse(size_t pc, std::string reason) {
  return {pc, std::move(reason)};
}

bool IsLoad(uint16_t code) {
  return code == op::kLdAbs || code == op::kLdLen || code == op::kLdImm ||
         code == op::kLdMem || code == op::kLdxLen || code == op::kLdxImm ||
         code == op::kLdxMem;
}

// Whether seccomp_check_filter lists the opcode.
bool IsAllowed(uint16_t code) {
  const uint16_t operation = op::Operation(code);
  const bool of_x = op::Source(code) == op::kX;
  if (code > 0xff) return false;
  switch (op::Class(code)) {
    case op::kLd:
    case op::kLdx:
      return IsLoad(code);
    case op::kSt:
    case op::kStx:
      return code == op::kSt || code == op::kStx;
    case op::kAlu:
      return operation < op::kNeg || (operation == op::kNeg && !of_x) ||
             operation == op::kXor;
    case op::kJmp:
      return operation <= op::kJset && !(operation == op::kJa && of_x);
    case op::kRet:
      return code == op::kRetK || code == op::kRetA;
    default:
      return code == op::kTaxAll || code == op::kTxaAll;
  }
}

// What makes people write an opcode that other classic BPF has.
std::string_view WhyNotAllowed(uint16_t code) {
  if (code > 0xff) return "";
  if (op::Class(code) == op::kAlu && op::Operation(code) == op::kMod) {
    return " (seccomp has no MOD)";
  }
  if (op::Class(code) <= op::kLdx) {
    return " (seccomp loads aligned words of seccomp_data, nothing else)";
  }
  return "";
}

bool IsScratch(uint16_t code) {
  return code == op::kLdMem || code == op::kLdxMem || code == op::kSt ||
         code == op::kStx;
}

// The operand of one instruction with an allowed opcode; `left` instructions
// follow it.
std::optional<Refusal> CheckOperand(const Instruction& in, size_t pc,
                                    size_t left) {
  if (in.code == op::kLdAbs) {
    if (in.k >= op::kDataSize) {
      return Refuse(pc, absl::StrCat("load at ", in.k,
                                     ", past the 64 bytes of seccomp_data"));
    }
    if (in.k % 4 != 0) {
      return Refuse(pc, absl::StrCat("load at ", in.k, ", not aligned to 4"));
    }
  }
  if (IsScratch(in.code) && in.k >= op::kMemWords) {
    return Refuse(pc, absl::StrCat("scratch word ", in.k, " of 16"));
  }
  if (in.code == op::kJaK && in.k >= left) {
    return Refuse(pc, "jump past the end");
  }
  if (op::IsConditional(in.code) && (in.jt >= left || in.jf >= left)) {
    return Refuse(pc, "jump past the end");
  }
  if (op::Class(in.code) != op::kAlu || op::Source(in.code) == op::kX) {
    return std::nullopt;
  }
  const uint16_t operation = op::Operation(in.code);
  if (operation == op::kDiv && in.k == 0) {
    return Refuse(pc, "division by 0");
  }
  if ((operation == op::kLsh || operation == op::kRsh) && in.k >= 32) {
    return Refuse(pc, absl::StrCat("shift by ", in.k, " of 32 bits"));
  }
  return std::nullopt;
}

// check_load_and_stores: one forward pass with a bit per scratch word. As in
// the kernel a RET lets its words flow on to the next instruction, so that a
// few programs are refused that never load an unset word.
std::optional<Refusal> CheckScratch(std::span<const Instruction> program) {
  std::vector<uint16_t> entering(program.size(), 0xffff);
  uint16_t valid = 0;
  for (size_t pc = 0; pc < program.size(); ++pc) {
    const Instruction& in = program[pc];
    valid &= entering[pc];
    if (IsScratch(in.code)) {
      const auto bit = static_cast<uint16_t>(1u << in.k);
      if (in.code == op::kSt || in.code == op::kStx) {
        valid |= bit;
      } else if ((valid & bit) == 0) {
        return Refuse(pc, absl::StrCat("scratch word ", in.k,
                                       " may be loaded before it is stored"));
      }
    } else if (in.code == op::kJaK) {
      entering[pc + 1 + in.k] &= valid;
      valid = 0xffff;
    } else if (op::IsConditional(in.code)) {
      entering[pc + 1 + in.jt] &= valid;
      entering[pc + 1 + in.jf] &= valid;
      valid = 0xffff;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> FindRefusal(std::span<const Instruction> program) {
  if (program.empty()) {
    return Refusal{std::nullopt, "the program is empty"};
  }
  if (program.size() > kMaxInstructions) {
    return Refusal{
        std::nullopt,
        absl::StrCat(program.size(), " instructions; the kernel takes ",
                     kMaxInstructions, " at most")};
  }
  for (size_t pc = 0; pc < program.size(); ++pc) {
    const Instruction& in = program[pc];
    if (!IsAllowed(in.code)) {
      const std::string_view why = WhyNotAllowed(in.code);
      return Refuse(
          pc,
          absl::StrCat("opcode ", Hex(in.code), " is none that seccomp takes",
                       absl::string_view(why.data(), why.size())));
    }
    std::optional<Refusal> operand =
        CheckOperand(in, pc, program.size() - pc - 1);
    if (operand.has_value()) return operand;
  }
  const uint16_t last = program.back().code;
  if (last != op::kRetK && last != op::kRetA) {
    return Refuse(program.size() - 1, "the last instruction is not a RET");
  }
  return CheckScratch(program);
}

absl::Status CheckProgram(std::span<const Instruction> program) {
  const std::optional<Refusal> refusal = FindRefusal(program);
  if (!refusal.has_value()) return absl::OkStatus();
  if (!refusal->instruction.has_value()) {
    return absl::InvalidArgumentError(refusal->reason);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "instruction ", *refusal->instruction, ": ", refusal->reason));
}

}  // namespace scbpf
