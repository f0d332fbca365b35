// WarnOfArguments: conditions that look at less, or at more, than the author
// sees in them.
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "compiler/resolve_parts.h"
#include "compiler/warnings.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"
#include "syscall-tables/words.h"

namespace scbpf {
namespace {

constexpr uint64_t kLowHalf = 0xffffffff;
constexpr const char* kFolded =
    "conditions look at 64 bits of arguments of which the kernel takes 32; "
    "--int-args=kernel looks at those alone, --int-args=full keeps this";

std::string HexText(uint64_t value) {
  return absl::StrCat("0x", absl::Hex(value));
}

const ArgPrototype* PrototypeAt(std::string_view syscall, uint32_t index) {
  const auto prototype = PrototypeOf(syscall);
  return index < prototype.size() ? &prototype[index] : nullptr;
}

// The first name of the entry whose argument `index` has this class and that
// an ABI of the kind asked for has.
const std::string* FindName(const WarningContext& context,
                            const ProfileEntry& entry, uint32_t index,
                            ArgClass arg_class, bool wide_abis_only) {
  for (const At<std::string>& name : entry.names) {
    const ArgPrototype* prototype = PrototypeAt(name.value, index);
    if (prototype == nullptr || prototype->arg_class != arg_class) continue;
    for (const AbiRules& abi : context.rules.abis) {
      if (wide_abis_only && !abi.abi->compares_64_bits) continue;
      if (NumberOf(*abi.abi, name.value).has_value()) return &name.value;
    }
  }
  return nullptr;
}

// The ABIs that compare low halves and have a rule of the entry.
std::string NarrowAbis(const WarningContext& context,
                       const ProfileEntry& entry) {
  std::string ids;
  for (const AbiRules& abi : context.rules.abis) {
    if (abi.abi->compares_64_bits) continue;
    for (const At<std::string>& name : entry.names) {
      if (!NumberOf(*abi.abi, name.value) &&
          !FindMultiplexer(*abi.abi, name.value)) {
        continue;
      }
      absl::StrAppend(&ids, ids.empty() ? "" : " and ",
                      std::string(abi.abi->id));
      break;
    }
  }
  return ids;
}

// A mask that has no bit left where low halves are compared.
bool WarnOfWideMask(WarningContext& context, const ProfileEntry& entry,
                    const At<uint64_t>& mask) {
  if (mask.value == 0 || (mask.value & kLowHalf) != 0) return false;
  const std::string abis = NarrowAbis(context, entry);
  if (abis.empty()) return false;
  context.Tell(Severity::kWarning, "wide-value", mask.at,
               absl::StrCat("mask ", HexText(mask.value),
                            " does not fit in 32 bits: on ", abis,
                            " nothing is compared, every value passes"));
  return true;
}

void WarnOfWideValue(WarningContext& context, const ProfileEntry& entry,
                     const At<uint64_t>& value) {
  if (value.value <= kLowHalf) return;
  const std::string abis = NarrowAbis(context, entry);
  if (abis.empty()) return;
  context.Tell(
      Severity::kWarning, "wide-value", value.at,
      absl::StrCat(HexText(value.value), " does not fit in 32 bits: on ", abis,
                   " its low half ", HexText(value.value & kLowHalf),
                   " is compared"));
}

// Where the index stands; where it was left out, the condition.
SourceSpan IndexPlace(const ProfileArg& arg) {
  return arg.index.at.length > 0 ? arg.index.at : arg.at;
}

void WarnOfPointer(WarningContext& context, const ProfileEntry& entry,
                   const ProfileArg& arg) {
  const std::string* name =
      FindName(context, entry, arg.index.value, ArgClass::kPointer, false);
  if (name == nullptr) return;
  context.Tell(
      Severity::kWarning, "pointer-argument", IndexPlace(arg),
      absl::StrCat("argument ", arg.index.value, " of \"", *name, "\", ",
                   std::string(PrototypeAt(*name, arg.index.value)->name),
                   ", is a pointer: a filter sees the address, never what is "
                   "there"));
}

// A value that fits in 32 bits and that the kernel reads from a register for
// which the condition holds wrongly (or fails wrongly); nullopt: the condition
// looks at the low half only, or junk does not help.
struct Junk {
  uint64_t value = 0;
  bool passes = false;  // else it is refused
};
std::optional<Junk> FindJunk(const ArgCondition& condition, bool permission) {
  const uint64_t value = condition.value;
  if (condition.mask <= kLowHalf || value > kLowHalf) return std::nullopt;
  switch (condition.op) {
    case CompareOp::kEq:
      return Junk{value, !permission};
    case CompareOp::kNe:
    case CompareOp::kGt:
      if (!permission) return std::nullopt;
      return Junk{value, true};
    case CompareOp::kGe:
      if (!permission || value == 0) return std::nullopt;
      return Junk{value - 1, true};
    case CompareOp::kLt:
      if (permission || value == 0) return std::nullopt;
      return Junk{value - 1, true};
    case CompareOp::kLe:
      if (permission) return std::nullopt;
      return Junk{value, true};
  }
  return std::nullopt;
}

void WarnOfTruncation(WarningContext& context, const ProfileEntry& entry,
                      const ProfileArg& arg, const ArgCondition& condition,
                      ReturnValue result) {
  const std::optional<Junk> junk = FindJunk(condition, IsPermission(result));
  if (!junk.has_value()) return;
  const std::string* name =
      FindName(context, entry, arg.index.value, ArgClass::kInt32, true);
  if (name == nullptr) return;
  const uint64_t taken = junk->value & kLowHalf;
  context.Tell(
      Severity::kWarning, "truncated-argument", IndexPlace(arg),
      absl::StrCat("\"", FormatCondition(*name, condition, true), "\" of \"",
                   *name, "\" looks at 64 bits, the kernel at 32: ",
                   HexText(taken | (kLowHalf + 1)),
                   junk->passes ? " passes" : " is refused",
                   " although the kernel takes it for ", taken),
      kFolded);
}

void WarnOfEntry(WarningContext& context, uint32_t index) {
  const ProfileEntry& entry = context.profile.syscalls[index];
  const Conditions wide = SplitConditions(entry, ArgSemantics::kAnd)[0];
  const bool truncation = !context.target.int_args_chosen &&
                          context.target.int_args == IntArgs::kFull;
  for (size_t i = 0; i < entry.args.size(); ++i) {
    const ProfileArg& arg = entry.args[i];
    const bool masked = arg.op.value == ProfileOp::kMaskedEq;
    if (!masked || !WarnOfWideMask(context, entry, arg.value)) {
      WarnOfWideValue(context, entry, arg.value);
      if (masked && arg.value_two.has_value()) {
        WarnOfWideValue(context, entry, *arg.value_two);
      }
    }
    WarnOfPointer(context, entry, arg);
    if (truncation) {
      WarnOfTruncation(context, entry, arg, wide[i],
                       context.rules.fates[index].result);
    }
  }
}

}  // namespace

void WarnOfArguments(WarningContext& context) {
  for (uint32_t i = 0; i < context.rules.fates.size(); ++i) {
    if (context.rules.fates[i].kept) WarnOfEntry(context, i);
  }
}

}  // namespace scbpf
