// Cuts the regions of a side's answers along the calls of each ABI.
#include "workflow/explain.h"

#include <algorithm>
#include <utility>

#include "syscall-tables/syscalls.h"
#include "workflow/call_pattern.h"
#include "workflow/dangerous_calls.h"

namespace scbpf {
namespace {

constexpr uint32_t kSkip = 0xffffffff;   // a tracer's "no call"
constexpr uint32_t kNoAbi = 0x12345678;  // a token that none has
constexpr uint32_t kX32Starts = 0x40000000;

bool Covers(const Region& region, uint32_t arch, uint32_t nr) {
  return region.arch <= arch && arch <= region.arch_last &&
         region.first <= nr && nr <= region.last;
}

// The regions' answers to one number, in words.
std::vector<ConditionedAnswer> AnswersTo(const std::vector<Region>& regions,
                                         uint32_t arch, uint32_t nr) {
  std::vector<ConditionedAnswer> answers;
  for (const Region& region : regions) {
    if (!Covers(region, arch, nr)) continue;
    Region one = region;
    one.arch = one.arch_last = arch;
    one.first = one.last = nr;
    for (const DifferenceRow& row : TellDifference({one})) {
      answers.push_back({row.a, row.when});
    }
  }
  std::stable_sort(answers.begin(), answers.end(),
                   [](const ConditionedAnswer& a, const ConditionedAnswer& b) {
                     return MoreRestrictive(b.result, a.result);
                   });
  return answers;
}

// The one answer to `nr` with that argument 0; nullopt: it is not one.
std::optional<ReturnValue> AnswerToCall(const std::vector<Region>& regions,
                                        uint32_t arch, uint32_t nr,
                                        uint64_t call) {
  KnownArgs args;
  args[0] = call;
  std::optional<ReturnValue> value;
  for (const Region& region : regions) {
    if (!Covers(region, arch, nr)) continue;
    const bool can = region.any_of.empty() ||
                     std::any_of(region.any_of.begin(), region.any_of.end(),
                                 [&](const Conjunction& all_of) {
                                   return JudgeAll(all_of, args) != Truth::kNo;
                                 });
    if (!can) continue;
    if (region.partial || (value.has_value() && *value != region.a)) {
      return std::nullopt;
    }
    value = region.a;
  }
  return value;
}

// The answers to socketcall or ipc by the calls they stand for: "the call is
// socket, bind". Empty: more than the call decides.
std::vector<ConditionedAnswer> AnswersByCall(const std::vector<Region>& regions,
                                             uint32_t arch, uint32_t nr,
                                             bool is_ipc) {
  std::vector<ConditionedAnswer> answers;
  for (const std::string_view name : AllSyscallNames()) {
    const std::optional<MultiplexedCall> through = FindMultiplexed(name);
    if (!through.has_value() || through->is_ipc != is_ipc) continue;
    const auto value = AnswerToCall(regions, arch, nr, through->call);
    if (!value.has_value()) return {};
    auto same = std::find_if(
        answers.begin(), answers.end(),
        [&](const ConditionedAnswer& one) { return one.result == *value; });
    if (same == answers.end()) {
      answers.push_back({*value, "the call is " + std::string(name)});
    } else {
      same->when += ", " + std::string(name);
    }
  }
  // A call that no multiplexer knows.
  const auto rest = AnswerToCall(regions, arch, nr, 0);
  if (!rest.has_value()) return {};
  const bool known = std::any_of(
      answers.begin(), answers.end(),
      [&](const ConditionedAnswer& one) { return one.result == *rest; });
  if (!known) answers.push_back({*rest, "it is none of these calls"});
  std::stable_sort(answers.begin(), answers.end(),
                   [](const ConditionedAnswer& a, const ConditionedAnswer& b) {
                     return MoreRestrictive(b.result, a.result);
                   });
  return answers;
}

// Where the regions of `arch` begin, within first..last.
std::vector<uint32_t> Borders(const std::vector<Region>& regions, uint32_t arch,
                              uint32_t first, uint32_t last) {
  std::vector<uint32_t> borders = {first};
  for (const Region& region : regions) {
    if (region.arch > arch || arch > region.arch_last) continue;
    if (region.first > first && region.first <= last) {
      borders.push_back(region.first);
    }
  }
  std::sort(borders.begin(), borders.end());
  borders.erase(std::unique(borders.begin(), borders.end()), borders.end());
  return borders;
}

class AbiExplainer {
 public:
  AbiExplainer(const std::vector<Region>& regions, const Abi& abi)
      : regions_(regions), abi_(abi) {}

  ExplainedAbi Run() {
    ExplainedAbi told;
    told.abi = &abi_;
    for (const uint32_t nr : NumbersOf(abi_)) {
      told.calls.push_back({NameOf(abi_, nr), AnswersOf(nr)});
    }
    AddOthers(told);
    FindNewest(told);
    return told;
  }

