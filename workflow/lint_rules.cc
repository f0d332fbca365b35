// The table of rules, and their pages.
#include "workflow/lint_rules.h"

#include <algorithm>
#include <vector>

#include "compiler/severity_name.h"

namespace scbpf {
namespace {

constexpr LintRule kRules[] = {
#include "workflow/lint_rules.inc"
// Errors of the reader.
#include "workflow/lint_errors.inc"
};

constexpr std::string_view kHead =
    R"(# What scbpf lint finds

Each finding has an id, which does not change, and a severity: *error*, the
profile cannot be used; *warning*, it does not do what it seems to, or lets
pass what nobody meant; *note*, worth knowing, and an opinion now and then
(shown with `-v`). `scbpf lint --explain ID` prints the page of an id.

The status is 1 when something as grave as `--fail-on` (a warning, unless said
otherwise) was found, and 2 when a profile cannot be read at all.

`--for docker|podman|kubernetes|crun|runc` shows what that reader makes of the
file: which members it ignores, what it refuses, what it needs itself.
`kubernetes` is containerd with a `localhostProfile`. Without `--for`, what any
of them might do is told.

To keep a finding silent that is meant, write into the entry:

```json
"comment": "the debugger needs it; scbpf-lint: allow privileged-call"
```

Several ids have commas between them. `--allow ID,ID` keeps them silent
everywhere: the only way for findings on the profile as a whole, which stand at
no entry. Errors of the reader cannot be silenced.
)";

// Breaks lines at 80 columns; paragraphs have an empty line between them.
std::string Wrap(std::string_view text) {
  constexpr size_t kWidth = 80;
  std::string out;
  size_t column = 0;
  while (!text.empty()) {
    if (text.substr(0, 2) == "\n\n") {
      out += "\n\n";
      column = 0;
      text.remove_prefix(2);
      continue;
    }
    const size_t end = std::min(text.find_first_of(" \n"), text.size());
    if (column > 0 && column + 1 + end > kWidth) {
      out += '\n';
      column = 0;
    }
    if (column > 0) {
      out += ' ';
      ++column;
    }
    out += text.substr(0, end);
    column += end;
    text.remove_prefix(end);
    if (text.substr(0, 1) == " ") text.remove_prefix(1);
  }
  return out;
}

}  // namespace

std::span<const LintRule> AllLintRules() { return kRules; }

const LintRule* FindLintRule(std::string_view id) {
  const auto* found =
      std::find_if(std::begin(kRules), std::end(kRules),
                   [&](const LintRule& rule) { return rule.id == id; });
  return found == std::end(kRules) ? nullptr : found;
}

std::string FormatLintRule(const LintRule& rule) {
  std::string out = "## " + std::string(rule.id) + "\n\n";
  std::string first = "**";
  first.append(SeverityName(rule.severity)).append("**: ");
  first.append(rule.summary).append(".");
  out += Wrap(first) + "\n";
  if (!rule.page.empty()) out += "\n" + Wrap(rule.page) + "\n";
  return out;
}

std::string FormatLintPages() {
  std::string out(kHead);
  for (const LintRule& rule : kRules) out += "\n" + FormatLintRule(rule);
  return out;
}

}  // namespace scbpf
