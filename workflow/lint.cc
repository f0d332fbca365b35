// Lint: the compiler's findings, those of each family of rules, and what the
// author has allowed taken out.
#include "workflow/lint.h"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/resolved.h"
#include "workflow/lint_context.h"

namespace scbpf {
namespace {

// The dialect in which `reader` takes a file that says nothing of its own.
Dialect DialectOf(ProfileReader reader) {
  switch (reader) {
    case ProfileReader::kAny:
      return Dialect::kAuto;
    case ProfileReader::kDocker:
      return Dialect::kDocker;
    case ProfileReader::kPodman:
      return Dialect::kPodman;
    case ProfileReader::kKubernetes:
    case ProfileReader::kCrun:
    case ProfileReader::kRunc:
      return Dialect::kOci;
  }
  return Dialect::kAuto;
}

// The entries with their comments, which OCI's dialect leaves out.
Profile WithComments(std::string_view text, const Profile& profile) {
  if (profile.dialect != Dialect::kOci ||
      text.find("scbpf-lint") == std::string_view::npos) {
    return profile;
  }
  Diagnostics told_already;
  std::optional<Profile> read =
      ParseProfile(text, Dialect::kDocker, told_already);
  return read.has_value() ? *std::move(read) : profile;
}

void LintResolved(std::string_view text, const Resolved& resolved,
                  const LintOptions& options, LintReport& report) {
  const Policy policy = BuildPolicy(resolved.rules);
  LintContext context{text, resolved.profile, resolved.rules, policy, options,
                      {},   report.findings};
  context.groups.reserve(resolved.rules.abis.size());
  for (const AbiRules& abi : resolved.rules.abis) {
    context.groups.emplace_back(abi.rules);
  }
  LintEffects(context);
  LintAbis(context);
  LintRelatedCalls(context);
  LintDangerousCalls(context);
  LintStart(context);
  LintLimits(context);
  LintReaders(context);
  WeighForReader(resolved.profile, options.reader, report.findings);
  SuppressFindings(WithComments(text, resolved.profile), options.allowed,
                   report);
}

void SortByPlace(std::vector<LintFinding>& findings) {
  std::stable_sort(findings.begin(), findings.end(),
                   [](const LintFinding& a, const LintFinding& b) {
                     return a.diagnostic.at.offset < b.diagnostic.at.offset;
                   });
}

}  // namespace

LintReport Lint(std::string_view text, const LintOptions& given) {
  LintOptions options = given;
  options.compile.strict = false;
  Target& target = options.compile.target;
  if (target.dialect == Dialect::kAuto) {
    target.dialect = DialectOf(options.reader);
  }
  LintReport report;
  Diagnostics found;
  const absl::StatusOr<Resolved> resolved =
      ResolveText(text, options.compile, found);
  report.findings.reserve(found.size());
  for (Diagnostic& each : found) report.findings.push_back({std::move(each)});
  report.readable = resolved.ok();
  if (resolved.ok()) LintResolved(text, *resolved, options, report);
  SortByPlace(report.findings);
  SortByPlace(report.suppressed);
  return report;
}

std::optional<ProfileReader> ProfileReaderByName(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, ProfileReader>, 5> kReaders =
      {{{"docker", ProfileReader::kDocker},
        {"podman", ProfileReader::kPodman},
        {"kubernetes", ProfileReader::kKubernetes},
        {"crun", ProfileReader::kCrun},
        {"runc", ProfileReader::kRunc}}};
  for (const auto& [name, reader] : kReaders) {
    if (name == word) return reader;
  }
  return std::nullopt;
}

}  // namespace scbpf
