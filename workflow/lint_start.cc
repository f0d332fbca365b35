// LintStart: profiles under which no program starts, runtimes that need what
// is refused, and tracers that are not there.
#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"
#include "workflow/lint_context.h"
#include "workflow/runtime_bases.h"

namespace scbpf {
namespace {

// Whether some call of the native ABI can be made.
bool AnyPasses(const LintContext& context) {
  const auto arch =
      std::find_if(context.policy.arches.begin(), context.policy.arches.end(),
                   [&](const ArchPolicy& a) {
                     return a.audit_arch == context.rules.native->audit_value;
                   });
  return arch != context.policy.arches.end() &&
         std::any_of(
             arch->ranges.begin(), arch->ranges.end(),
             [](const Range& range) { return !NeverPasses(range.behavior); });
}

bool Uses(ProfileReader reader, std::string_view runtime) {
  switch (reader) {
    case ProfileReader::kAny:
      return true;
    case ProfileReader::kDocker:
    case ProfileReader::kKubernetes:
    case ProfileReader::kRunc:
      return runtime == "runc";
    case ProfileReader::kPodman:
    case ProfileReader::kCrun:
      return runtime == "crun";
  }
  return true;
}

// Whether runc, which answers ENOSYS past the greatest number that the profile
// has a rule on, does so for `name`.
bool IsPastBorder(const LintContext& context, std::string_view name) {
  uint32_t greatest = 0;
  for (const Rule& rule : context.rules.abis[0].rules) {
    greatest = std::max(greatest, rule.nr);
  }
  return NumberOf(*context.rules.native, name).value_or(0) > greatest;
}

// The names of calls of a runtime that are refused, and when it makes them.
struct RefusedCalls {
  std::string always;
  std::string with_no_new_privs;  // of those
  std::string sometimes;
};
RefusedCalls FindRefused(const LintContext& context, const RuntimeBase& base) {
  RefusedCalls refused;
  const auto add = [](std::string& list, std::string_view name) {
    absl::StrAppend(&list, list.empty() ? "" : ", ", std::string(name));
  };
  for (const BaseCall& call : base.calls) {
    const Behavior* behavior = FindBehavior(context, 0, call.name);
    if (behavior == nullptr || !NeverPasses(*behavior)) continue;
    if (base.name == "runc" && IsPastBorder(context, call.name)) continue;
    if (call.without_no_new_privs < base.starts_without_no_new_privs) {
      add(refused.sometimes, call.name);
      continue;
    }
    add(refused.always, call.name);
    if (call.with_no_new_privs == base.starts_with_no_new_privs) {
      add(refused.with_no_new_privs, call.name);
    }
  }
  return refused;
}

void LintRuntimeBase(LintContext& context, const RuntimeBase& base) {
  const RefusedCalls refused = FindRefused(context, base);
  if (refused.always.empty() && refused.sometimes.empty()) return;
  std::string words = absl::StrCat(
      std::string(base.name), " ", std::string(base.version),
      " makes calls that this profile refuses, before the program starts: ",
      refused.always);
  if (!refused.with_no_new_privs.empty()) {
    absl::StrAppend(&words, " (with no_new_privs ", refused.with_no_new_privs,
                    ")");
  } else if (!refused.always.empty()) {
    absl::StrAppend(&words, " (with no_new_privs none)");
  }
  if (!refused.sometimes.empty()) {
    absl::StrAppend(&words, refused.always.empty() ? "" : "; ",
                    "in some ways of starting ", refused.sometimes);
  }
  LintFinding& finding = context.Tell(
      "runtime-base", context.profile.default_action.at, std::move(words));
  if (refused.always.empty()) finding.diagnostic.severity = Severity::kNote;
}

}  // namespace

void LintStart(LintContext& context) {
  if (context.rules.abis.empty() ||
      context.rules.abis[0].abi != context.rules.native) {
    return;
  }
  const Behavior* execve = FindBehavior(context, 0, "execve");
  if (!AnyPasses(context)) {
    context.Tell("nothing-starts", context.profile.default_action.at,
                 absl::StrCat("every call is refused (",
                              FormatReturnValue(context.rules.default_action),
                              "): no container starts under this profile"));
  } else if (execve != nullptr && NeverPasses(*execve)) {
    context.Tell("nothing-starts", PlaceOf(context, 0, "execve"),
                 absl::StrCat("\"execve\" is answered ",
                              FormatReturnValue(execve->otherwise),
                              ": no container starts under this profile"));
  } else if (context.rules.native->id == "x86_64") {
    for (const RuntimeBase& base : AllRuntimeBases()) {
      if (Uses(context.options.reader, base.name)) {
        LintRuntimeBase(context, base);
      }
    }
  }
  if (ActionOf(context.rules.default_action) == Action::kTrace) {
    context.Tell("trace-without-tracer", context.profile.default_action.at,
                 "SCMP_ACT_TRACE as default action: without a tracer every "
                 "such call answers ENOSYS");
  }
}

}  // namespace scbpf
