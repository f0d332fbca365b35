// Finds the ABIs and the default action, has every call said, and proves it.
#include "workflow/write_policy_as_profile.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "arch/abi.h"
#include "compiler/rule_set.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"
#include "workflow/group_names.h"
#include "workflow/say_call.h"

namespace scbpf {
namespace {

constexpr uint32_t kMax = std::numeric_limits<uint32_t>::max();
constexpr ReturnValue kEnosys = Errno(38);
// Orders of data that are tried.
constexpr int kMostOrders = 24;

// An ABI with the numbers that are its own, and what they answer.
struct AbiPart {
  const Abi* abi = nullptr;
  uint32_t first = 0;
  uint32_t last = kMax;
  const ArchPolicy* arch = nullptr;
};

bool IsPlain(const Behavior& behavior, ReturnValue value) {
  return behavior.clauses.empty() &&
         AsKernelReads(behavior.otherwise) == AsKernelReads(value);
}

// Whether a condition looks at nothing but the high half of its argument.
bool IsHighAlone(const ProfileArg& arg) {
  return arg.op.value == ProfileOp::kMaskedEq &&
         static_cast<uint32_t>(arg.value.value) == 0;
}

// Calls `visit(first, last, behavior)` for each range of the part.
template <typename Visit>
void VisitRanges(const AbiPart& part, const Visit& visit) {
  const std::vector<Range>& ranges = part.arch->ranges;
  for (size_t i = 0; i < ranges.size(); ++i) {
    const uint32_t end = i + 1 < ranges.size() ? ranges[i + 1].first - 1 : kMax;
    const uint32_t first = std::max(ranges[i].first, part.first);
    const uint32_t last = std::min(end, part.last);
    if (first <= last) visit(first, last, ranges[i].behavior);
  }
}

class Writer {
 public:
  Writer(const Policy& policy, const Target& target,
         const ProfileExtras& extras, const ProofBudget& budget)
      : policy_(policy),
        target_(target),
        extras_(extras),
        proof_budget_(budget),
        budget_(budget) {}

  absl::StatusOr<WrittenProfile> Run();

 private:
  absl::Status ChooseAbis();
  absl::Status CheckTokens() const;
  AbiPart PartOf(const Abi& abi);
  bool HasOwnAnswers(const AbiPart& part) const;
  absl::StatusOr<std::vector<ReturnValue>> DefaultActions() const;

  DataOrder DataToOrder(ReturnValue default_action) const;
  absl::StatusOr<WrittenProfile> WriteWith(ReturnValue default_action);
  absl::StatusOr<WrittenProfile> WriteInOrder(ReturnValue default_action);
  std::vector<Wanted> WantedOf(size_t place) const;
  const Behavior& BehaviorAt(const AbiPart& part, uint32_t nr) const;
  bool IsKnownAnswer(const std::vector<Wanted>& wanted, size_t place,
                     ReturnValue default_action) const;
  absl::Status SayCalls(ReturnValue default_action,
                        std::vector<NameRule>& rules);
  absl::Status SayMultiplexer(const std::string& name, CallSayer& sayer,
                              std::vector<NameRule>& rules);
  Profile ProfileOf(std::vector<NameRule> rules) const;
  absl::StatusOr<WrittenProfile> Proved(Profile profile) const;

