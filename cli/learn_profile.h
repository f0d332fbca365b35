// The profile that `learn` writes: its format, and the one it is merged into.
#ifndef SCBPF_CLI_LEARN_PROFILE_H_
#define SCBPF_CLI_LEARN_PROFILE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "cli/command_line.h"
#include "cli/report.h"
#include "scbpf/profile.h"

namespace scbpf::cli {

struct LearnedForm {
  std::string format;      // "oci", "docker", "k8s"; "": oci, or as --merge's
  std::string merge;       // a path; "": none
  std::string merge_name;  // as findings call it, and its text
  std::string merge_text;
  std::optional<Profile> into;
};

// Adds --format and --merge; `form` must outlive `line`.
void AddFormOptions(CommandLine& line, LearnedForm& form);

// Reads the profile of --merge, where there is one, and tells its findings.
absl::Status ReadMerge(Talk& talk, LearnedForm& form);

// The profile as text. `output`: where it goes, which names a Kubernetes
// object. InvalidArgument: the format cannot say what the profile says.
absl::StatusOr<std::string> FormatLearned(const LearnedForm& form,
                                          const std::string& native,
                                          const std::string& output,
                                          Profile profile);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_LEARN_PROFILE_H_
