// One forward pass over a program: jumps only go forward, so that every way
// to an instruction has been seen when its turn comes.
#include "bpf/knowledge.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "arch/abi.h"
#include "bpf/text.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

constexpr uint32_t kX32Bit = 0x40000000;

// The ABI of number `k` of which A holds `at.a`, and the number itself.
struct Named {
  const Abi* abi = nullptr;
  std::string_view name;
};

Named NameOfNumber(const Knowledge& at, uint32_t k) {
  if (!at.arch.has_value()) return {};
  Named named;
  const auto look_up = [&](uint32_t nr) {
    named.abi = AbiOfCall(*at.arch, nr);
    if (named.abi != nullptr) named.name = NameOf(*named.abi, nr);
  };
  const bool cleared = at.a.field == Field::kNumberWithoutX32;
  if (cleared && at.x32.value_or(false)) {
    look_up(k | kX32Bit);
  } else {
    look_up(k);
    if (cleared && named.name.empty() && !at.x32.has_value()) {
      look_up(k | kX32Bit);
    }
  }
  return named;
}

// `b` flows into where `a` already did.
void Merge(Knowledge& a, const Knowledge& b) {
  if (a.a != b.a) a.a = {};
  if (a.x != b.x) a.x = {};
  for (size_t i = 0; i < a.memory.size(); ++i) {
    if (a.memory[i] != b.memory[i]) a.memory[i] = {};
  }
  if (a.arch != b.arch) a.arch.reset();
  if (a.x32 != b.x32) a.x32.reset();
  if (a.call != b.call) a.call = {};
  for (Bounds Knowledge::*which : {&Knowledge::number, &Knowledge::cleared}) {
    (a.*which).low = std::min((a.*which).low, (b.*which).low);
    (a.*which).high = std::max((a.*which).high, (b.*which).high);
  }
}

// Whether the outcome says on which side of 2^30 the number lies; what does
// not say so leaves it as it was.
void LearnNumber(Knowledge& at, uint16_t operation, uint32_t k, bool holds) {
  switch (operation) {
    case op::kJeq:
      if (holds) at.x32 = k >= kX32Bit;
      return;
    case op::kJgt:
      if (holds && k >= kX32Bit - 1) at.x32 = true;
      if (!holds && k < kX32Bit) at.x32 = false;
      return;
    case op::kJge:
      if (holds && k >= kX32Bit) at.x32 = true;
      if (!holds && k <= kX32Bit) at.x32 = false;
      return;
    default:
      if (k == kX32Bit) at.x32 = holds;
  }
}

// What is left of `bounds` when a comparison with `k` comes out as `holds`.
// (Bounds that exclude each other stay: no call comes there.)
void Narrow(Bounds& bounds, uint16_t operation, uint32_t k, bool holds) {
  Bounds left = bounds;
  if (operation == op::kJeq && holds) left = {k, k};
  if (operation == op::kJeq && !holds && left.low == k) ++left.low;
  if (operation == op::kJeq && !holds && left.high == k) --left.high;
  const bool greater = operation == op::kJgt;
  if ((operation == op::kJge || greater) && holds) {
    left.low = std::max(left.low, greater && k != 0xffffffff ? k + 1 : k);
  }
  if ((operation == op::kJge || greater) && !holds) {
    left.high = std::min(left.high, greater || k == 0 ? k : k - 1);
  }
  if (left.low <= left.high) bounds = left;
}

bool LearnArch(Knowledge& at, uint16_t operation, uint32_t k, bool holds) {
  if (operation != op::kJeq) return true;
  if (at.arch.has_value()) return (*at.arch == k) == holds;
  if (holds) at.arch = k;
  return true;
}

// What the outcome of a comparison of A with K tells; false: it never comes
// out like that.
bool Learn(Knowledge& at, const Instruction& in, bool holds) {
  if (op::Source(in.code) == op::kX) return true;
  const uint16_t operation = op::Operation(in.code);
  const bool number = at.a.field == Field::kNumber;
  if (number || at.a.field == Field::kNumberWithoutX32) {
    Bounds& bounds = number ? at.number : at.cleared;
    Narrow(bounds, operation, in.k, holds);
    if (bounds.low == bounds.high) {
      at.call = NameOfNumber(at, bounds.low).name;
    }
  }
  if (number) LearnNumber(at, operation, in.k, holds);
  if (at.a.field == Field::kArch) return LearnArch(at, operation, in.k, holds);
  return true;
}

// A after an operation on it.
Meaning Compute(const Instruction& in, const Meaning& a) {
  if (in.code != op::kAndK) return {};
  if (in.k == 0xffffffff) return a;
  const bool clears_x32 = in.k == ~kX32Bit && a.field == Field::kNumber;
  return clears_x32 ? Meaning{Field::kNumberWithoutX32} : Meaning{};
}

// An instruction that goes on to the next.
void Step(Knowledge& at, const Instruction& in) {
  const size_t word = in.k % op::kMemWords;
  switch (in.code) {
    case op::kLdAbs:
      at.a = MeaningOfWord(in.k);
      return;
    case op::kLdMem:
      at.a = at.memory[word];
      return;
    case op::kLdxMem:
      at.x = at.memory[word];
      return;
    case op::kSt:
      at.memory[word] = at.a;
      return;
    case op::kStx:
      at.memory[word] = at.x;
      return;
    case op::kTaxAll:
      at.x = at.a;
      return;
    case op::kTxaAll:
      at.a = at.x;
      return;
    default:
      if (op::Class(in.code) == op::kAlu) at.a = Compute(in, at.a);
      if (op::Class(in.code) == op::kLd) at.a = {};
      if (op::Class(in.code) == op::kLdx) at.x = {};
  }
}

