// Reads bases: recorded ones, profiles and lists of names.
#include "workflow/base_names.h"

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "scbpf/diagnostic.h"
#include "scbpf/profile.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

absl::StatusOr<BaseNames> ReadProfileNames(std::string_view text) {
  Diagnostics findings;
  const auto profile = ParseProfile(text, Dialect::kAuto, findings);
  if (!profile.has_value()) {
    const auto error =
        std::find_if(findings.begin(), findings.end(), [](const auto& finding) {
          return finding.severity == Severity::kError;
        });
    return absl::InvalidArgumentError(error == findings.end() ? "not a profile"
                                                              : error->text);
  }
  BaseNames base;
  for (const ProfileEntry& entry : profile->syscalls) {
    if (!IsPermission(entry.action.value)) continue;
    for (const auto& name : entry.names) {
      if (entry.args.empty()) {
        base.names.push_back(name.value);
      } else {
        base.rules.push_back(
            {name.value, Action::kAllow, std::nullopt, entry.args});
      }
    }
  }
  return base;
}

absl::StatusOr<BaseNames> ReadNameList(const std::string& text) {
  BaseNames base;
  std::istringstream lines(text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::istringstream words(line.substr(0, line.find('#')));
    for (std::string word; words >> word;) {
      if (!IsSyscallName(word)) {
        const std::string_view near = NearestName(word, AllSyscallNames());
        return absl::InvalidArgumentError(absl::StrCat(
            "line ", number, ": no ABI has a call \"", word, "\"",
            near.empty() ? ""
                         : ", did you mean \"" + std::string(near) + "\"?"));
      }
      base.names.push_back(word);
    }
  }
  return base;
}

}  // namespace

std::vector<std::string> NamesOf(const RuntimeBase& base) {
  std::vector<std::string> names;
  for (const BaseCall& call : base.calls) names.emplace_back(call.name);
  return names;
}

absl::StatusOr<BaseNames> ReadBaseNames(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  const bool is_profile = first != std::string_view::npos && text[first] == '{';
  auto base =
      is_profile ? ReadProfileNames(text) : ReadNameList(std::string(text));
  if (!base.ok()) return base;
  std::set<std::string> seen;
  std::erase_if(base->names, [&](const std::string& name) {
    return !seen.insert(name).second;
  });
  std::erase_if(base->rules, [&](const NameRule& rule) {
    return seen.count(rule.name) > 0;
  });
  if (base->names.empty() && base->rules.empty()) {
    return absl::InvalidArgumentError("there is no name in it");
  }
  return base;
}

}  // namespace scbpf
