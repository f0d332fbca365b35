// FormatPolicy: --emit=policy, what each number answers.
#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "arch/abi.h"
#include "compiler/rule_set.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"
#include "syscall-tables/words.h"

namespace scbpf {
namespace {

std::string Number(uint32_t nr) {
  return nr < 0x10000 ? absl::StrCat(nr) : absl::StrFormat("0x%08x", nr);
}

// "read", empty where no call has the number.
std::string NameUnder(uint32_t audit_arch, uint32_t nr) {
  const Abi* abi = AbiOfCall(audit_arch, nr);
  if (abi == nullptr || NameOf(*abi, nr).empty()) return {};
  return DescribeNumber(*abi, nr);
}

// "3" or "0..12".
std::string Numbers(uint32_t first, uint32_t last) {
  if (first == last) return Number(first);
  return absl::StrCat(Number(first), "..", Number(last));
}

// "close", "read..brk", or "" where both ends have no name.
std::string Names(uint32_t audit_arch, uint32_t first, uint32_t last) {
  const std::string from = NameUnder(audit_arch, first);
  if (first == last) return from;
  const std::string to = NameUnder(audit_arch, last);
  if (from.empty() && to.empty()) return {};
  return absl::StrCat(from, "..", to);
}

void AppendClause(uint32_t audit_arch, uint32_t first, uint32_t last,
                  const Clause& clause, std::string& out) {
  const Abi* abi = AbiOfCall(audit_arch, first);
  std::string name;
  bool wide = true;
  if (abi != nullptr) {
    wide = abi->compares_64_bits;
    if (first == last) name = std::string(NameOf(*abi, first));
  }
  std::string_view between = "    ";
  for (const ArgCondition& condition : clause.all_of) {
    absl::StrAppend(&out, std::string(between),
                    FormatCondition(name, condition, wide));
    between = " && ";
  }
  if (clause.all_of.empty()) out += "    always";
  absl::StrAppend(&out, " -> ", FormatReturnValue(clause.result), "\n");
}

void AppendArch(const ArchPolicy& arch, std::string& out) {
  const Abi* abi = AbiOfCall(arch.audit_arch, 0);
  absl::StrAppend(&out, abi != nullptr ? std::string(abi->audit_name) : "token",
                  absl::StrFormat(" (0x%08x)\n", arch.audit_arch));
  for (size_t i = 0; i < arch.ranges.size(); ++i) {
    const Range& range = arch.ranges[i];
    const uint32_t last = i + 1 < arch.ranges.size()
                              ? arch.ranges[i + 1].first - 1
                              : ~uint32_t{0};
    const bool plain = range.behavior.clauses.empty();
    std::string line = absl::StrFormat(
        "  %-22s  %-30s  %s", Numbers(range.first, last),
        Names(arch.audit_arch, range.first, last),
        plain ? FormatReturnValue(range.behavior.otherwise) : "");
    line.erase(line.find_last_not_of(' ') + 1);
    absl::StrAppend(&out, line, "\n");
    for (const Clause& clause : range.behavior.clauses) {
      AppendClause(arch.audit_arch, range.first, last, clause, out);
    }
    if (!plain) {
      absl::StrAppend(&out, "    otherwise -> ",
                      FormatReturnValue(range.behavior.otherwise), "\n");
    }
  }
}

}  // namespace

std::string FormatPolicy(const Policy& policy) {
  std::string out;
  for (const ArchPolicy& arch : policy.arches) AppendArch(arch, out);
  absl::StrAppend(&out, "every other token\n  ",
                  FormatReturnValue(policy.bad_arch), "\n");
  return out;
}

}  // namespace scbpf
