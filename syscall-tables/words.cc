// FormatCondition: argument names from the prototypes, values by name where
// the syscall takes them by name.
#include "syscall-tables/words.h"

#include <bit>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <span>

#include "syscall-tables/names.h"

namespace scbpf {
namespace {

constexpr uint64_t kAllOnes = ~uint64_t{0};
constexpr uint64_t kLowHalf = 0xffffffff;

std::string_view Symbol(CompareOp op) {
  switch (op) {
    case CompareOp::kEq:
      return " == ";
    case CompareOp::kNe:
      return " != ";
    case CompareOp::kLt:
      return " < ";
    case CompareOp::kLe:
      return " <= ";
    case CompareOp::kGt:
      return " > ";
    case CompareOp::kGe:
      return " >= ";
  }
  return " ? ";
}

std::string Number(uint64_t value, bool bits) {
  char text[24];
  const bool hex = bits ? value > 9 : value > 0xffff;
  std::snprintf(text, sizeof text, hex ? "0x%" PRIx64 : "%" PRIu64, value);
  return text;
}

// A mask or a value under one: a few flags by their names, else hex.
std::string Bits(std::string_view syscall, int arg, uint64_t value) {
  constexpr int kFew = 8;
  std::string name;
  if (value != 0 && std::popcount(value) <= kFew) {
    name = ConstantName(syscall, arg, value);
  }
  if (name.empty()) return Number(value, true);
  return name.find('|') == std::string::npos ? name : "(" + name + ")";
}

std::string ArgumentName(std::string_view syscall, int arg) {
  const std::span<const ArgPrototype> prototype = PrototypeOf(syscall);
  const size_t index = static_cast<size_t>(arg);
  if (index < prototype.size() && !prototype[index].name.empty()) {
    return std::string(prototype[index].name);
  }
  return std::string("a").append(std::to_string(arg));
}

}  // namespace

std::string FormatCondition(std::string_view syscall,
                            const ArgCondition& condition,
                            bool compares_64_bits) {
  const int arg = condition.arg;
  const bool equality =
      condition.op == CompareOp::kEq || condition.op == CompareOp::kNe;
  const bool whole = condition.mask == kAllOnes ||
                     (condition.mask == kLowHalf && !compares_64_bits);
  std::string text = ArgumentName(syscall, arg);
  if (!whole) {
    text += " & ";
    text += Bits(syscall, arg, condition.mask);
  }
  text += Symbol(condition.op);
  if (whole || condition.mask == kLowHalf) {
    std::string name;
    if (equality) name = ConstantName(syscall, arg, condition.value);
    text += name.empty() ? Number(condition.value, false) : name;
  } else {
    text += Bits(syscall, arg, condition.value);
  }
  return text;
}

}  // namespace scbpf
