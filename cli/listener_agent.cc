// Writes the container process state (OCI runtime specification, "The
// Container Process State") for a command that has no container.
#include "cli/listener_agent.h"

#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <string>
#include <utility>

#include "cli/json_text.h"
#include "scbpf/profile.h"

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
  std::vector<std::optional<ListenerAgent>> agents;
  const Input* first = nullptr;
  for (const Input& input : stack.inputs) {
    std::optional<ListenerAgent>& agent = agents.emplace_back();
    if (!input.is_profile) continue;
    Diagnostics findings;  // told when the stack was loaded
    const auto profile =
        ParseProfile(input.text, stack.options.target.dialect, findings);
    if (!profile.has_value() || profile->listener_path.empty()) continue;
    if (first != nullptr) {
      return absl::InvalidArgumentError(
          first->name + " and " + input.name +
          " have a listenerPath each; the kernel gives one filter alone a "
          "listener");
    }
    first = &input;
    agent = {profile->listener_path, ProcessState(profile->listener_metadata)};
  }
  return agents;
}

}  // namespace scbpf::cli
