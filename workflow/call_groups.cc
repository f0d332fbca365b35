// The table of groups.
#include "workflow/call_groups.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace scbpf {
namespace {

struct GroupRow {
  CallGroup group;
  std::string_view names;  // with blanks between
};
constexpr GroupRow kGroups[] = {
#include "workflow/call_groups.inc"
};

constexpr std::array kOrder = {
    CallGroup::kFiles,    CallGroup::kEvents,    CallGroup::kNetwork,
    CallGroup::kIpc,      CallGroup::kProcesses, CallGroup::kIdentity,
    CallGroup::kMemory,   CallGroup::kTime,      CallGroup::kSignals,
    CallGroup::kSecurity, CallGroup::kMounts,    CallGroup::kKeys,
    CallGroup::kTracing,  CallGroup::kBpfPerf,   CallGroup::kModules,
    CallGroup::kSystem,   CallGroup::kMachine,   CallGroup::kNever};

// Whether `word` stands in `names`, alone.
bool Holds(std::string_view names, std::string_view word) {
  for (size_t at = names.find(word); at != std::string_view::npos;
       at = names.find(word, at + 1)) {
    const size_t end = at + word.size();
    const bool starts = at == 0 || names[at - 1] == ' ';
    if (starts && (end == names.size() || names[end] == ' ')) return true;
  }
  return false;
}

}  // namespace

std::span<const CallGroup> AllCallGroups() { return kOrder; }

std::string_view TitleOf(CallGroup group) {
  switch (group) {
    case CallGroup::kFiles:
      return "files";
    case CallGroup::kEvents:
      return "waiting and asynchronous I/O";
    case CallGroup::kNetwork:
      return "network";
    case CallGroup::kProcesses:
      return "processes and threads";
    case CallGroup::kIdentity:
      return "users and capabilities";
    case CallGroup::kMemory:
      return "memory";
    case CallGroup::kTime:
      return "time";
    case CallGroup::kSignals:
      return "signals";
    case CallGroup::kIpc:
      return "locks and messages";
    case CallGroup::kTracing:
      return "tracing";
    case CallGroup::kBpfPerf:
      return "bpf and perf";
    case CallGroup::kModules:
      return "modules and kexec";
    case CallGroup::kKeys:
      return "keys";
    case CallGroup::kMounts:
      return "namespaces and mounts";
    case CallGroup::kSecurity:
      return "sandboxing";
    case CallGroup::kSystem:
      return "the system";
    case CallGroup::kMachine:
      return "the machine";
    case CallGroup::kNever:
      return "never implemented, or gone";
  }
  return "";
}

std::optional<CallGroup> GroupOf(std::string_view name) {
  const auto found = std::find_if(
      std::begin(kGroups), std::end(kGroups),
      [&](const GroupRow& group) { return Holds(group.names, name); });
  if (found == std::end(kGroups) || name.empty()) return std::nullopt;
  return found->group;
}

}  // namespace scbpf
