// The seccomp agents that the profiles of a stack name.
#ifndef SCBPF_CLI_LISTENER_AGENT_H_
#define SCBPF_CLI_LISTENER_AGENT_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/stack.h"
#include "scbpf/listen.h"

namespace scbpf::cli {

// For each filter of the stack: who serves its profile's listenerPath, with
// the OCI container process state of this process, which is about to become
// the command. InvalidArgument: more than one profile has an agent, which no
// kernel allows.
absl::StatusOr<std::vector<std::optional<ListenerAgent>>> FindAgents(
    const Stack& stack);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_LISTENER_AGENT_H_
