// Finds the ABIs and the default action, has every call said, and proves it.
#include "workflow/write_policy_as_profile.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "arch/abi.h"
#include "compiler/resolve_parts.h"
#include "compiler/rule_set.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"
#include "workflow/group_names.h"
#include "workflow/say_call.h"
#include "workflow/written_abis.h"

namespace scbpf {
namespace {

constexpr ReturnValue kEnosys = Errno(38);
constexpr uint32_t kSkipped = 0xffffffff;
// Orders of data that are tried.
constexpr int kMostOrders = 24;

class Writer {
 public:
  Writer(const Policy& policy, const Target& target,
         const ProfileExtras& extras, const ProofBudget& budget)
      : policy_(policy), target_(target), extras_(extras), budget_(budget) {}

  absl::StatusOr<WrittenProfile> Run();

 private:
  DataOrder DataToOrder(ReturnValue default_action) const;
  absl::StatusOr<WrittenProfile> WriteWith(ReturnValue default_action);
  absl::StatusOr<WrittenProfile> WriteInOrder(ReturnValue default_action);
  std::vector<Wanted> WantedOf(size_t place) const;
  const Behavior& BehaviorAt(const AbiPart& part, uint32_t nr) const;
  bool GoesWithoutSaying(size_t place, ReturnValue default_action) const;
  bool IsUnknown(const AbiPart& part, size_t place, uint32_t nr) const;
  uint32_t BorderOf(const AbiPart& part) const;
  void AddNameAlone(const std::string& name,
                    std::vector<NameRule>& rules) const;
  void NameBorders(std::vector<NameRule>& rules) const;
  absl::Status SayCalls(ReturnValue default_action,
                        std::vector<NameRule>& rules);
  absl::Status SayMultiplexer(const std::string& name, CallSayer& sayer,
                              std::vector<NameRule>& rules);
  NameRule AsMultiplexed(const NameRule& rule) const;
  Profile ProfileOf(std::vector<NameRule> rules) const;
  absl::StatusOr<WrittenProfile> Proved(Profile profile) const;