std::string DescribeArch(uint32_t token) {
  for (const Abi* abi : AllAbis()) {
    if (abi->audit_value != token) continue;
    std::string_view name = abi->audit_name;
    if (name.starts_with("AUDIT_")) name.remove_prefix(6);
    return std::string(name);
  }
  return Hex(token);
}

// Syscalls without a name are told in decimal, as people know them, but not
// flags and limits.
std::string DescribeNumber(const Knowledge& at, uint16_t operation,
                           uint32_t k) {
  if (operation == op::kJset) return Hex(k);
  if (operation != op::kJeq && k == kX32Bit) return Hex(k);
  const std::string name = NumberName(at, k);
  if (!name.empty()) return name;
  return k < 0x10000 ? absl::StrCat(k) : Hex(k);
}

}  // namespace

Meaning MeaningOfWord(uint32_t offset) {
  const bool high = offset % 8 == 4;
  if (offset == op::kNrOffset) return {Field::kNumber};
  if (offset == op::kArchOffset) return {Field::kArch};
  if (offset < op::kArgsOffset) return {Field::kInstructionPointer, 0, high};
  if (offset >= op::kDataSize) return {};
  return {Field::kArgument,
          static_cast<uint8_t>((offset - op::kArgsOffset) / 8), high};
}

std::string NumberName(const Knowledge& at, uint32_t k) {
  const Named named = NameOfNumber(at, k);
  if (named.abi == nullptr || named.name.empty()) return "";
  const char* prefix = named.abi->nr_base == kX32Bit ? "x32_" : "";
  return absl::StrCat(prefix, std::string(named.name));
}

std::string ArgumentName(const Knowledge& at, uint8_t argument) {
  const auto prototype = PrototypeOf(at.call);
  if (argument < prototype.size() && !prototype[argument].name.empty()) {
    return std::string(prototype[argument].name);
  }
  return absl::StrCat("args[", argument, "]");
}

std::string ConstantText(const Knowledge& at, uint16_t operation, uint32_t k) {
  switch (at.a.field) {
    case Field::kNumber:
    case Field::kNumberWithoutX32:
      return DescribeNumber(at, operation, k);
    case Field::kArch:
      return operation == op::kJeq ? DescribeArch(k) : Hex(k);
    case Field::kArgument:
      if (!at.call.empty() && !at.a.high) {
        const std::string name = ConstantName(at.call, at.a.argument, k);
        const bool flags = name.find('|') != std::string::npos;
        if (!name.empty()) return flags ? absl::StrCat("(", name, ")") : name;
      }
      return Hex(k);
    case Field::kInstructionPointer:
    case Field::kUnknown:
      break;
  }
  return Hex(k);
}

std::string WordText(const Knowledge& at, uint32_t offset) {
  const Meaning word = MeaningOfWord(offset);
  const char* half = word.high ? " >> 32" : "";
  switch (word.field) {
    case Field::kNumber:
    case Field::kNumberWithoutX32:
      return "sys_number";
    case Field::kArch:
      return "arch";
    case Field::kInstructionPointer:
      return absl::StrCat("instruction_pointer", half);
    case Field::kArgument:
      return absl::StrCat(ArgumentName(at, word.argument), half);
    case Field::kUnknown:
      break;
  }
  return Hex(offset);
}

std::vector<Knowledge> FollowKnowledge(std::span<const FlowStep> steps) {
  std::vector<Knowledge> known(steps.size());
  std::vector<bool> reached(steps.size(), false);
  const auto flow = [&](size_t to, const Knowledge& from) {
    if (to >= steps.size()) return;
    if (reached[to]) {
      Merge(known[to], from);
    } else {
      known[to] = from;
      reached[to] = true;
    }
  };
  if (!reached.empty()) reached[0] = true;
  for (size_t i = 0; i < steps.size(); ++i) {
    const auto& [in, then_step, else_step] = steps[i];
    if (!reached[i] || op::Class(in.code) == op::kRet) continue;
    Knowledge then = known[i];
    if (op::Class(in.code) == op::kJmp && in.code != op::kJaK) {
      Knowledge otherwise = then;
      if (Learn(then, in, true)) flow(then_step, then);
      if (Learn(otherwise, in, false)) flow(else_step, otherwise);
    } else {
      if (in.code != op::kJaK) Step(then, in);
      flow(then_step, then);
    }
  }
  return known;
}

std::vector<Knowledge> FollowKnowledge(std::span<const Instruction> program) {
  std::vector<FlowStep> steps;
  steps.reserve(program.size());
  for (size_t pc = 0; pc < program.size(); ++pc) {
    const Instruction& in = program[pc];
    const bool compares = op::Class(in.code) == op::kJmp && in.code != op::kJaK;
    const size_t skip = in.code == op::kJaK ? in.k : compares ? in.jt : 0;
    steps.push_back({in, pc + 1 + skip, pc + 1 + (compares ? in.jf : 0)});
  }
  return FollowKnowledge(steps);
}

}  // namespace scbpf
