// Words for what a compilation cannot do: too large a filter, a filter that is
// not its policy.
#include "compiler/room.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "arch/abi.h"
#include "bpf/simulate.h"
#include "bpf/text.h"
#include "compiler/argument_decision.h"
#include "compiler/assembly.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

constexpr size_t kToldSyscalls = 3;

struct Share {
  std::string name;
  size_t instructions = 0;
};

std::string NameRange(uint32_t audit_arch, uint32_t nr) {
  const Abi* abi = AbiOfCall(audit_arch, nr);
  if (abi == nullptr) return absl::StrCat(nr);
  return absl::StrCat(std::string(NameOf(*abi, nr)), " (", std::string(abi->id),
                      ")");
}

}  // namespace

size_t CountInstructions(const Behavior& behavior) {
  DecisionBuilder builder;
  const NodeId root = DecideArguments(builder, behavior);
  return Assemble(Lower(builder.Finish(root))).size();
}

std::string DescribeRoom(const Policy& policy, size_t instructions) {
  std::vector<Share> shares;
  for (const ArchPolicy& arch : policy.arches) {
    for (const Range& range : arch.ranges) {
      if (range.behavior.clauses.empty()) continue;
      shares.push_back({NameRange(arch.audit_arch, range.first),
                        CountInstructions(range.behavior)});
    }
  }
  std::stable_sort(shares.begin(), shares.end(),
                   [](const Share& a, const Share& b) {
                     return a.instructions > b.instructions;
                   });
  if (shares.size() > kToldSyscalls) shares.resize(kToldSyscalls);
  const std::string told =
      absl::StrJoin(shares, ", ", [](std::string* out, const Share& share) {
        absl::StrAppend(out, share.name, " ", share.instructions);
      });
  return absl::StrCat("needs ", instructions,
                      " instructions, the kernel takes ", kMaxInstructions,
                      told.empty() ? "" : "; the most by themselves: ", told);
}

std::string DescribeMismatch(const Policy& policy,
                             std::span<const Program> stack, const Call& call) {
  const Abi* abi = AbiOfCall(call.arch, call.nr);
  std::string name = abi == nullptr ? absl::StrCat("arch ", Hex(call.arch),
                                                   " number ", call.nr)
                                    : DescribeNumber(*abi, call.nr);
  if (abi != nullptr) absl::StrAppend(&name, " on ", std::string(abi->id));
  absl::StrAppend(&name, " with arguments ");
  absl::StrAppend(
      &name, absl::StrJoin(call.args, ", ", [](std::string* out, uint64_t arg) {
        absl::StrAppend(out, Hex(arg));
      }));
  return absl::StrCat(
      "the filter is not the profile: ", name, ": the profile says ",
      FormatReturnValue(Evaluate(policy, call)), ", the filter ",
      FormatReturnValue(SimulateStack(stack, call).result),
      "; this is a bug of scbpf, nothing was written");
}

}  // namespace scbpf
