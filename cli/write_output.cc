// Writes to a temporary file and renames it, or to stdout.
#include "cli/write_output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

#include "cli/report.h"

namespace scbpf::cli {
namespace {

// 0, or the errno of the write that failed.
int WriteAll(int fd, const std::string& bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t wrote = write(fd, bytes.data() + done, bytes.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return errno;
    done += wrote;
  }
  return 0;
}

absl::Status WriteThrough(const std::string& path, const std::string& bytes) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return SystemError(path, errno);
  int error = WriteAll(fd, bytes);
  if (close(fd) != 0 && error == 0) error = errno;
  return error == 0 ? absl::OkStatus() : SystemError(path, error);
}

// The mode a new file would get.
mode_t NewFileMode() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

// Where a symbolic link leads, so that the link stays.
std::string Resolve(const std::string& path) {
  char* real = realpath(path.c_str(), nullptr);
  if (real == nullptr) return path;
  std::string result = real;
  std::free(real);
  return result;
}

absl::Status Replace(const std::string& path, const std::string& bytes,
                     mode_t mode) {
  const std::string target = Resolve(path);
  const std::string name = target + ".XXXXXX";
  std::vector<char> temporary(name.c_str(), name.c_str() + name.size() + 1);
  const int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return SystemError(path, errno);
  int error = WriteAll(fd, bytes);
  if (error == 0 && fchmod(fd, mode) != 0) error = errno;
  if (close(fd) != 0 && error == 0) error = errno;
  if (error == 0 && rename(temporary.data(), target.c_str()) != 0) {
    error = errno;
  }
  if (error == 0) return absl::OkStatus();
  unlink(temporary.data());
  return SystemError(path, error);
}

}  // namespace

absl::Status WriteText(const std::string& text) {
  const int error = WriteAll(STDOUT_FILENO, text);
  return error == 0 ? absl::OkStatus() : SystemError("stdout", error);
}

absl::Status WriteOutput(const Output& output, const std::string& bytes,
                         bool raw) {
  if (output.path == "-") {
    if (raw && !output.force && isatty(STDOUT_FILENO) == 1) {
      return absl::InvalidArgumentError(
          "not writing raw bytes to a terminal; give -o FILE, "
          "--format base64 or --force");
    }
    return WriteText(bytes);
  }
  struct stat about {};
  if (stat(output.path.c_str(), &about) != 0) {
    return Replace(output.path, bytes, NewFileMode());
  }
  if (S_ISDIR(about.st_mode)) return SystemError(output.path, EISDIR);
  if (!S_ISREG(about.st_mode)) return WriteThrough(output.path, bytes);
  if (access(output.path.c_str(), W_OK) != 0) {
    return SystemError(output.path, errno);
  }
  return Replace(output.path, bytes, about.st_mode & 07777);
}

}  // namespace scbpf::cli
