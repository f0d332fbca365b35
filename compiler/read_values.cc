// What the scalars of a profile say.
#include <vector>

#include "arch/abi.h"
#include "compiler/profile_words.h"
#include "compiler/read_profile.h"
#include "syscall-tables/names.h"

namespace scbpf {
namespace {

std::optional<uint32_t> ReadDecimal(std::string_view digits) {
  if (digits.empty() || digits.size() > 9) return std::nullopt;
  uint32_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<uint32_t>(c - '0');
  }
  return value;
}

std::string SuggestArchitecture(std::string_view value) {
  if (value == "SCMP_ARCH_NATIVE") {
    return "; the native architecture needs no naming";
  }
  const Abi* const abi = FindAbi(value);
  if (abi != nullptr && !abi->scmp_name.empty()) {
    return Cat({"; did you mean \"", abi->scmp_name, "\"?"});
  }
  std::vector<std::string_view> names;
  for (const Abi* each : AllAbis()) {
    if (!each->scmp_name.empty()) names.push_back(each->scmp_name);
  }
  return DidYouMean(value, names);
}

std::string SuggestErrno(std::string_view value) {
  std::vector<std::string_view> names;
  for (uint16_t error = 1; error < 256; ++error) {
    if (!ErrnoName(error).empty()) names.push_back(ErrnoName(error));
  }
  return DidYouMean(value, names);
}

}  // namespace

// null stands for an absent member, except as an item.
void ProfileReader::Null(Slot slot, SourceSpan at) {
  if (FactsOf(slot).key.empty()) return WrongType(slot, "null", at);
  if (slot == Slot::kSyscalls) {
    findings_.Warn("null-syscalls", at,
                   "\"syscalls\": null has no effect: there are no entries");
  } else if (slot == Slot::kArgs) {
    findings_.Warn("null-args", at,
                   "\"args\": null has no effect: the entry has no conditions",
                   "\"args\": null has no effect: these entries have no "
                   "conditions");
  }
}

void ProfileReader::String(Slot slot, std::string_view value, SourceSpan at) {
  switch (slot) {
    case Slot::kDefaultAction:
      if (const auto action = ReadAction(value, at)) {
        profile_.default_action = *action;
        root_action_known_ = true;
      }
      return;
    case Slot::kAction:
      if (const auto action = ReadAction(value, at)) {
        entry().action = *action;
        action_known_ = true;
      }
      return;
    case Slot::kDefaultErrno:
      root_errno_.name = ReadErrno(value, at);
      return;
    case Slot::kErrno:
      entry_errno_.name = ReadErrno(value, at);
      return;
    case Slot::kListenerPath:
      profile_.listener_path = value;
      listener_at_ = at;
      return;
    case Slot::kListenerMetadata:
      profile_.listener_metadata = value;
      return;
    case Slot::kArchitecture:
      profile_.architectures.push_back({ReadArchitecture(value, at), at});
      return;
    case Slot::kRowArchitecture:
      profile_.arch_map.back().architecture = {ReadArchitecture(value, at), at};
      return;
    case Slot::kSubArchitecture:
      profile_.arch_map.back().sub_architectures.push_back(
          {ReadArchitecture(value, at), at});
      return;
    case Slot::kFlag:
      return ReadFlag(value, at);
    case Slot::kNameItem:
      if (value.empty()) {
        findings_.Error("empty-name", at,
                        "expected a syscall name, found an empty string; runc "
                        "refuses to start");
      }
      entry().names.push_back({std::string(value), at});
      return;
    case Slot::kName:
      entry_name_ = {std::string(value), at};
      return;
    case Slot::kComment:
      entry().comment = value;
      return;
    case Slot::kOp:
      return ReadOperator(value, at);
    case Slot::kFilterArch:
      CheckFilterWord(slot, value, at);
      filter_->arches.push_back({std::string(value), at});
      return;
    case Slot::kFilterCap:
      CheckFilterWord(slot, value, at);
      filter_->caps.push_back({std::string(value), at});
      return;
    case Slot::kMinKernel:
      return ReadMinKernel(value, at);
    case Slot::kUnknown:
    case Slot::kRoot:
    case Slot::kDefaultErrnoRet:
    case Slot::kArchitectures:
    case Slot::kArchMap:
    case Slot::kFlags:
    case Slot::kSyscalls:
    case Slot::kArchMapRow:
    case Slot::kSubArchitectures:
    case Slot::kEntry:
    case Slot::kNames:
    case Slot::kErrnoRet:
    case Slot::kArgs:
    case Slot::kArg:
    case Slot::kIncludes:
    case Slot::kExcludes:
    case Slot::kIndex:
    case Slot::kValue:
    case Slot::kValueTwo:
    case Slot::kArches:
    case Slot::kCaps:
      return;
  }
}

void ProfileReader::Number(Slot slot, const JsonScalar& scalar) {
  if (scalar.kind != JsonKind::kUnsigned) return NotANumber(slot, scalar);
  const At<uint64_t> number{scalar.number, scalar.at};
  if (slot == Slot::kDefaultErrnoRet) {
    root_errno_.number = number;
  } else if (slot == Slot::kErrnoRet) {
    entry_errno_.number = number;
  } else if (slot == Slot::kIndex) {
    if (number.value > 5) {
      findings_.Error("index-range", scalar.at,
                      "\"index\" must be from 0 to 5: a syscall has at most "
                      "six arguments; runc and crun refuse to start, unless "
                      "they know none of the entry's names");
      return;
    }
    arg().index = {static_cast<uint32_t>(number.value), scalar.at};
  } else if (slot == Slot::kValue) {
    arg().value = number;
  } else {
    arg().value_two = number;
  }
}

