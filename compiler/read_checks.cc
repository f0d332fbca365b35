// What the objects of a profile say as a whole: missing members, members that
// do not fit together, conditions that are none.
#include <algorithm>

#include "bpf/text.h"
#include "compiler/read_profile.h"

namespace scbpf {
namespace {

constexpr uint64_t kMax = ~uint64_t{0};

// " (3 times)", or "" for once.
std::string Times(uint32_t count) {
  if (count < 2) return "";
  return Cat({" (", std::to_string(count), " times)"});
}

}  // namespace

void ProfileReader::EndArg(const Frame& frame) {
  if (!frame.Given(Slot::kOp)) {
    findings_.Error("missing-operator", frame.Brace(),
                    "this condition has no \"op\"; runc and crun refuse it");
  }
  if (!frame.Given(Slot::kIndex)) {
    findings_.Warn("missing-index", frame.Brace(),
                   "this condition has no \"index\"; it is read as 0, the "
                   "first argument",
                   "conditions without \"index\" are read as on argument 0");
  }
  if (!frame.Given(Slot::kValue)) {
    findings_.Warn("missing-value", frame.Brace(),
                   "this condition has no \"value\"; it is read as 0",
                   "conditions without \"value\" are read with 0");
  }
}

void ProfileReader::EndEntry(const Frame& frame) {
  ProfileEntry& entry = this->entry();
  CheckNames(frame, entry);
  if (!frame.Given(Slot::kAction)) {
    findings_.Error("missing-action", frame.Brace(),
                    "this entry has no \"action\"; runc and crun refuse it");
  }
  if (action_known_) {
    entry.errno_ret = CheckErrno(entry_errno_, entry.action, false);
  }
  for (const ProfileArg& arg : entry.args) CheckCondition(entry, arg);
  if (entry.args.size() > 6) {
    findings_.Warn("many-conditions", entry.args[6].at,
                   "more than six conditions in an entry: all count here and "
                   "in runc, crun drops those from the seventh on");
  }
  const bool writes = std::any_of(
      entry.names.begin(), entry.names.end(),
      [](const At<std::string>& name) { return name.value == "write"; });
  if (action_known_ && entry.action.value == Action::kUserNotif && writes) {
    findings_.Warn("notify-write", entry.action.at,
                   "SCMP_ACT_NOTIFY for \"write\": runc refuses to start, as "
                   "it writes after the filter is installed; crun starts");
  }
}

void ProfileReader::CheckNames(const Frame& frame, ProfileEntry& entry) {
  const bool has_name = entry_name_ && !entry_name_->value.empty();
  if (has_name && !entry.names.empty()) {
    findings_.Error("both-names", entry_name_->at,
                    "an entry has either \"name\" or \"names\", not both; "
                    "Docker refuses it");
  } else if (has_name) {
    entry.names.push_back(std::move(*entry_name_));
    entry.name_alone = true;
  } else if (!frame.Given(Slot::kNames)) {
    const bool dockers =
        IsIgnored(Slot::kName) && (frame.seen & BitOf(Slot::kName)) != 0;
    findings_.Error(
        "missing-names", frame.Brace(),
        dockers ? "this entry has no \"names\"; \"name\" is Docker's: runc "
                  "would drop the rule, crun refuses the file"
                : "this entry has no \"names\"; runc would drop the rule, crun "
                  "refuses the file");
  } else if (entry.names.empty() && findings_.errors() == errors_before_) {
    findings_.Warn("empty-names", frame.Brace(),
                   "this entry names no syscall: it has no effect",
                   "entries that name no syscall have no effect");
  }
  entry_name_.reset();
}

void ProfileReader::CheckCondition(const ProfileEntry& entry,
                                   const ProfileArg& arg) {
  // An operator that was not read has no place.
  if (arg.op.at.length == 0) return;
  const uint64_t value = arg.value.value;
  const ProfileOp op = arg.op.value;
  if (op == ProfileOp::kMaskedEq) {
    const bool opens = !action_known_ || IsPermission(entry.action.value);
    if (value == 0) {
      findings_.Warn("mask-zero",
                     arg.value.at.length > 0 ? arg.value.at : arg.at,
                     "the mask (\"value\") is 0, so this condition always "
                     "holds; are \"value\" and \"valueTwo\" swapped?");
    } else if (!arg.value_two && !opens) {
      findings_.Warn("missing-value-two", {arg.at.offset, 1},
                     "no \"valueTwo\", read as 0: this holds when none of the "
                     "mask's bits is set; often the opposite is meant");
    }
    return;
  }
  if (arg.value_two && arg.value_two->value != 0) {
    findings_.Warn("value-two-unused", arg.value_two->at,
                   "\"valueTwo\" is for SCMP_CMP_MASKED_EQ alone: ignored "
                   "here");
  }
  const SourceSpan at = arg.op.at;
  if ((op == ProfileOp::kLt && value == 0) ||
      (op == ProfileOp::kGt && value == kMax)) {
    findings_.Warn("never-true", at,
                   op == ProfileOp::kLt
                       ? "this condition never holds: arguments are unsigned, "
                         "none is below 0"
                       : "this condition never holds: no argument is above "
                         "2^64-1");
  } else if ((op == ProfileOp::kGe && value == 0) ||
             (op == ProfileOp::kLe && value == kMax)) {
    findings_.Warn("always-true", at, "this condition always holds");
  }
}

std::optional<At<uint16_t>> ProfileReader::CheckErrno(const ErrnoData& data,
                                                      const At<Action>& action,
                                                      bool of_root) {
  if (!data.name && !data.number) return std::nullopt;
  const std::string number_key = of_root ? "defaultErrnoRet" : "errnoRet";
  const std::string name_key = of_root ? "defaultErrno" : "errno";
  const At<uint64_t>& chosen = data.name ? *data.name : *data.number;
  const std::string& key = data.name ? name_key : number_key;
  if (data.name && data.number && data.name->value != data.number->value) {
    findings_.Warn("errno-disagrees", data.number->at,
                   Cat({"\"", number_key, "\" and \"", name_key,
                        "\" disagree; \"", name_key, "\" counts"}));
  }
  const uint64_t value = chosen.value;
  if (action.value == Action::kErrno) {
    if (value > 4095) {
      findings_.Error("errno-range", chosen.at,
                      Cat({"\"", key,
                           "\" must be below 4096, the kernel's greatest "
                           "error number is 4095; runc and crun take it modulo "
                           "65536"}));
      return std::nullopt;
    }
    if (value == 4095) {
      findings_.Warn("errno-4095", chosen.at,
                     "libseccomp refuses 4095: runc and crun do not start");
    } else if (value == 0) {
      findings_.Warn("errno-zero", chosen.at,
                     "errno 0: the call is skipped and reports success");
    }
  } else if (action.value == Action::kTrace) {
    if (value > 65535) {
      findings_.Error(
          "trace-range", chosen.at,
          Cat({"\"", key, "\" must be below 65536 with SCMP_ACT_TRACE"}));
      return std::nullopt;
    }
  } else {
    findings_.Warn("errno-unused", chosen.at,
                   Cat({"\"", key,
                        "\" is for SCMP_ACT_ERRNO and SCMP_ACT_TRACE: runc "
                        "ignores it here, crun refuses to start"}),
                   "errnos on actions that have none: runc ignores them, crun "
                   "refuses to start");
    if (value > 65535) return std::nullopt;
  }
  return At<uint16_t>{static_cast<uint16_t>(value), chosen.at};
}

void ProfileReader::EndRoot(const Frame& frame) {
  if (!frame.Given(Slot::kDefaultAction)) {
    findings_.Error("missing-default-action", frame.Brace(),
                    frame.seen == 0
                        ? "no \"defaultAction\": runc and Docker would run the "
                          "container without seccomp, crun refuses the file"
                        : "no \"defaultAction\": runc and crun refuse it");
  }
  if (root_action_known_) {
    profile_.default_errno_ret =
        CheckErrno(root_errno_, profile_.default_action, true);
  }
  if (!profile_.architectures.empty() && !profile_.arch_map.empty()) {
    findings_.Error("both-architectures", profile_.architectures[0].at,
                    "a profile has either \"architectures\" or \"archMap\", "
                    "not both; Docker refuses it");
  }
  CheckNotify();
  CheckOwners();
  TellIdle();
}

void ProfileReader::CheckNotify() {
  if (root_action_known_ &&
      profile_.default_action.value == Action::kUserNotif) {
    findings_.Error("notify-default", profile_.default_action.at,
                    "SCMP_ACT_NOTIFY cannot be the default action: the runtime "
                    "could not report its own listener; runc and crun do not "
                    "start");
    return;
  }
  const auto first =
      std::find_if(profile_.syscalls.begin(), profile_.syscalls.end(),
                   [](const ProfileEntry& entry) {
                     return entry.action.at.length > 0 &&
                            entry.action.value == Action::kUserNotif;
                   });
  const bool notifies = first != profile_.syscalls.end();
  if (notifies && profile_.listener_path.empty()) {
    findings_.Warn("notify-without-listener", first->action.at,
                   "SCMP_ACT_NOTIFY without \"listenerPath\": runc refuses to "
                   "start");
  }
  if (!notifies && !profile_.listener_path.empty()) {
    findings_.Warn("listener-without-notify", *listener_at_,
                   "\"listenerPath\" without an SCMP_ACT_NOTIFY entry: runc "
                   "ignores it, crun still connects to it");
  } else if (!profile_.listener_path.empty() &&
             profile_.listener_path[0] != '/') {
    findings_.Warn("listener-relative", *listener_at_,
                   "\"listenerPath\" is not absolute: crun refuses to start");
  }
}

// Settles the dialect and says what depends on it.
void ProfileReader::CheckOwners() {
  profile_.dialect = dialect_;
  if (dialect_ == Dialect::kAuto) {
    profile_.dialect = podman_keys_   ? Dialect::kPodman
                       : docker_keys_ ? Dialect::kDocker
                                      : Dialect::kOci;
  }
  SourceSpan first_kernel;
  uint32_t kernels = 0;
  for (ProfileEntry& entry : profile_.syscalls) {
    for (ProfileFilter* filter : {&entry.includes, &entry.excludes}) {
      if (!filter->min_kernel) continue;
      if (++kernels == 1) first_kernel = filter->min_kernel->at;
      if (profile_.dialect == Dialect::kPodman) filter->min_kernel.reset();
    }
  }
  if (profile_.dialect == Dialect::kPodman && kernels > 0) {
    findings_.Warn(
        "min-kernel-ignored", first_kernel,
        Cat({"\"minKernel\" has no effect in a Podman profile: it is "
             "ignored",
             Times(kernels)}));
  }
  // Podman's own default is written so.
  if (profile_.dialect == Dialect::kPodman) findings_.Demote("null-args");
  if (kubernetes_key_) {
    findings_.Note("kubernetes", *kubernetes_key_,
                   "as a localhostProfile of Kubernetes, containerd ignores "
                   "includes, excludes, minKernel and archMap (entries always "
                   "hold); CRI-O honours them");
  }
}

void ProfileReader::TellIdle() {
  for (const auto& [key, idle] : idle_) {
    if (idle.silent) continue;
    const std::string times = Times(idle.count);
    const KeyOwner owner = OwnerOf(idle.slot);
    if (owner == KeyOwner::kEveryone) {
      std::vector<std::string_view> keys;
      for (const Slot slot : KeysOf(idle.object)) {
        keys.push_back(FactsOf(slot).key);
      }
      const std::string advice =
          findings_.Suggests() ? DidYouMean(key, keys) : "";
      findings_.Warn(
          "unknown-field", idle.first,
          Cat({"unknown field ", Quote(key), " is ignored", times, advice}));
      continue;
    }
    if (owner == KeyOwner::kPodman) {
      findings_.Warn("podman-key", idle.first,
                     Cat({"\"", key, "\" is Podman's: ignored here", times}));
      continue;
    }
    const bool filters =
        idle.slot != Slot::kArchMap && idle.slot != Slot::kName;
    findings_.Warn("docker-key", idle.first,
                   Cat({"\"", key, "\" is Docker's: runc and crun ignore it ",
                        in_document_ ? "inside config.json" : "in OCI profiles",
                        times, filters ? "; the entry always holds" : ""}));
  }
}

}  // namespace scbpf
