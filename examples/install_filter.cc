// Runs a command under a precompiled filter: all that the author of a
// container runtime has to write.
//
//   scbpf_install_filter FILTER COMMAND [ARGUMENT...]
//
// FILTER is a file of raw sock_filter[] or base64, as `scbpf compile` writes.
// Status 125 when the filter cannot be read or installed, 127 when the command
// cannot be started.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "scbpf/filter.h"
#include "scbpf/install.h"

namespace {

absl::Status InstallFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) return absl::NotFoundError("cannot be read");

  absl::StatusOr<scbpf::Program> program = scbpf::ReadFilter(bytes);
  if (!program.ok()) return program.status();
  if (absl::Status set = scbpf::SetNoNewPrivs(); !set.ok()) return set;
  const scbpf::Filter filter = {*std::move(program), scbpf::kFlagSpecAllow};
  return scbpf::Install(filter).status();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: scbpf_install_filter FILTER COMMAND [ARGUMENT...]\n";
    return 125;
  }
  if (absl::Status status = InstallFile(argv[1]); !status.ok()) {
    std::cerr << argv[1] << ": " << status.message() << "\n";
    return 125;
  }
  execvp(argv[2], argv + 2);
  std::cerr << argv[2] << ": " << strerror(errno) << "\n";
  return 127;
}
