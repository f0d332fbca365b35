// LintDangerousCalls: calls that reach past a container, allowed to everyone.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"
#include "workflow/dangerous_calls.h"
#include "workflow/lint_context.h"

namespace scbpf {
namespace {

// The kernel since which ptrace, and what goes by its rules, is no way past a
// filter.
constexpr KernelVersion kFiltersAfterTracer{4, 8};

bool GoesByPtrace(const DangerousCall& call) {
  return call.name == "ptrace" || call.name == "process_vm_readv" ||
         call.name == "process_vm_writev" || call.name == "pidfd_getfd";
}

// Whether the author tied the rule to capabilities, as Docker does.
bool IsTied(const Profile& profile, const Rule& rule) {
  return !profile.syscalls[rule.entry].includes.caps.empty() &&
         profile.dialect != Dialect::kOci;
}

std::string WordsFor(const LintContext& context, const DangerousCall& call) {
  std::string words = absl::StrCat("\"", std::string(call.name),
                                   "\" is allowed whatever its arguments: it ",
                                   std::string(call.reason));
  if (!call.capability.empty()) {
    const bool held =
        context.target().capabilities.contains(std::string(call.capability));
    absl::StrAppend(&words, "; the kernel asks for ",
                    std::string(call.capability),
                    held ? ", which is held" : ", which is not held");
    if (!call.mitigation.empty()) {
      absl::StrAppend(&words, ", and: ", std::string(call.mitigation));
    }
    return words;
  }
  absl::StrAppend(&words, "; against it: ", std::string(call.mitigation));
  return words;
}

Severity SeverityOf(const LintContext& context, const DangerousCall& call) {
  if (GoesByPtrace(call)) {
    return context.target().kernel < kFiltersAfterTracer ? Severity::kWarning
                                                         : Severity::kNote;
  }
  if (call.commonly_allowed) return Severity::kNote;
  if (call.capability.empty()) return Severity::kWarning;
  // bpf, perf_event_open and userfaultfd have their own switches.
  if (call.mitigation.substr(0, 10) == "the sysctl") return Severity::kWarning;
  return context.target().capabilities.contains(std::string(call.capability))
             ? Severity::kWarning
             : Severity::kNote;
}

class DangerousCalls {
 public:
  explicit DangerousCalls(LintContext& context) : context_(context) {}

  void Run() {
    for (const DangerousCall& call : kDangerousCalls) Look(call);
    if (open_.empty() ||
        ActionOf(context_.rules.default_action) != Action::kAllow) {
      return;
    }
    std::string names;
    for (const std::string_view name : open_) {
      absl::StrAppend(&names, names.empty() ? "" : ", ", std::string(name));
    }
    context_.Tell("default-allow", context_.profile.default_action.at,
                  absl::StrCat("everything that no entry names is allowed; of "
                               "the calls that reach past a container: ",
                               names));
  }

 private:
  void Look(const DangerousCall& call) {
    for (size_t abi = 0; abi < context_.rules.abis.size(); ++abi) {
      const Behavior* behavior = FindBehavior(context_, abi, call.name);
      if (behavior == nullptr || !AlwaysPasses(*behavior) ||
          ActionOf(behavior->otherwise) != Action::kAllow) {
        continue;
      }
      const Rule* rule = FindRule(context_, abi, call.name);
      if (rule == nullptr) {
        open_.push_back(call.name);
        return;
      }
      if (IsTied(context_.profile, *rule)) continue;
      const Severity severity = SeverityOf(context_, call);
      LintFinding& finding = context_.Tell(
          severity == Severity::kNote ? "privileged-call" : "dangerous-call",
          rule->origin, WordsFor(context_, call));
      finding.diagnostic.severity = severity;
      return;
    }
  }

  LintContext& context_;
  std::vector<std::string_view> open_;  // by the default action
};

}  // namespace

void LintDangerousCalls(LintContext& context) { DangerousCalls(context).Run(); }

}  // namespace scbpf
