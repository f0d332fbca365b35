// What is doubtful in a profile: the compiler's findings, and what it has no
// reason to say (docs/lint.md has a page for each).
#ifndef SCBPF_WORKFLOW_LINT_H_
#define SCBPF_WORKFLOW_LINT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scbpf/compile.h"
#include "scbpf/diagnostic.h"

namespace scbpf {

// Who is going to read the profile. kKubernetes is containerd's way with a
// localhostProfile; kDocker and kKubernetes hand it to runc, kPodman to crun.
enum class ProfileReader : uint8_t {
  kAny,
  kDocker,
  kPodman,
  kKubernetes,
  kCrun,
  kRunc,
};

struct LintOptions {
  CompileOptions compile;  // strict and prove have no effect
  ProfileReader reader = ProfileReader::kAny;
  std::vector<std::string> allowed;  // ids that are not told
};

// Another place that a finding is about.
struct RelatedPlace {
  SourceSpan at;
  std::string text;
};

struct LintFinding {
  Diagnostic diagnostic;
  std::vector<RelatedPlace> related{};
};

// Findings are in the order of the text.
struct LintReport {
  std::vector<LintFinding> findings;
  // Those that an entry's comment keeps silent.
  std::vector<LintFinding> suppressed;
  // Whether the profile could be read and resolved; if not, the findings are
  // only those of the reader, errors among them.
  bool readable = false;
};

// The findings on the profile `text`. A comment of an entry that holds
// `scbpf-lint: allow ID, ID` keeps findings with these ids, at that entry, out.
LintReport Lint(std::string_view text, const LintOptions& options);

// The reader that `word` names ("docker", "podman", ...); nullopt: none.
std::optional<ProfileReader> ProfileReaderByName(std::string_view word);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_LINT_H_
