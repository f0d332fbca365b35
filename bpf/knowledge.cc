// One forward pass over a program: jumps only go forward, so that every way
// to an instruction has been seen when its turn comes.
#include "bpf/knowledge.h"

#include "absl/strings/str_cat.h"
#include "arch/abi.h"
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
  if (operation == op::kJeq && holds &&
      (number || at.a.field == Field::kNumberWithoutX32)) {
    at.call = NameOfNumber(at, in.k).name;
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

std::vector<Knowledge> FollowKnowledge(std::span<const Instruction> program) {
  std::vector<Knowledge> known(program.size());
  std::vector<bool> reached(program.size(), false);
  const auto flow = [&](size_t to, const Knowledge& from) {
    if (to >= program.size()) return;
    if (reached[to]) {
      Merge(known[to], from);
    } else {
      known[to] = from;
      reached[to] = true;
    }
  };
  if (!reached.empty()) reached[0] = true;
  for (size_t pc = 0; pc < program.size(); ++pc) {
    const Instruction& in = program[pc];
    if (!reached[pc] || op::Class(in.code) == op::kRet) continue;
    Knowledge then = known[pc];
    if (in.code == op::kJaK) {
      flow(pc + 1 + in.k, then);
    } else if (op::Class(in.code) == op::kJmp) {
      Knowledge otherwise = then;
      if (Learn(then, in, true)) flow(pc + 1 + in.jt, then);
      if (Learn(otherwise, in, false)) flow(pc + 1 + in.jf, otherwise);
    } else {
      Step(then, in);
      flow(pc + 1, then);
    }
  }
  return known;
}

}  // namespace scbpf
