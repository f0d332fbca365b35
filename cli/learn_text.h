// What `learn` prints besides the profile.
#ifndef SCBPF_CLI_LEARN_TEXT_H_
#define SCBPF_CLI_LEARN_TEXT_H_

#include <string>
#include <vector>

#include "cli/report.h"
#include "workflow/learn.h"
#include "workflow/learn_findings.h"

namespace scbpf::cli {

// "a.log:12", or "" where there is no such line.
std::string FormatPlace(const LogPlace& place,
                        const std::vector<std::string>& logs);

// Prints findings as FILE:LINE: severity: text; with --json, keeps them.
void TellFindings(Talk& talk, const std::vector<LearnFinding>& findings,
                  const std::vector<std::string>& logs);

// "3471 records of 61 calls on x86_64, x86; 3 copies".
std::string FormatSummary(const Learned& learned);

// A row for each call: ABI, name, records, first record, program.
std::string FormatEvidence(const Learned& learned,
                           const std::vector<std::string>& logs);

// The document that --json prints; `profile` is its text.
std::string FormatLearnedJson(const Talk& talk, const Learned& learned,
                              const std::vector<std::string>& logs,
                              const std::string& profile);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_LEARN_TEXT_H_
