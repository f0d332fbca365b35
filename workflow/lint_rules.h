// Every id that `scbpf lint` can tell, with its page.
#ifndef SCBPF_WORKFLOW_LINT_RULES_H_
#define SCBPF_WORKFLOW_LINT_RULES_H_

#include <span>
#include <string>
#include <string_view>

#include "scbpf/diagnostic.h"

namespace scbpf {

struct LintRule {
  std::string_view id;       // kebab-case, stable
  Severity severity;         // as it is told, if the case has no other
  std::string_view summary;  // one line
  std::string_view page;     // paragraphs of Markdown
};

// In the order of docs/lint.md.
std::span<const LintRule> AllLintRules();

// nullptr: there is none.
const LintRule* FindLintRule(std::string_view id);

// A rule's page as Markdown, and docs/lint.md, which holds all of them.
std::string FormatLintRule(const LintRule& rule);
std::string FormatLintPages();

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_LINT_RULES_H_