  const Policy& policy_;
  const Target& target_;
  const ProfileExtras& extras_;
  const ProofBudget& proof_budget_;
  Budget budget_;
  ArchPolicy silent_;  // of tokens that the policy does not have
  std::vector<AbiPart> parts_;
  NameRule default_action_;
  DataOrder order_;
};

AbiPart Writer::PartOf(const Abi& abi) {
  AbiPart part{&abi, abi.nr_base, kMax, &silent_};
  for (const Abi* other : AllAbis()) {
    if (other->audit_value == abi.audit_value && other->nr_base > abi.nr_base) {
      part.last = other->nr_base - 1;
    }
  }
  for (const ArchPolicy& arch : policy_.arches) {
    if (arch.audit_arch == abi.audit_value) part.arch = &arch;
  }
  return part;
}

// The last number of all is a tracer's "no call", which has its own answer.
bool Writer::HasOwnAnswers(const AbiPart& part) const {
  bool own = false;
  VisitRanges(part, [&](uint32_t first, uint32_t, const Behavior& behavior) {
    own = own || (first != kMax && !IsPlain(behavior, policy_.bad_arch));
  });
  return own;
}

absl::Status Writer::CheckTokens() const {
  for (const ArchPolicy& arch : policy_.arches) {
    const bool known =
        std::any_of(parts_.begin(), parts_.end(), [&](const AbiPart& part) {
          return part.abi->audit_value == arch.audit_arch;
        });
    const bool silent = arch.ranges.size() == 1 &&
                        IsPlain(arch.ranges[0].behavior, policy_.bad_arch);
    if (known || silent) continue;
    const Abi* const abi = AbiOfCall(arch.audit_arch, 0);
    if (abi == nullptr) {
      return CannotSay(absl::StrCat("no architecture has the token 0x",
                                    absl::Hex(arch.audit_arch)));
    }
    return CannotSay(
        absl::StrCat(std::string(abi->id),
                     " has answers of its own, and cannot be compiled for a "
                     "kernel whose native ABI is ",
                     target_.native, " (--arch, --archs)"));
  }
  return absl::OkStatus();
}

absl::Status Writer::ChooseAbis() {
  silent_.ranges = {{0, {{}, policy_.bad_arch}}};
  const Abi* const native = FindAbiById(target_.native);
  if (native == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown native ABI \"", target_.native, "\""));
  }
  for (const Abi* abi : AllAbis()) {
    if (!abi->has_table) continue;
    const AbiPart part = PartOf(*abi);
    bool chosen = *abi == *native;
    if (target_.abis) {
      chosen = std::count(target_.abis->begin(), target_.abis->end(),
                          std::string(abi->id)) > 0;
    } else if (!chosen) {
      chosen = CanOccur(*abi, *native) && HasOwnAnswers(part);
    }
    if (!chosen) continue;
    // The native one first, as everywhere.
    parts_.insert(*abi == *native ? parts_.begin() : parts_.end(), part);
  }
  return CheckTokens();
}

// What numbers without a name answer, the most common first.
absl::StatusOr<std::vector<ReturnValue>> Writer::DefaultActions() const {
  std::map<uint32_t, uint64_t> counts;
  std::map<uint32_t, std::string> examples;
  absl::Status status;
  for (const AbiPart& part : parts_) {
    const auto named = NumbersOf(*part.abi);
    VisitRanges(
        part, [&](uint32_t first, uint32_t last, const Behavior& behavior) {
          const auto from = std::lower_bound(named.begin(), named.end(), first);
          const auto to = std::upper_bound(from, named.end(), last);
          const uint64_t unnamed =
              uint64_t{last} - first + 1 - static_cast<uint64_t>(to - from);
          if (unnamed == 0) return;
          uint32_t example = first;
          for (auto it = from; it != to && *it == example; ++it) ++example;
          const std::string where =
              absl::StrCat(std::string(part.abi->id), " number ", example);
          if (!behavior.clauses.empty()) {
            status = CannotSay(absl::StrCat(
                where, " has no name, and answers by its arguments"));
            return;
          }
          const uint32_t value = AsKernelReads(behavior.otherwise).raw;
          counts[value] += unnamed;
          examples.emplace(value, where);
        });
  }
  if (!status.ok()) return status;
  std::vector<ReturnValue> values;
  for (const auto& [value, count] : counts) values.push_back({value});
  std::stable_sort(values.begin(), values.end(),
                   [&](ReturnValue a, ReturnValue b) {
                     return counts[a.raw] > counts[b.raw];
                   });
  if (values.size() < 2 ||
      target_.unknown_syscalls == UnknownSyscalls::kEnosys) {
    return values;
  }
  const bool enosys = values[0] == kEnosys || values[1] == kEnosys;
  return CannotSay(
      absl::StrCat(examples[values[1].raw], " has no name, and answers ",
                   FormatReturnValue(values[1]), ", ", examples[values[0].raw],
                   " ", FormatReturnValue(values[0]),
                   enosys ? "; --unknown-syscalls=enosys may say both" : ""));
}

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
  absl::StatusOr<std::vector<NameRule>> said = sayer.Say(name, wanted);
  if (!said.ok()) return said.status();
  rules.insert(rules.end(), said->begin(), said->end());
  return absl::OkStatus();
}

