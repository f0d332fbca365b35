// Loads policies for the verbs that write profiles.
#include "cli/policy_input.h"

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "bpf/text.h"
#include "cli/exit_status.h"
#include "cli/read_input.h"
#include "syscall-tables/names.h"
#include "workflow/filter_policy.h"

namespace scbpf::cli {
namespace {

// Flags that a profile can ask for; the others are the installer's.
constexpr uint32_t kProfileFlags =
    kFlagTsync | kFlagLog | kFlagSpecAllow | kFlagWaitKillableRecv;

absl::Status Named(const Comparison& comparison, const std::string& name,
                   const absl::Status& status) {
  const absl::Status told = TellProofFailure(comparison, status);
  return absl::Status(told.code(), name + ": " + std::string(told.message()));
}

absl::StatusOr<PolicyInput> PolicyOfProfile(Comparison& comparison,
                                            const Input& input) {
  absl::StatusOr<Compilation> compilation = CompilePolicy(comparison, input);
  if (!compilation.ok()) return compilation.status();
  const Profile& profile = compilation->profile;
  return PolicyInput{
      input.name,
      std::move(compilation->policy),
      {profile.flags, profile.listener_path, profile.listener_metadata}};
}

absl::StatusOr<PolicyInput> PolicyOfFilters(const Comparison& comparison,
                                            const Input& input) {
  PolicyInput result{input.name, {}, {}};
  std::vector<Program> programs;
  uint32_t flags = 0;
  for (const FilterRecord& record : input.filters) {
    programs.push_back(record.filter.program);
    flags |= record.filter.flags & kProfileFlags;
  }
  if (flags != kFlagSpecAllow) result.extras.flags = flags;
  absl::StatusOr<Policy> policy =
      PolicyOf(Side{std::move(programs)}, comparison.budget);
  if (!policy.ok()) return Named(comparison, input.name, policy.status());
  result.policy = *std::move(policy);
  return result;
}

// "x86_64 x86; errno(EPERM) by default; 310 names in 12 entries".
std::string Summarize(const Profile& profile) {
  std::string text;
  for (const At<std::string>& abi : profile.architectures) {
    text += (text.empty() ? "" : " ") + abi.value;
  }
  std::optional<uint16_t> data;
  if (profile.default_errno_ret) data = profile.default_errno_ret->value;
  text +=
      "; " +
      FormatReturnValue(MakeReturnValue(profile.default_action.value, data)) +
      " by default; ";
  std::set<std::string> names;
  for (const ProfileEntry& entry : profile.syscalls) {
    for (const At<std::string>& name : entry.names) names.insert(name.value);
  }
  const size_t entries = profile.syscalls.size();
  return text + Count(names.size(), "name") + " in " + std::to_string(entries) +
         (entries == 1 ? " entry" : " entries");
}

}  // namespace

absl::StatusOr<PolicyInput> LoadPolicy(Comparison& comparison,
                                       const std::string& path) {
  const absl::StatusOr<Input> input = ReadInput(comparison.talk, path);
  if (!input.ok()) return input.status();
  if (input->is_profile) return PolicyOfProfile(comparison, *input);
  return PolicyOfFilters(comparison, *input);
}

void AddProfileOutput(CommandLine& line, Output& output) {
  line.options.push_back(Store("-o,--output", "PROFILE",
                               "where the profile goes (default -: stdout)",
                               output.path));
}

int WriteProfile(const Comparison& comparison, const PolicyInput& input,
                 const Output& output) {
  const Talk& talk = comparison.talk;
  const absl::StatusOr<CompileOptions> options =
      MakeCompileOptions(comparison.target);
  if (!options.ok()) return Fail(talk, options.status());
  const absl::StatusOr<WrittenProfile> written = WritePolicyAsProfile(
      input.policy, options->target, input.extras, comparison.budget);
  if (!written.ok()) {
    return Fail(talk, Named(comparison, input.name, written.status()));
  }
  const absl::Status status = WriteOutput(output, written->text, false);
  if (!status.ok()) return Fail(talk, status);
  Say(talk, input.name + ": " + Summarize(written->profile) +
                "; proved to have the same policy");
  return kDone;
}

}  // namespace scbpf::cli
