// SuppressFindings: `scbpf-lint: allow ID, ID` in the comment of an entry.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "workflow/lint_context.h"
#include "workflow/lint_rules.h"

namespace scbpf {
namespace {

constexpr std::string_view kMark = "scbpf-lint:";
constexpr std::string_view kVerb = "allow";

bool IsIdByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

size_t SkipBlanks(std::string_view text, size_t at) {
  const size_t found = text.find_first_not_of(" \t\r\n", at);
  return found == std::string_view::npos ? text.size() : found;
}

// The ids that a comment names behind each mark.
std::vector<std::string> IdsIn(std::string_view comment) {
  std::vector<std::string> ids;
  size_t at = comment.find(kMark);
  for (; at != std::string_view::npos; at = comment.find(kMark, at)) {
    at = SkipBlanks(comment, at + kMark.size());
    if (comment.substr(at, kVerb.size()) != kVerb) continue;
    at += kVerb.size();
    bool more = true;
    while (more) {
      const size_t first = SkipBlanks(comment, at);
      size_t end = first;
      while (end < comment.size() && IsIdByte(comment[end])) ++end;
      if (end > first) ids.emplace_back(comment.substr(first, end - first));
      at = SkipBlanks(comment, end);
      more = comment.substr(at, 1) == ",";
      if (more) ++at;
    }
  }
  return ids;
}

// The ids allowed in one entry, and whether each has kept anything silent.
struct Allowance {
  SourceSpan entry;
  std::map<std::string, bool> ids;
};

std::vector<Allowance> AllowancesOf(const Profile& profile) {
  std::vector<Allowance> allowances;
  for (const ProfileEntry& entry : profile.syscalls) {
    if (entry.comment.find(kMark) == std::string::npos) continue;
    Allowance& allowance = allowances.emplace_back();
    allowance.entry = entry.at;
    for (std::string& id : IdsIn(entry.comment)) {
      allowance.ids.emplace(std::move(id), false);
    }
  }
  return allowances;
}

// The allowance of the entry around `at`; nullptr: none. Entries are in the
// order of the text.
Allowance* FindAllowance(std::vector<Allowance>& allowances, SourceSpan at) {
  auto next = std::upper_bound(
      allowances.begin(), allowances.end(), at.offset,
      [](uint32_t o, const Allowance& a) { return o < a.entry.offset; });
  if (next == allowances.begin()) return nullptr;
  --next;
  const bool inside = at.offset < next->entry.offset + next->entry.length;
  return inside ? &*next : nullptr;
}

bool IsAllowed(const Diagnostic& told, std::vector<Allowance>& allowances) {
  Allowance* allowance = FindAllowance(allowances, told.at);
  if (allowance == nullptr) return false;
  const auto found = allowance->ids.find(told.id);
  if (found == allowance->ids.end()) return false;
  found->second = true;
  return true;
}

void TellIdleWords(const std::vector<Allowance>& allowances,
                   std::vector<LintFinding>& findings) {
  for (const Allowance& allowance : allowances) {
    const SourceSpan at{allowance.entry.offset, 1};
    if (allowance.ids.empty()) {
      findings.push_back(
          {{Severity::kWarning, "unknown-lint-id", at,
            "a comment with \"scbpf-lint:\" that allows nothing; write "
            "\"scbpf-lint: allow ID\""}});
    }
    for (const auto& [id, used] : allowance.ids) {
      if (FindLintRule(id) == nullptr) {
        findings.push_back({{Severity::kWarning, "unknown-lint-id", at,
                             absl::StrCat("\"scbpf-lint: allow ", id,
                                          "\": there is no such id")}});
      } else if (!used) {
        findings.push_back(
            {{Severity::kNote, "unused-allowance", at,
              absl::StrCat("\"scbpf-lint: allow ", id,
                           "\" keeps nothing silent in this entry")}});
      }
    }
  }
}

}  // namespace

void SuppressFindings(const Profile& profile,
                      const std::vector<std::string>& allowed,
                      LintReport& report) {
  const std::set<std::string> everywhere(allowed.begin(), allowed.end());
  std::vector<Allowance> allowances = AllowancesOf(profile);
  std::vector<LintFinding> kept;
  for (LintFinding& finding : report.findings) {
    const Diagnostic& told = finding.diagnostic;
    if (everywhere.find(told.id) != everywhere.end()) continue;
    const bool silent = IsAllowed(told, allowances);
    (silent ? report.suppressed : kept).push_back(std::move(finding));
  }
  TellIdleWords(allowances, kept);
  report.findings = std::move(kept);
}

}  // namespace scbpf
