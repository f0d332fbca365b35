// Looks for answers that are not the bad-arch action, and for unnamed numbers.
#include "workflow/written_abis.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"
#include "workflow/say_call.h"

namespace scbpf {
namespace {

constexpr uint32_t kMax = std::numeric_limits<uint32_t>::max();
constexpr ReturnValue kEnosys = Errno(38);

AbiPart PartOf(const Policy& policy, const Abi& abi, const ArchPolicy& silent) {
  AbiPart part{&abi, {abi.nr_base, kMax}, &silent};
  for (const Abi* other : AllAbis()) {
    if (other->audit_value == abi.audit_value && other->nr_base > abi.nr_base) {
      part.numbers.last = other->nr_base - 1;
    }
  }
  for (const ArchPolicy& arch : policy.arches) {
    if (arch.audit_arch == abi.audit_value) part.arch = &arch;
  }
  return part;
}

// The last number of all is a tracer's "no call", which has its own answer.
bool HasOwnAnswers(const AbiPart& part, ReturnValue bad_arch) {
  bool own = false;
  VisitRanges(part, [&](Interval numbers, const Behavior& behavior) {
    own = own || (numbers.first != kMax && !IsPlain(behavior, bad_arch));
  });
  return own;
}

absl::Status CheckTokens(const Policy& policy, const Target& target,
                         const std::vector<AbiPart>& parts) {
  for (const ArchPolicy& arch : policy.arches) {
    const bool known =
        std::any_of(parts.begin(), parts.end(), [&](const AbiPart& part) {
          return part.abi->audit_value == arch.audit_arch;
        });
    const bool silent = arch.ranges.size() == 1 &&
                        IsPlain(arch.ranges[0].behavior, policy.bad_arch);
    if (known || silent) continue;
    const Abi* const abi = AbiOfCall(arch.audit_arch, 0);
    if (abi == nullptr) {
      return CannotSay(absl::StrCat("no architecture has the token 0x",
                                    absl::Hex(arch.audit_arch)));
    }
    return CannotSay(absl::StrCat(
        std::string(abi->id), " has answers of its own, and is not compiled ",
        target.abis ? "(--archs)" : "for a kernel whose native ABI is ",
        target.abis ? "" : target.native + " (--arch)"));
  }
  return absl::OkStatus();
}

// A value that calls with a name are denied with, if ENOSYS goes without
// saying: the most common one.
std::optional<ReturnValue> CommonDenial(const std::vector<AbiPart>& parts) {
  std::map<uint32_t, uint64_t> counts;  // by value
  for (const AbiPart& part : parts) {
    for (const uint32_t nr : NumbersOf(*part.abi)) {
      const ReturnValue value =
          AsKernelReads(FindRange(*part.arch, nr).behavior.otherwise);
      if (value == kEnosys || ActionOf(value) > Action::kErrno) continue;
      ++counts[value.raw];
    }
  }
  if (counts.empty()) return std::nullopt;
  const auto most = std::max_element(
      counts.begin(), counts.end(),
      [](const auto& a, const auto& b) { return a.second < b.second; });
  return ReturnValue{most->first};
}

// How many numbers answer a value and have no name, and one of them.
struct Unnamed {
  uint64_t count = 0;
  std::string example;
};

}  // namespace

bool IsPlain(const Behavior& behavior, ReturnValue value) {
  return behavior.clauses.empty() &&
         AsKernelReads(behavior.otherwise) == AsKernelReads(value);
}

void VisitRanges(const AbiPart& part,
                 const std::function<void(Interval numbers,
                                          const Behavior& behavior)>& visit) {
  const std::vector<Range>& ranges = part.arch->ranges;
  for (size_t i = 0; i < ranges.size(); ++i) {
    const uint32_t end = i + 1 < ranges.size() ? ranges[i + 1].first - 1 : kMax;
    const uint32_t first = std::max(ranges[i].first, part.numbers.first);
    const uint32_t last = std::min(end, part.numbers.last);
    if (first <= last) visit({first, last}, ranges[i].behavior);
  }
}

absl::StatusOr<std::vector<AbiPart>> ChooseParts(const Policy& policy,
                                                 const Target& target,
                                                 const ArchPolicy& silent) {
  const Abi* const native = FindAbiById(target.native);
  if (native == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown native ABI \"", target.native, "\""));
  }
  std::vector<AbiPart> parts;
  for (const Abi* abi : AllAbis()) {
    if (!abi->has_table) continue;
    const AbiPart part = PartOf(policy, *abi, silent);
    bool chosen = *abi == *native;
    if (target.abis) {
      chosen = std::count(target.abis->begin(), target.abis->end(),
                          std::string(abi->id)) > 0;
    } else if (!chosen) {
      chosen = CanOccur(*abi, *native) && HasOwnAnswers(part, policy.bad_arch);
    }
    if (!chosen) continue;
    parts.insert(*abi == *native ? parts.begin() : parts.end(), part);
  }
  const absl::Status status = CheckTokens(policy, target, parts);
  if (!status.ok()) return status;
  return parts;
}

absl::StatusOr<std::vector<ReturnValue>> DefaultActions(
    const std::vector<AbiPart>& parts, const Target& target) {
  std::map<uint32_t, Unnamed> unnamed;  // by value
  absl::Status status;
  for (const AbiPart& part : parts) {
    const auto named = NumbersOf(*part.abi);
    VisitRanges(part, [&](Interval numbers, const Behavior& behavior) {
      const auto from =
          std::lower_bound(named.begin(), named.end(), numbers.first);
      const auto to = std::upper_bound(from, named.end(), numbers.last);
      const uint64_t count = uint64_t{numbers.last} - numbers.first + 1 -
                             static_cast<uint64_t>(to - from);
      if (count == 0) return;
      uint32_t example = numbers.first;
      for (auto it = from; it != to && *it == example; ++it) ++example;
      const std::string where =
          absl::StrCat(example, " on ", std::string(part.abi->id));
      if (!behavior.clauses.empty()) {
        status = CannotSay(absl::StrCat(
            "number ", where, " has no name, and answers by its arguments"));
        return;
      }
      Unnamed& same = unnamed[AsKernelReads(behavior.otherwise).raw];
      if (same.count == 0) same.example = where;
      same.count += count;
    });
  }
  if (!status.ok()) return status;
  std::vector<ReturnValue> values;
  for (const auto& [value, numbers] : unnamed) values.push_back({value});
  std::stable_sort(values.begin(), values.end(),
                   [&](ReturnValue a, ReturnValue b) {
                     return unnamed[a.raw].count > unnamed[b.raw].count;
                   });
  if (target.unknown_syscalls == UnknownSyscalls::kEnosys) {
    const std::optional<ReturnValue> denial = CommonDenial(parts);
    if (denial &&
        std::find(values.begin(), values.end(), *denial) == values.end()) {
      values.push_back(*denial);
    }
    // The unknown ones answer it: hardly the default action beside another.
    std::stable_partition(values.begin(), values.end(),
                          [](ReturnValue value) { return value != kEnosys; });
    return values;
  }
  if (values.size() < 2) return values;
  const bool enosys = values[0] == kEnosys || values[1] == kEnosys;
  return CannotSay(absl::StrCat(
      "numbers without a name answer ", FormatReturnValue(values[0]), " (",
      unnamed[values[0].raw].example, "), but also ",
      FormatReturnValue(values[1]), " (", unnamed[values[1].raw].example, ")",
      enosys ? "; --unknown-syscalls=enosys may say both" : ""));
}

}  // namespace scbpf
