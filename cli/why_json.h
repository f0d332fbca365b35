// What `why --json` says of a call.
#ifndef SCBPF_CLI_WHY_JSON_H_
#define SCBPF_CLI_WHY_JSON_H_

#include <string>

#include "workflow/tell_why.h"

namespace scbpf::cli {

// The members of the report's object, without its brackets.
std::string JsonWhyMembers(const AskedProfile& profile, const WhyReport& report,
                           const std::string& file);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_WHY_JSON_H_
