// Writes the container process state (OCI runtime specification, "The
// Container Process State") for a command that has no container.
#include "cli/listener_agent.h"

#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <string>

#include "cli/json_text.h"

namespace scbpf::cli {
namespace {

std::string ProcessState(const std::string& metadata) {
  char folder[PATH_MAX];
  const std::string bundle =
      getcwd(folder, sizeof folder) == nullptr ? "/" : folder;
  const std::string pid = std::to_string(getpid());
  std::string text =
      "{\"ociVersion\": \"1.0.2\", \"fds\": [\"seccompFd\"], \"pid\": " + pid;
  if (!metadata.empty()) text += ", \"metadata\": " + JsonString(metadata);
  return text + ", \"state\": {\"ociVersion\": \"1.0.2\", \"id\": \"scbpf-" +
         pid + "\", \"status\": \"creating\", \"pid\": " + pid +
         ", \"bundle\": " + JsonString(bundle) + "}}";
}

}  // namespace

absl::StatusOr<std::vector<std::optional<ListenerAgent>>> FindAgents(
    const Stack& stack) {
  std::vector<std::optional<ListenerAgent>> agents(stack.agents.size());
  const Input* first = nullptr;
  for (size_t i = 0; i < agents.size(); ++i) {
    const AgentAddress& address = stack.agents[i];
    if (address.path.empty()) continue;
    if (first != nullptr) {
      return absl::InvalidArgumentError(
          first->name + " and " + stack.inputs[i].name +
          " have a listenerPath each; the kernel gives one filter alone a "
          "listener");
    }
    first = &stack.inputs[i];
    agents[i] = {address.path, ProcessState(address.metadata)};
  }
  return agents;
}

}  // namespace scbpf::cli
