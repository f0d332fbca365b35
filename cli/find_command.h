// Finding a command in PATH, before a filter may forbid to look.
#ifndef SCBPF_CLI_FIND_COMMAND_H_
#define SCBPF_CLI_FIND_COMMAND_H_

#include <string>

namespace scbpf::cli {

struct FoundCommand {
  std::string path;
  int error = 0;  // ENOENT: not found; else why it cannot be executed
};

// `name` itself where it has a slash, else the first executable of that name
// in PATH.
FoundCommand FindCommand(const std::string& name);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_FIND_COMMAND_H_