absl::Status Writer::SayCalls(ReturnValue default_action,
                              std::vector<NameRule>& rules) {
  CallSayer sayer(target_, default_action, order_, budget_);
  const auto names = AllSyscallNames();
  for (size_t place = 0; place < names.size(); ++place) {
    const std::string name(names[place]);
    if (name == "socketcall" || name == "ipc") continue;
    const std::vector<Wanted> wanted = WantedOf(place);
    if (std::all_of(wanted.begin(), wanted.end(), [&](const Wanted& want) {
          return IsPlain(*want.behavior, default_action);
        })) {
      continue;
    }
    absl::StatusOr<std::vector<NameRule>> said = sayer.Say(name, wanted);
    if (!said.ok()) return said.status();
    rules.insert(rules.end(), said->begin(), said->end());
  }
  for (const std::string name : {"socketcall", "ipc"}) {
    const absl::Status status = SayMultiplexer(name, sayer, rules);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

Profile Writer::ProfileOf(std::vector<NameRule> rules) const {
  // What ABIs of 32 bits take for no condition must come before what is none
  // anywhere; then the most permissive first.
  const auto rank = [](const NameRule& rule) {
    if (rule.args.empty()) return 1;
    return std::all_of(rule.args.begin(), rule.args.end(), IsHighAlone) ? 0 : 2;
  };
  std::stable_sort(rules.begin(), rules.end(),
                   [&](const NameRule& a, const NameRule& b) {
                     if (rank(a) != rank(b)) return rank(a) < rank(b);
                     if (a.action != b.action) return a.action > b.action;
                     return Precedes(MakeReturnValue(a.action, a.data),
                                     MakeReturnValue(b.action, b.data), order_);
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
      FindDifference(Side::Of(policy_), Side::Of(said), proof_budget_);
  if (!difference.ok()) return difference.status();
  if (!difference->has_value()) return written;
  const Call& call = **difference;
  const Abi* const abi = AbiOfCall(call.arch, call.nr);
  return CannotSay(absl::StrCat(
      abi == nullptr ? absl::StrCat("token 0x", absl::Hex(call.arch))
                     : std::string(abi->id),
      " ",
      abi == nullptr ? std::to_string(call.nr) : DescribeNumber(*abi, call.nr),
      " answers ", FormatReturnValue(Evaluate(policy_, call)),
      ", the nearest profile ", FormatReturnValue(Evaluate(said, call))));
}

// The values of one action that conditions tell apart, where there are
// several: their order matters.
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
    VisitRanges(part, [&](uint32_t, uint32_t, const Behavior& behavior) {
      if (behavior.clauses.empty()) return;
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
  const absl::Status status = ChooseAbis();
  if (!status.ok()) return status;
  const absl::StatusOr<std::vector<ReturnValue>> values = DefaultActions();
  if (!values.ok()) return values.status();
  absl::Status failed;
  for (const ReturnValue value : *values) {
    absl::StatusOr<WrittenProfile> written = WriteWith(value);
    if (written.ok()) return written;
    if (failed.ok()) failed = written.status();
  }
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