  const Policy& policy_;
  const Target& target_;
  const ProfileExtras& extras_;
  const ProofBudget& budget_;
  std::vector<AbiPart> parts_;
  NameRule default_action_;
  bool unknown_is_enosys_ = false;
  DataOrder order_;
};

const Behavior& Writer::BehaviorAt(const AbiPart& part, uint32_t nr) const {
  return FindRange(*part.arch, nr).behavior;
}

std::vector<Wanted> Writer::WantedOf(size_t place) const {
  std::vector<Wanted> wanted;
  for (const AbiPart& part : parts_) {
    const std::optional<uint32_t> nr = NumberAt(*part.abi, place);
    if (nr) wanted.push_back({part.abi, &BehaviorAt(part, *nr)});
  }
  return wanted;
}

// A rule on one call of a multiplexer, which has no number of its own, by the
// name of that call.
NameRule Writer::AsMultiplexed(const NameRule& rule) const {
  if (target_.multiplex != Multiplex::kLibseccomp || order_.size() > 1 ||
      rule.args.empty() || rule.args[0].index.value != 0 ||
      rule.args[0].op.value != ProfileOp::kEq) {
    return rule;
  }
  for (const std::string_view name : AllSyscallNames()) {
    const std::optional<MultiplexedCall> call = FindMultiplexed(name);
    if (!call || call->is_ipc != (rule.name == "ipc") ||
        call->call != rule.args[0].value.value) {
      continue;
    }
    const bool has_number =
        std::any_of(parts_.begin(), parts_.end(), [&](const AbiPart& part) {
          return NumberOf(*part.abi, name).has_value();
        });
    if (has_number) continue;
    NameRule renamed = rule;
    renamed.name = std::string(name);
    renamed.args.erase(renamed.args.begin());
    return renamed;
  }
  return rule;
}

// Adds what entries on other names say of the multiplexer, and says the rest.
absl::Status Writer::SayMultiplexer(const std::string& name, CallSayer& sayer,
                                    std::vector<NameRule>& rules) {
  const std::optional<size_t> place = FindSyscall(name);
  if (!place) return absl::OkStatus();
  std::vector<Wanted> wanted = WantedOf(*place);
  if (wanted.empty()) return absl::OkStatus();
  const Profile profile = ProfileOf(rules);
  Diagnostics findings;
  const RuleSet resolved = Resolve(profile, target_, findings);
  for (Wanted& want : wanted) {
    for (const AbiRules& abi : resolved.abis) {
      if (abi.abi != want.abi) continue;
      for (const Rule& rule : abi.rules) {
        if (rule.twin && rule.nr == NumberAt(*abi.abi, *place)) {
          want.given.push_back({rule.all_of, rule.result});
        }
      }
    }
  }
  const ReturnValue default_action =
      MakeReturnValue(default_action_.action, default_action_.data);
  const bool unsaid =
      std::all_of(wanted.begin(), wanted.end(), [&](const Wanted& want) {
        // An unknown number answers ENOSYS before any rule.
        return want.given.empty() || IsPlain(*want.behavior, kEnosys);
      });
  if (unsaid && GoesWithoutSaying(*place, default_action)) {
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<NameRule>> said = sayer.Say(name, wanted);
  if (!said.ok()) return said.status();
  for (const NameRule& rule : *said) rules.push_back(AsMultiplexed(rule));
  return absl::OkStatus();
}

// Whether the call, named nowhere, answers what is wanted on every ABI.
bool Writer::GoesWithoutSaying(size_t place, ReturnValue default_action) const {
  return std::all_of(parts_.begin(), parts_.end(), [&](const AbiPart& part) {
    const std::optional<uint32_t> nr = NumberAt(*part.abi, place);
    if (!nr) return true;
    const bool unknown = unknown_is_enosys_ && IsUnknown(part, place, *nr);
    return IsPlain(BehaviorAt(part, *nr), unknown ? kEnosys : default_action);
  });
}

// Whether the number, named nowhere, answers ENOSYS as an unknown one.
bool Writer::IsUnknown(const AbiPart& part, size_t place, uint32_t nr) const {
  if (target_.unknown_syscalls_kernel) {
    const auto since = Since(*part.abi, NameAt(place));
    return !since || *since > *target_.unknown_syscalls_kernel;
  }
  return nr > BorderOf(part);
}

// The greatest number that answers anything but ENOSYS.
uint32_t Writer::BorderOf(const AbiPart& part) const {
  uint32_t border = part.numbers.first;
  VisitRanges(part, [&](Interval numbers, const Behavior& behavior) {
    if (!IsPlain(behavior, kEnosys)) border = numbers.last;
  });
  return border;
}

// An entry without effect but that it names the call.
void Writer::AddNameAlone(const std::string& name,
                          std::vector<NameRule>& rules) const {
  NameRule rule = default_action_;
  rule.name = name;
  rules.push_back(std::move(rule));
}

// Past the greatest number named, numbers answer ENOSYS: it must be named.
void Writer::NameBorders(std::vector<NameRule>& rules) const {
  if (!unknown_is_enosys_ || target_.unknown_syscalls_kernel) return;
  for (const AbiPart& part : parts_) {
    const std::string name(NameOf(*part.abi, BorderOf(part)));
    const bool named = name.empty() || std::any_of(rules.begin(), rules.end(),
                                                   [&](const NameRule& rule) {
                                                     return rule.name == name;
                                                   });
    if (!named) AddNameAlone(name, rules);
  }
}

absl::Status Writer::SayCalls(ReturnValue default_action,
                              std::vector<NameRule>& rules) {
  Budget budget(budget_);
  CallSayer sayer(target_, default_action, order_, budget);
  const auto names = AllSyscallNames();
  for (size_t place = 0; place < names.size(); ++place) {
    const std::string name(names[place]);
    if (name == "socketcall" || name == "ipc") continue;
    const std::vector<Wanted> wanted = WantedOf(place);
    if (GoesWithoutSaying(place, default_action)) continue;
    if (std::all_of(wanted.begin(), wanted.end(), [&](const Wanted& want) {
          return IsPlain(*want.behavior, default_action);
        })) {
      AddNameAlone(name, rules);
      continue;
    }
    absl::StatusOr<std::vector<NameRule>> said = sayer.Say(name, wanted);
    if (!said.ok()) return said.status();
    rules.insert(rules.end(), said->begin(), said->end());
  }
  NameBorders(rules);
  for (const std::string name : {"socketcall", "ipc"}) {
    const absl::Status status = SayMultiplexer(name, sayer, rules);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

Profile Writer::ProfileOf(std::vector<NameRule> rules) const {
  std::stable_sort(rules.begin(), rules.end(),
                   [&](const NameRule& a, const NameRule& b) {
                     return StandsBefore(a, b, order_);
                   });
  Profile profile;
  profile.default_action.value = default_action_.action;
  if (default_action_.data) {
    profile.default_errno_ret = At<uint16_t>{*default_action_.data};
  }
  for (const AbiPart& part : parts_) {
    profile.architectures.push_back({std::string(part.abi->id)});
  }
  profile.flags = extras_.flags;
  profile.listener_path = extras_.listener_path;
  profile.listener_metadata = extras_.listener_metadata;
  profile.syscalls = GroupNames(rules);
  return profile;
}

absl::StatusOr<WrittenProfile> Writer::Proved(Profile profile) const {
  WrittenProfile written{std::move(profile), {}};
  written.text = FormatProfile(written.profile);
  Diagnostics findings;
  const std::optional<Profile> read =
      ParseProfile(written.text, Dialect::kOci, findings);
  if (!read) {
    return CannotSay(findings.empty() ? "" : findings.front().text);
  }
  const Policy said = BuildPolicy(Resolve(*read, target_, findings));
  const absl::StatusOr<std::optional<Call>> difference =
      FindDifference(Side::Of(policy_), Side::Of(said), budget_);
  if (!difference.ok()) return difference.status();
  if (!difference->has_value()) return written;
  const Call& call = **difference;
  const Abi* const abi = AbiOfCall(call.arch, call.nr);
  std::string where = absl::StrCat("token 0x", absl::Hex(call.arch), " ");
  if (abi != nullptr) where = absl::StrCat(std::string(abi->id), " ");
  if (call.nr == kSkipped) {
    where = "a call that a tracer skips (number 0xffffffff)";
  } else {
    where += abi == nullptr ? std::to_string(call.nr)
                            : DescribeNumber(*abi, call.nr);
  }
  return CannotSay(absl::StrCat(
      where, " answers ", FormatReturnValue(Evaluate(policy_, call)),
      ", the nearest profile ", FormatReturnValue(Evaluate(said, call))));
}

// The values of one action that have data: their order matters.
DataOrder Writer::DataToOrder(ReturnValue default_action) const {
  DataOrder values;
  const auto add = [&](ReturnValue value) {
    value = AsKernelReads(value);
    const Action action = ActionOf(value);
    if (action != Action::kErrno && action != Action::kTrace) return;
    if (value == AsKernelReads(default_action)) return;
    if (std::find(values.begin(), values.end(), value) == values.end()) {
      values.push_back(value);
    }
  };
  for (const AbiPart& part : parts_) {
    VisitRanges(part, [&](Interval, const Behavior& behavior) {
      for (const Clause& clause : behavior.clauses) add(clause.result);
      add(behavior.otherwise);
    });
  }
  std::sort(values.begin(), values.end(),
            [](ReturnValue a, ReturnValue b) { return a.raw < b.raw; });
  return values;
}

absl::StatusOr<WrittenProfile> Writer::WriteInOrder(
    ReturnValue default_action) {
  std::vector<NameRule> rules;
  const absl::Status status = SayCalls(default_action, rules);
  if (!status.ok()) return status;
  return Proved(ProfileOf(std::move(rules)));
}

absl::StatusOr<WrittenProfile> Writer::WriteWith(ReturnValue default_action) {
  absl::StatusOr<NameRule> said = SayValue("defaultAction", default_action);
  if (!said.ok()) return said.status();
  default_action_ = *std::move(said);
  unknown_is_enosys_ = WantsEnosys(target_, default_action);
  order_ = DataToOrder(default_action);
  absl::StatusOr<WrittenProfile> first = WriteInOrder(default_action);
  for (int tries = 1; tries < kMostOrders; ++tries) {
    if (first.ok()) return first;
    const bool more = std::next_permutation(
        order_.begin(), order_.end(),
        [](ReturnValue a, ReturnValue b) { return a.raw < b.raw; });
    if (!more) break;
    absl::StatusOr<WrittenProfile> other = WriteInOrder(default_action);
    if (other.ok()) return other;
  }
  return first;
}

absl::StatusOr<WrittenProfile> Writer::Run() {
  if (AsKernelReads(policy_.bad_arch) != AsKernelReads(target_.bad_arch)) {
    return CannotSay(absl::StrCat(
        "calls of other architectures answer ",
        FormatReturnValue(policy_.bad_arch), ", those of a profile ",
        FormatReturnValue(target_.bad_arch), " (--bad-arch sets another)"));
  }
  const ArchPolicy silent{0, {{0, {{}, policy_.bad_arch}}}};
  absl::StatusOr<std::vector<AbiPart>> parts =
      ChooseParts(policy_, target_, silent);
  if (!parts.ok()) return parts.status();
  parts_ = *std::move(parts);
  const absl::StatusOr<std::vector<ReturnValue>> values =
      DefaultActions(parts_, target_);
  if (!values.ok()) return values.status();
  absl::Status failed;
  std::optional<WrittenProfile> best;
  for (const ReturnValue value : *values) {
    absl::StatusOr<WrittenProfile> written = WriteWith(value);
    if (!written.ok()) {
      if (failed.ok()) failed = written.status();
    } else if (!best || written->profile.syscalls.size() <
                            best->profile.syscalls.size()) {
      best = *std::move(written);
    }
  }
  if (best) return *std::move(best);
  return failed;
}

}  // namespace

absl::StatusOr<WrittenProfile> WritePolicyAsProfile(const Policy& policy,
                                                    const Target& target,
                                                    const ProfileExtras& extras,
                                                    const ProofBudget& budget) {
  return Writer(policy, target, extras, budget).Run();
}

}  // namespace scbpf
