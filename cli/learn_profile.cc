// Reads the profile to merge into, and writes the one that was learned.
#include "cli/learn_profile.h"

#include <algorithm>
#include <utility>

#include "bpf/text.h"
#include "cli/read_input.h"
#include "workflow/seccomp_profile_object.h"

namespace scbpf::cli {
namespace {

// The stem of the output's name, for metadata.name.
std::string ObjectName(const std::string& path) {
  std::string stem = path.substr(path.rfind('/') + 1);
  stem.erase(std::min(stem.find('.'), stem.size()));
  return KubernetesName(stem);
}

// An OCI profile has none of these keys.
bool HasDockerKeys(const Profile& profile) {
  return !profile.arch_map.empty() ||
         std::any_of(profile.syscalls.begin(), profile.syscalls.end(),
                     [](const ProfileEntry& entry) {
                       return !entry.includes.empty() ||
                              !entry.excludes.empty();
                     });
}

// The native ABI with its others, as Docker's own profile has them.
void UseArchMap(const std::string& native, Profile& profile) {
  auto& abis = profile.architectures;
  if (abis.empty() || abis.front().value != native) return;
  ArchMapRow row{abis.front(), {abis.begin() + 1, abis.end()}};
  profile.arch_map.push_back(std::move(row));
  abis.clear();
}

}  // namespace

void AddFormOptions(CommandLine& line, LearnedForm& form) {
  line.options.push_back(
      Choose("--format", {"oci", "docker", "k8s"},
             "k8s: a SeccompProfile object of the Security Profiles Operator "
             "(default: oci, or that of --merge)",
             [&](const std::string& word) { form.format = word; }));
  line.options.push_back(Store(
      "--merge", "PROFILE",
      "what this profile allows stays, and what is new is added", form.merge));
}

absl::Status ReadMerge(Talk& talk, LearnedForm& form) {
  if (form.merge.empty()) return absl::OkStatus();
  const absl::StatusOr<Input> input = ReadProfileInput(form.merge);
  if (!input.ok()) return input.status();
  Diagnostics findings;
  form.merge_name = input->name;
  form.merge_text = input->text;
  form.into = ParseProfile(input->text, Dialect::kAuto, findings);
  Tell(talk, input->name, input->text, findings, /*strict=*/false);
  if (form.into) return absl::OkStatus();
  return absl::InvalidArgumentError(input->name + ": " +
                                    Count(CountErrors(findings), "error"));
}

absl::StatusOr<std::string> FormatLearned(const LearnedForm& form,
                                          const std::string& native,
                                          const std::string& output,
                                          Profile profile) {
  if (form.format == "k8s") {
    return FormatSeccompProfileObject(profile, ObjectName(output));
  }
  if (form.format == "oci" && HasDockerKeys(profile)) {
    return absl::InvalidArgumentError(
        "--format oci: " + form.merge +
        " has archMap, includes or excludes, which an OCI profile cannot say");
  }
  if (form.format == "docker") UseArchMap(native, profile);
  if (form.format == "oci") profile.dialect = Dialect::kOci;
  if (form.format == "docker") profile.dialect = Dialect::kDocker;
  return FormatProfile(profile);
}

}  // namespace scbpf::cli
