// What is to be said of a learned profile and of the logs it comes from.
#ifndef SCBPF_WORKFLOW_LEARN_FINDINGS_H_
#define SCBPF_WORKFLOW_LEARN_FINDINGS_H_

#include <optional>
#include <string>
#include <vector>

#include "scbpf/diagnostic.h"
#include "workflow/learn.h"
#include "workflow/record_reader.h"

namespace scbpf {

struct LearnFinding {
  Severity severity = Severity::kWarning;
  std::string id;                 // stable, kebab-case: docs/learn.md
  std::optional<LogPlace> place;  // nullopt: of no line
  std::string text;
};

// Calls that are in no table, what the logs lost, calls that were refused, and
// what the profile allows beyond the records. Lists are cut to a dozen names
// unless `verbose`.
std::vector<LearnFinding> FindingsOf(const LearnOptions& options,
                                     const Learned& learned,
                                     const LogReport& report, bool verbose);

// Why logs may have no seccomp record, in several lines.
std::string WhyNoRecords();

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_LEARN_FINDINGS_H_
