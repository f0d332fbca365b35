// What system calls are for: every name in one group.
#ifndef SCBPF_WORKFLOW_CALL_GROUPS_H_
#define SCBPF_WORKFLOW_CALL_GROUPS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace scbpf {

enum class CallGroup : uint8_t {
  kFiles,
  kEvents,
  kNetwork,
  kProcesses,
  kIdentity,
  kMemory,
  kTime,
  kSignals,
  kIpc,
  kTracing,
  kBpfPerf,
  kModules,
  kKeys,
  kMounts,
  kSecurity,
  kSystem,
  kMachine,
  kNever,
};

// In the order in which a reader wants them.
std::span<const CallGroup> AllCallGroups();

// "files", "processes and threads", ...
std::string_view TitleOf(CallGroup group);

// nullopt: not a name of the tables.
std::optional<CallGroup> GroupOf(std::string_view name);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_CALL_GROUPS_H_