void ProfileReader::NotANumber(Slot slot, const JsonScalar& scalar) {
  const std::string_view key = FactsOf(slot).key;
  const bool wide = slot == Slot::kValue || slot == Slot::kValueTwo;
  switch (scalar.kind) {
    case JsonKind::kNegative: {
      std::string advice;
      if (wide) {
        advice =
            "; arguments are compared unsigned: -1 is 18446744073709551615 "
            "in 64 bits, 4294967295 in 32";
      }
      findings_.Error("negative-number", scalar.at,
                      Cat({"\"", key, "\" must not be negative", advice}));
      return;
    }
    case JsonKind::kHuge:
      findings_.Error(
          "number-range", scalar.at,
          Cat({"\"", key, "\" is past 64 bits; runc and crun refuse it"}));
      return;
    case JsonKind::kFraction:
      findings_.Error("fraction", scalar.at,
                      Cat({"\"", key,
                           "\" must be a whole number, without point or "
                           "exponent; runc and crun refuse it"}));
      return;
    case JsonKind::kNull:
    case JsonKind::kBoolean:
    case JsonKind::kUnsigned:
    case JsonKind::kString:
      return;
  }
}

std::optional<At<Action>> ProfileReader::ReadAction(std::string_view value,
                                                    SourceSpan at) {
  const std::optional<Action> action = ActionByProfileName(value);
  if (action) return At<Action>{*action, at};
  findings_.Error("unknown-action", at,
                  Cat({"unknown action ", Quote(value),
                       DidYouMean(value, AllProfileActionNames())}));
  return std::nullopt;
}

std::string ProfileReader::ReadArchitecture(std::string_view value,
                                            SourceSpan at) {
  const Abi* const abi = FindAbiByScmpName(value);
  if (abi != nullptr) return std::string(abi->id);
  findings_.Error(
      "unknown-architecture", at,
      Cat({"unknown architecture ", Quote(value), SuggestArchitecture(value)}));
  return "";
}

void ProfileReader::ReadFlag(std::string_view value, SourceSpan at) {
  std::vector<std::string_view> names;
  for (const FlagName& flag : kFlagNames) {
    if (flag.name == value) {
      *profile_.flags |= flag.bit;
      return;
    }
    names.push_back(flag.name);
  }
  const bool installers = value == "SECCOMP_FILTER_FLAG_NEW_LISTENER" ||
                          value == "SECCOMP_FILTER_FLAG_TSYNC_ESRCH";
  findings_.Error("unknown-flag", at,
                  Cat({"unknown flag ", Quote(value),
                       installers ? "; this one is for the program that "
                                    "installs the filter, not for profiles"
                                  : DidYouMean(value, names)}));
}

// "EPERM", or a number in a string; "" is as if absent.
std::optional<At<uint64_t>> ProfileReader::ReadErrno(std::string_view value,
                                                     SourceSpan at) {
  if (value.empty()) return std::nullopt;
  if (const auto error = ErrnoByName(value)) return At<uint64_t>{*error, at};
  if (const auto number = ReadDecimal(value)) return At<uint64_t>{*number, at};
  findings_.Error("unknown-errno", at,
                  Cat({"unknown errno ", Quote(value), SuggestErrno(value)}));
  return std::nullopt;
}

void ProfileReader::ReadOperator(std::string_view value, SourceSpan at) {
  for (size_t i = 0; i < kOperatorNames.size(); ++i) {
    if (kOperatorNames[i] == value) {
      arg().op = {static_cast<ProfileOp>(i), at};
      return;
    }
  }
  findings_.Error("unknown-operator", at,
                  Cat({"unknown operator ", Quote(value),
                       DidYouMean(value, kOperatorNames)}));
}

void ProfileReader::ReadMinKernel(std::string_view value, SourceSpan at) {
  const size_t point = value.find('.');
  const auto major = ReadDecimal(value.substr(0, point));
  const auto minor = point == std::string_view::npos
                         ? std::nullopt
                         : ReadDecimal(value.substr(point + 1));
  if (!major || !minor || *major > 255 || *minor > 255 ||
      *major + *minor == 0) {
    findings_.Error("min-kernel", at,
                    Cat({"expected a kernel version as \"4.8\" (two numbers "
                         "below 256, not 0.0), found ",
                         Quote(value)}));
    return;
  }
  filter_->min_kernel = {
      KernelVersion{static_cast<int>(*major), static_cast<int>(*minor)}, at};
}

void ProfileReader::CheckFilterWord(Slot slot, std::string_view value,
                                    SourceSpan at) {
  std::string advice;
  if (slot == Slot::kFilterCap) {
    if (IsCapability(value)) return;
    if (findings_.Suggests()) advice = DidYouMean(value, AllCapabilities());
    findings_.Warn("unknown-capability", at,
                   Cat({"unknown capability ", Quote(value),
                        ": it is never held", advice}));
    return;
  }
  for (const Abi* abi : AllAbis()) {
    if (abi->profile_name == value) return;
  }
  if (findings_.Suggests()) {
    std::vector<std::string_view> names;
    for (const Abi* abi : AllAbis()) {
      if (!abi->profile_name.empty()) names.push_back(abi->profile_name);
    }
    advice = DidYouMean(value, names);
    const Abi* const meant = FindAbi(value);
    if (meant != nullptr && !meant->profile_name.empty()) {
      advice = Cat({"; did you mean \"", meant->profile_name, "\"?"});
    }
  }
  findings_.Warn("unknown-filter-arch", at,
                 Cat({"no architecture is called ", Quote(value),
                      " here: it never matches", advice}));
}

}  // namespace scbpf
