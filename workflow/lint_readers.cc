// LintReaders: what one runtime does with the profile, where they differ.
#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "compiler/profile_words.h"
#include "workflow/lint_context.h"

namespace scbpf {
namespace {

bool UsesRunc(ProfileReader reader) {
  return reader == ProfileReader::kRunc || reader == ProfileReader::kDocker ||
         reader == ProfileReader::kKubernetes;
}

bool UsesCrun(ProfileReader reader) {
  return reader == ProfileReader::kCrun || reader == ProfileReader::kPodman;
}

// What a finding of the compiler is to one runtime that is all the same to
// the other.
struct Weight {
  std::string_view id;
  Severity runc, crun;
};
constexpr std::array<Weight, 7> kWeights = {{
    {"errno-unused", Severity::kNote, Severity::kError},
    {"notify-write", Severity::kError, Severity::kNote},
    {"notify-without-listener", Severity::kError, Severity::kNote},
    {"listener-relative", Severity::kWarning, Severity::kError},
    {"listener-without-notify", Severity::kNote, Severity::kWarning},
    {"many-conditions", Severity::kNote, Severity::kWarning},
    {"errno-4095", Severity::kError, Severity::kError},
}};

void LintFlags(LintContext& context) {
  const Profile& profile = context.profile;
  if (!profile.flags.has_value() || !UsesRunc(context.options.reader)) return;
  const bool killable = (*profile.flags & kFlagWaitKillableRecv) != 0;
  if (killable) {
    context.Tell("flags-refused", profile.flags_at,
                 "runc does not know SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: "
                 "no container starts");
  } else if (*profile.flags != 0) {
    context
        .Tell("flags-refused", profile.flags_at,
              "runc 1.1 and earlier refuse every profile that has \"flags\"")
        .diagnostic.severity = Severity::kNote;
  }
}

void LintArchitectures(LintContext& context) {
  const ProfileReader reader = context.options.reader;
  for (const At<std::string>& each : context.profile.architectures) {
    const bool riscv = each.value == "riscv64";
    const bool loongarch = each.value == "loongarch64";
    const char* who = nullptr;
    if (UsesRunc(reader) && (riscv || loongarch)) who = "runc 1.1";
    if (UsesCrun(reader) && loongarch) who = "crun 1.8";
    if (who == nullptr) continue;
    context.Tell("architecture-refused", each.at,
                 absl::StrCat(who, " and earlier do not know ", each.value,
                              " and refuse the whole profile"));
  }
}

// Where permissions compare an argument with EQ: with junk in the register
// nothing passes there that should not.
std::set<uint32_t> EqualityPlaces(const Profile& profile) {
  std::set<uint32_t> places;
  for (const ProfileEntry& entry : profile.syscalls) {
    if (!IsPermission(entry.action.value)) continue;
    for (const ProfileArg& arg : entry.args) {
      if (arg.op.value != ProfileOp::kEq) continue;
      places.insert(arg.index.at.length > 0 ? arg.index.at.offset
                                            : arg.at.offset);
    }
  }
  return places;
}

}  // namespace

void LintReaders(LintContext& context) {
  LintFlags(context);
  LintArchitectures(context);
}

void WeighForReader(const Profile& profile, ProfileReader reader,
                    std::vector<LintFinding>& findings) {
  const std::set<uint32_t> harmless = EqualityPlaces(profile);
  for (LintFinding& finding : findings) {
    Diagnostic& told = finding.diagnostic;
    if (told.severity == Severity::kError) continue;
    for (const Weight& weight : kWeights) {
      if (weight.id != told.id) continue;
      if (UsesRunc(reader)) told.severity = weight.runc;
      if (UsesCrun(reader)) told.severity = weight.crun;
    }
    if (told.id == "truncated-argument" &&
        harmless.find(told.at.offset) != harmless.end()) {
      told.severity = Severity::kNote;
    }
  }
}

}  // namespace scbpf
