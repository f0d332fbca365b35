// LintLimits: how much a filter, and an artifact of Kubernetes, may hold.
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "scbpf/compile.h"
#include "workflow/lint_context.h"

namespace scbpf {
namespace {

constexpr size_t kMostInstructions = 4096;
constexpr size_t kManyInstructions = 3500;
// Of a profile that Kubernetes takes from an OCI artifact.
constexpr size_t kMostEntries = 128;
constexpr size_t kMostBytes = size_t{1} << 20;

void LintFilterSize(LintContext& context) {
  CompileOptions options = context.options.compile;
  options.prove = false;
  options.split = false;
  Diagnostics told_already;
  const absl::StatusOr<Compilation> compilation =
      Compile(context.text, options, told_already);
  const SourceSpan at = context.profile.default_action.at;
  if (compilation.status().code() == absl::StatusCode::kOutOfRange) {
    context.Tell("filter-too-long", at,
                 std::string(compilation.status().message()));
    return;
  }
  if (!compilation.ok()) return;
  const size_t length = compilation->filter.program.size();
  if (length < kManyInstructions) return;
  context.Tell(
      "filter-size", at,
      absl::StrCat("the filter has ", length,
                   " instructions, the kernel takes ", kMostInstructions,
                   "; libseccomp's, which a runtime loads, is "
                   "longer still"));
}

void LintArtifact(LintContext& context) {
  const Profile& profile = context.profile;
  if (profile.syscalls.size() > kMostEntries) {
    context.Tell("kubernetes-entries", profile.syscalls[kMostEntries].at,
                 absl::StrCat(profile.syscalls.size(),
                              " entries: an artifact of Kubernetes holds at "
                              "most ",
                              kMostEntries));
  }
  if (context.text.size() > kMostBytes) {
    context.Tell("kubernetes-size", profile.default_action.at,
                 absl::StrCat(context.text.size(),
                              " bytes: an artifact of Kubernetes holds at "
                              "most 1 MiB"));
  }
  const auto notify =
      std::find_if(profile.syscalls.begin(), profile.syscalls.end(),
                   [](const ProfileEntry& entry) {
                     return entry.action.value == Action::kUserNotif;
                   });
  if (notify != profile.syscalls.end()) {
    context.Tell("kubernetes-notify", notify->action.at,
                 "SCMP_ACT_NOTIFY: an artifact of Kubernetes must not use it");
  }
  if (!profile.listener_path.empty()) {
    context.Tell("kubernetes-notify", profile.default_action.at,
                 "\"listenerPath\": an artifact of Kubernetes must not have "
                 "one");
  }
}

}  // namespace

void LintLimits(LintContext& context) {
  LintFilterSize(context);
  if (context.options.reader == ProfileReader::kKubernetes) {
    LintArtifact(context);
  }
}

}  // namespace scbpf
