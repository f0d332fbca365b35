// `why --log`: the calls that a log recorded, one after another.
#ifndef SCBPF_CLI_WHY_LOG_H_
#define SCBPF_CLI_WHY_LOG_H_

#include <string>
#include <vector>

#include "cli/report.h"
#include "workflow/why.h"

namespace scbpf::cli {

// A log, or a record, that questions are taken from.
struct WhyLog {
  std::vector<std::string> sources;  // paths, "-", or records as text
  std::string abi;                   // only records of this ABI; empty: all
};

// Tells why the profile answers what the logs recorded; returns the exit
// status. `file`: the profile's name.
int AnswerLog(const Talk& talk, const AskedProfile& profile,
              const std::string& file, const WhyLog& log);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_WHY_LOG_H_
