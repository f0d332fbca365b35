// Conditions of a profile as an ABI compares them, and the multiplexers of a
// call.
#include <optional>
#include <span>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/resolve_parts.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

constexpr uint64_t kLowHalf = 0xffffffff;

CompareOp OpOf(ProfileOp op) {
  switch (op) {
    case ProfileOp::kEq:
    case ProfileOp::kMaskedEq:
      return CompareOp::kEq;
    case ProfileOp::kNe:
      return CompareOp::kNe;
    case ProfileOp::kLt:
      return CompareOp::kLt;
    case ProfileOp::kLe:
      return CompareOp::kLe;
    case ProfileOp::kGt:
      return CompareOp::kGt;
    case ProfileOp::kGe:
      return CompareOp::kGe;
  }
  return CompareOp::kEq;
}

ArgCondition Wide(const ProfileArg& arg) {
  ArgCondition condition;
  condition.arg = static_cast<uint8_t>(arg.index.value);
  condition.op = OpOf(arg.op.value);
  condition.value = arg.value.value;
  if (arg.op.value == ProfileOp::kMaskedEq) {
    condition.mask = arg.value.value;
    const uint64_t wanted = arg.value_two ? arg.value_two->value : 0;
    condition.value = wanted & condition.mask;
  }
  return condition;
}

bool KernelTruncates(std::string_view syscall, int arg) {
  const std::span<const ArgPrototype> prototype = PrototypeOf(syscall);
  const size_t index = static_cast<size_t>(arg);
  return index < prototype.size() &&
         prototype[index].arg_class == ArgClass::kInt32;
}

}  // namespace

const ProfileArg* FindRepeatedIndex(const ProfileEntry& entry) {
  uint32_t seen = 0;
  for (const ProfileArg& arg : entry.args) {
    const uint32_t bit = uint32_t{1} << (arg.index.value & 31);
    if ((seen & bit) != 0) return &arg;
    seen |= bit;
  }
  return nullptr;
}

std::vector<Conditions> SplitConditions(const ProfileEntry& entry,
                                        ArgSemantics semantics) {
  std::vector<Conditions> rules;
  if (semantics == ArgSemantics::kOci && FindRepeatedIndex(entry) != nullptr) {
    rules.reserve(entry.args.size());
    for (const ProfileArg& arg : entry.args) rules.push_back({Wide(arg)});
    return rules;
  }
  rules.emplace_back();
  rules[0].reserve(entry.args.size());
  for (const ProfileArg& arg : entry.args) rules[0].push_back(Wide(arg));
  return rules;
}

Conditions Narrow(const Conditions& wide, const Abi& abi,
                  std::string_view syscall, IntArgs int_args) {
  Conditions narrow;
  narrow.reserve(wide.size());
  for (ArgCondition condition : wide) {
    if (!abi.compares_64_bits || (int_args == IntArgs::kKernel &&
                                  KernelTruncates(syscall, condition.arg))) {
      condition.mask &= kLowHalf;
      condition.value &= kLowHalf;
    }
    if (condition.mask != 0) narrow.push_back(condition);
  }
  return narrow;
}

std::optional<Multiplexer> MultiplexerAt(const Abi& abi, size_t place) {
  if (!abi.socketcall.has_value() && !abi.ipc.has_value()) return std::nullopt;
  const std::optional<MultiplexedCall> found = MultiplexedAt(place);
  if (!found.has_value()) return std::nullopt;
  const std::optional<uint32_t> nr = found->is_ipc ? abi.ipc : abi.socketcall;
  if (!nr.has_value()) return std::nullopt;
  return Multiplexer{found->is_ipc ? "ipc" : "socketcall", *nr + abi.nr_base,
                     found->call};
}

std::string FormatMultiplexer(const Multiplexer& multiplexer) {
  return absl::StrCat(std::string(multiplexer.name), "(", multiplexer.call,
                      ")");
}

std::optional<Multiplexer> FindMultiplexer(const Abi& abi,
                                           std::string_view syscall) {
  const std::optional<size_t> place = FindSyscall(syscall);
  if (!place.has_value()) return std::nullopt;
  return MultiplexerAt(abi, *place);
}

}  // namespace scbpf
