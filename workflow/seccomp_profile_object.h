// A profile as an object of the Security Profiles Operator.
#ifndef SCBPF_WORKFLOW_SECCOMP_PROFILE_OBJECT_H_
#define SCBPF_WORKFLOW_SECCOMP_PROFILE_OBJECT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "scbpf/profile.h"

namespace scbpf {

// The profile as a SeccompProfile (security-profiles-operator.x-k8s.io/v1beta1)
// in JSON, which kubectl takes. InvalidArgument: it says something the object
// has no place for: an errno of the default action other than EPERM, more than
// six conditions in an entry, conditions on kernel, ABI or capabilities.
absl::StatusOr<std::string> FormatSeccompProfileObject(const Profile& profile,
                                                       std::string_view name);

// `text` made a name that Kubernetes takes: lower-case letters, digits, '-' and
// '.', a letter or digit at both ends; "learned" where nothing is left.
std::string KubernetesName(std::string_view text);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_SECCOMP_PROFILE_OBJECT_H_
