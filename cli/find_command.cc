// Searches PATH as execvp(3) does.
#include "cli/find_command.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace scbpf::cli {
namespace {

// 0, or why `path` cannot be executed.
int WhyNot(const std::string& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) return errno;
  if (S_ISDIR(about.st_mode)) return EISDIR;
  return access(path.c_str(), X_OK) == 0 ? 0 : errno;
}

}  // namespace

FoundCommand FindCommand(const std::string& name) {
  if (name.empty()) return {name, ENOENT};
  if (name.find('/') != std::string::npos) return {name, WhyNot(name)};
  const char* variable = std::getenv("PATH");
  const std::string path = variable != nullptr ? variable : "/bin:/usr/bin";
  FoundCommand refused{name, ENOENT};
  size_t start = 0;
  while (start <= path.size()) {
    const size_t end = std::min(path.find(':', start), path.size());
    const std::string folder = path.substr(start, end - start);
    const std::string candidate = (folder.empty() ? "." : folder) + "/" + name;
    const int error = WhyNot(candidate);
    if (error == 0) return {candidate, 0};
    if (error == EACCES) refused = {candidate, error};
    start = end + 1;
  }
  return refused;
}

}  // namespace scbpf::cli
