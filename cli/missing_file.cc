// Names words that are given as paths and are none.
#include "cli/missing_file.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "cli/report.h"

namespace scbpf::cli {
namespace {

// What docker, curl and others take before a path.
constexpr const char* kPrefixes[] = {"file://", "seccomp=", "seccomp:", "@"};

// What is wrong with a path that there is not; "": nothing to be seen.
std::string NameWord(const std::string& path) {
  if (path.empty()) return "the name of an input is empty";
  const size_t first = path.find_first_not_of(" \t\r\n");
  if (first != std::string::npos &&
      (path[first] == '{' || path[first] == '[')) {
    return "a file name is wanted, and this is JSON text: write it to a file, "
           "or feed it to \"-\", stdin";
  }
  for (const char* scheme : {"http://", "https://"}) {
    if (path.starts_with(scheme)) {
      return path + ": a file is wanted, not a URL; download it first";
    }
  }
  for (const std::string prefix : kPrefixes) {
    if (path.starts_with(prefix) && path.size() > prefix.size()) {
      return absl::StrCat(path, ": no such file; is ",
                          path.substr(prefix.size()), " meant, without \"",
                          prefix, "\"?");
    }
  }
  return {};
}

}  // namespace

absl::Status CannotOpen(const std::string& path, int error) {
  if (error == ENOENT || error == ENAMETOOLONG || error == ENOTDIR) {
    const std::string text = NameWord(path);
    if (!text.empty()) return absl::InvalidArgumentError(text);
  }
  return SystemError(path, error);
}

}  // namespace scbpf::cli