 private:
  std::vector<ConditionedAnswer> AnswersOf(uint32_t nr) const {
    std::vector<ConditionedAnswer> answers =
        AnswersTo(regions_, abi_.audit_value, nr);
    const bool is_ipc = abi_.ipc.has_value() && *abi_.ipc == nr;
    const bool is_socketcall =
        abi_.socketcall.has_value() && *abi_.socketcall == nr;
    if (answers.size() < 2 || (!is_ipc && !is_socketcall)) return answers;
    std::vector<ConditionedAnswer> by_call =
        AnswersByCall(regions_, abi_.audit_value, nr, is_ipc);
    return by_call.empty() ? answers : by_call;
  }

  // x32 shares its token with x86_64: each has its half of the numbers.
  uint32_t First() const { return abi_.nr_base; }
  uint32_t Last() const {
    const Abi* above = AbiOfCall(abi_.audit_value, kX32Starts);
    return above == &abi_ ? kSkip - 1 : kX32Starts - 1;
  }

  void AddOthers(ExplainedAbi& told) const {
    const auto numbers = NumbersOf(abi_);
    for (const uint32_t border :
         Borders(regions_, abi_.audit_value, First(), Last())) {
      uint32_t nr = border;
      while (std::binary_search(numbers.begin(), numbers.end(), nr)) ++nr;
      if (nr > Last()) continue;
      std::vector<ConditionedAnswer> answers =
          AnswersTo(regions_, abi_.audit_value, nr);
      if (!told.others.empty()) {
        if (told.others.back().first == nr) continue;
        if (told.others.back().answers == answers) continue;
        told.others.back().last = nr - 1;
      }
      told.others.push_back({nr, Last(), std::move(answers)});
    }
  }

  void FindNewest(ExplainedAbi& told) const {
    for (const ExplainedCall& call : told.calls) {
      if (NeverPasses(call)) continue;
      const std::optional<KernelVersion> since = Since(abi_, call.name);
      if (!since.has_value()) continue;
      if (!told.newest.has_value() || *since > *told.newest) {
        told.newest = since;
        told.newest_calls.clear();
      }
      if (*since == *told.newest) told.newest_calls.push_back(call.name);
    }
  }

  const std::vector<Region>& regions_;
  const Abi& abi_;
};

// Whether all its calls get `value`, as those of foreign ABIs do.
bool IsForeign(const ExplainedAbi& told, ReturnValue value) {
  return std::all_of(
      told.calls.begin(), told.calls.end(), [&](const ExplainedCall& call) {
        return call.answers.size() == 1 && call.answers[0].when.empty() &&
               call.answers[0].result == value;
      });
}

std::optional<ReturnValue> ForeignAnswer(const std::vector<Region>& regions) {
  std::optional<ReturnValue> value;
  for (const Region& region : regions) {
    if (region.arch > kNoAbi || kNoAbi > region.arch_last) continue;
    if (value.has_value() || region.first != 0 || region.last != kSkip ||
        !region.any_of.empty() || region.partial) {
      return std::nullopt;
    }
    value = region.a;
  }
  return value;
}

std::vector<DangerousPass> FindDangerous(const Explanation& told) {
  std::vector<DangerousPass> found;
  for (const DangerousCall& dangerous : kDangerousCalls) {
    const auto passes = [&](const ExplainedAbi& abi) {
      return std::any_of(
          abi.calls.begin(), abi.calls.end(), [&](const ExplainedCall& call) {
            return call.name == dangerous.name && AlwaysPasses(call);
          });
    };
    if (std::any_of(told.abis.begin(), told.abis.end(), passes)) {
      found.push_back({dangerous.name, dangerous.reason, dangerous.mitigation});
    }
  }
  return found;
}

}  // namespace

bool AlwaysPasses(const ExplainedCall& call) {
  return std::all_of(
      call.answers.begin(), call.answers.end(),
      [](const ConditionedAnswer& one) { return IsPermission(one.result); });
}

bool NeverPasses(const ExplainedCall& call) {
  return std::none_of(
      call.answers.begin(), call.answers.end(),
      [](const ConditionedAnswer& one) { return IsPermission(one.result); });
}

absl::StatusOr<Explanation> Explain(const Side& side, const Abi& native,
                                    const ProofBudget& budget) {
  // Against a side that answers what no one does, all regions differ.
  const Side nothing = Side::Of(Policy{{}, Trap(0xfedc)});
  const absl::StatusOr<std::vector<Region>> regions =
      FindRegions(side, nothing, budget);
  if (!regions.ok()) return regions.status();
  Explanation told;
  told.foreign = ForeignAnswer(*regions);
  for (const Abi* abi : AllAbis()) {
    if (!abi->has_table) continue;
    ExplainedAbi one = AbiExplainer(*regions, *abi).Run();
    if (told.foreign.has_value() && !(*abi == native) &&
        IsForeign(one, *told.foreign)) {
      continue;
    }
    told.abis.push_back(std::move(one));
  }
  std::stable_partition(
      told.abis.begin(), told.abis.end(),
      [&](const ExplainedAbi& one) { return *one.abi == native; });
  told.dangerous = FindDangerous(told);
  return told;
}

}  // namespace scbpf
