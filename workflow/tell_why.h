// Answers of AskWhy as a person reads them.
#ifndef SCBPF_WORKFLOW_TELL_WHY_H_
#define SCBPF_WORKFLOW_TELL_WHY_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/allow_edit.h"
#include "workflow/runtime_bases.h"
#include "workflow/why.h"

namespace scbpf {

// All that is told of one call.
struct WhyReport {
  CallAnswer answer;
  bool permitted = false;
  std::vector<std::string> sees;  // what the program sees, a sentence each
  std::vector<RuntimeUse> runtimes;
  // Where it is not permitted, and an edit was asked for.
  bool edit_sought = false;
  std::optional<AllowEdit> edit;
};

// AskWhy, and FindAllowEdit where the answer is no. Errors as AskWhy's.
absl::StatusOr<WhyReport> ReportWhy(const AskedProfile& profile,
                                    const CallPattern& call,
                                    const std::vector<std::string>& abis);

// The same without looking for an edit.
absl::StatusOr<WhyReport> ReportAnswer(const AskedProfile& profile,
                                       const CallPattern& call,
                                       const std::vector<std::string>& abis);

// The report in lines; `file` is the profile's name.
std::string TellWhy(const AskedProfile& profile, const WhyReport& report,
                    std::string_view file);

// "a, b and c".
std::string JoinWords(const std::vector<std::string>& words);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_TELL_WHY_H_
