// Writes the fields of SeccompProfileSpec (source: the operator's API,
// api/seccompprofile/v1beta1); there errnoRet is a string.
#include "workflow/seccomp_profile_object.h"

#include <algorithm>
#include <vector>

#include "arch/abi.h"
#include "compiler/write_json.h"
#include "compiler/write_profile.h"
#include "syscall-tables/names.h"

namespace scbpf {
namespace {

using Strings = std::vector<std::string>;

constexpr size_t kMostArgs = 6;
constexpr size_t kLongestName = 253;

absl::Status CheckFits(const Profile& profile) {
  const auto invalid = [](const std::string& what) {
    return absl::InvalidArgumentError(
        "a SeccompProfile object has no place for " + what);
  };
  const Action action = profile.default_action.value;
  const uint16_t data =
      profile.default_errno_ret.value_or(At<uint16_t>{1}).value;
  if ((action == Action::kErrno || action == Action::kTrace) && data != 1) {
    return invalid("a default action's data; its ERRNO is errno(EPERM)");
  }
  if (!profile.arch_map.empty()) return invalid("an archMap");
  for (const ProfileEntry& entry : profile.syscalls) {
    if (!entry.includes.empty() || !entry.excludes.empty()) {
      return invalid("includes and excludes");
    }
    if (entry.args.size() > kMostArgs) {
      return invalid("more than six conditions in an entry");
    }
  }
  return absl::OkStatus();
}

void WriteEntry(const ProfileEntry& entry, JsonWriter& out) {
  Strings names;
  for (const At<std::string>& name : entry.names) names.push_back(name.value);
  if (names.empty()) return;
  std::sort(names.begin(), names.end());
  out.Open("", '{');
  out.String("action", ProfileName(entry.action.value));
  out.Array("names", names);
  if (entry.errno_ret) {
    out.String("errnoRet", std::to_string(entry.errno_ret->value));
  }
  WriteArgs(entry.args, out);
  out.Close('}');
}

void WriteSpec(const Profile& profile, JsonWriter& out) {
  out.Open("spec", '{');
  out.String("defaultAction", ProfileName(profile.default_action.value));
  Strings architectures;
  for (const At<std::string>& id : profile.architectures) {
    const Abi* const abi = FindAbiById(id.value);
    if (abi != nullptr) architectures.emplace_back(abi->scmp_name);
  }
  if (!architectures.empty()) out.Array("architectures", architectures);
  WriteInstallation(profile, out);
  out.Open("syscalls", '[');
  for (const ProfileEntry& entry : profile.syscalls) WriteEntry(entry, out);
  out.Close(']');
  out.Close('}');
}

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

absl::StatusOr<std::string> FormatSeccompProfileObject(const Profile& profile,
                                                       std::string_view name) {
  const absl::Status status = CheckFits(profile);
  if (!status.ok()) return status;
  JsonWriter out;
  out.Open("", '{');
  out.String("apiVersion", "security-profiles-operator.x-k8s.io/v1beta1");
  out.String("kind", "SeccompProfile");
  out.Open("metadata", '{');
  out.String("name", name);
  out.Close('}');
  WriteSpec(profile, out);
  out.Close('}');
  return out.Take();
}

std::string KubernetesName(std::string_view text) {
  std::string name;
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool may_stand = IsAlphanumeric(c) || c == '-' || c == '.';
    name.push_back(may_stand ? c : '-');
    if (name.size() == 1 && !IsAlphanumeric(name.front())) name.clear();
    if (name.size() == kLongestName) break;
  }
  while (!name.empty() && !IsAlphanumeric(name.back())) name.pop_back();
  return name.empty() ? "learned" : name;
}

}  // namespace scbpf
