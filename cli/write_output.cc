// Writes to a temporary file and renames it, or to an open descriptor.
#include "cli/write_output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
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

// Writes to `fd`, called `name`; raw bytes to no terminal.
absl::Status WriteOpen(int fd, const std::string& name,
                       const std::string& bytes, bool raw) {
  if (raw && isatty(fd) == 1) {
    return absl::InvalidArgumentError(
        "not writing raw bytes to a terminal; give -o FILE, "
        "--format base64 or --force");
  }
  const int error = WriteAll(fd, bytes);
  return error == 0 ? absl::OkStatus() : SystemError(name, error);
}

absl::Status EmptyName() {
  return absl::InvalidArgumentError("the name of the output is empty");
}

// Whether what is there, which `about` tells of, may be written.
absl::Status CheckThere(const std::string& path, const struct stat& about) {
  if (S_ISDIR(about.st_mode)) return SystemError(path, EISDIR);
  return access(path.c_str(), W_OK) == 0 ? absl::OkStatus()
                                         : SystemError(path, errno);
}

absl::Status WriteThrough(const std::string& path, const std::string& bytes,
                          bool raw) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return SystemError(path, errno);
  absl::Status status = WriteOpen(fd, path, bytes, raw);
  if (close(fd) != 0 && status.ok()) status = SystemError(path, errno);
  return status;
}

// The mode a new file would get.
mode_t NewFileMode() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

// "a/b" -> "a/", "b" -> "".
std::string FolderOf(const std::string& path) {
  return path.substr(0, path.rfind('/') + 1);
}

std::string RealPath(const std::string& path) {
  char* real = realpath(path.c_str(), nullptr);
  if (real == nullptr) return "";
  std::string result = real;
  std::free(real);
  return result;
}

// The descriptor of this process that /proc/self/fd/N is.
std::optional<int> OwnDescriptor(const std::string& path) {
  const std::string folder = FolderOf(path);
  int fd = -1;
  if (!absl::SimpleAtoi(path.substr(folder.size()), &fd)) return std::nullopt;
  const std::string real = RealPath(folder.empty() ? "." : folder);
  if (real.empty() || real != RealPath("/proc/self/fd")) return std::nullopt;
  return fd;
}

// Where symbolic links lead, so that they stay: to a file, which need not be
// there yet, or to an open descriptor (/dev/stdout, /dev/fd/3).
struct Target {
  std::string path;
  std::optional<int> descriptor{};
};

Target Follow(std::string path) {
  constexpr int kMostLinks = 40;  // as the kernel
  for (int i = 0; i < kMostLinks; ++i) {
    if (const auto fd = OwnDescriptor(path)) return {path, fd};
    char link[4096];
    const ssize_t size = readlink(path.c_str(), link, sizeof link);
    if (size <= 0 || size == sizeof link) break;
    std::string to = link[0] == '/' ? "" : FolderOf(path);
    to.append(link, static_cast<size_t>(size));
    path = std::move(to);
  }
  return {path};
}

// Gives the file the owner and the group of `old`; else the group, if that may
// be. Answers whether it has both.
bool KeepOwner(int fd, const struct stat& old) {
  if (fchown(fd, old.st_uid, old.st_gid) == 0) return true;
  return fchown(fd, geteuid(), old.st_gid) == 0 && old.st_uid == geteuid();
}

// `old`: of the file that is there; null: none is.
absl::Status Replace(const std::string& path, const std::string& target,
                     const std::string& bytes, const struct stat* old) {
  const std::string name = TemporaryName(target);
  std::vector<char> temporary(name.c_str(), name.c_str() + name.size() + 1);
  const int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return SystemError(path, errno);
  int error = WriteAll(fd, bytes);
  mode_t mode = NewFileMode();
  if (old != nullptr) {
    mode = old->st_mode & (KeepOwner(fd, *old) ? 07777 : 0777);
  }
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

std::string TemporaryName(const std::string& target) {
  constexpr size_t kLongest = 255;
  constexpr char kSuffix[] = ".XXXXXX";
  const std::string folder = FolderOf(target);
  const size_t length =
      std::min(target.size() - folder.size(), kLongest - (sizeof kSuffix - 1));
  return target.substr(0, folder.size() + length) + kSuffix;
}

absl::Status CheckOutput(const Output& output) {
  const std::string& path = output.path;
  if (path == "-") return absl::OkStatus();
  if (path.empty()) return EmptyName();
  struct stat about {};
  if (stat(path.c_str(), &about) == 0) return CheckThere(path, about);
  const std::string folder = FolderOf(path);
  const bool may =
      access(folder.empty() ? "." : folder.c_str(), W_OK | X_OK) == 0;
  return may ? absl::OkStatus() : SystemError(path, errno);
}

absl::Status WriteText(const std::string& text) {
  const int error = WriteAll(STDOUT_FILENO, text);
  return error == 0 ? absl::OkStatus() : SystemError("stdout", error);
}

absl::Status WriteOutput(const Output& output, const std::string& bytes,
                         bool raw) {
  const std::string& path = output.path;
  raw = raw && !output.force;
  if (path == "-") return WriteOpen(STDOUT_FILENO, "stdout", bytes, raw);
  if (path.empty()) return EmptyName();
  const Target target = Follow(path);
  if (target.descriptor.has_value()) {
    return WriteOpen(*target.descriptor, path, bytes, raw);
  }
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) {
    if (errno != ENOENT) return SystemError(path, errno);
    return Replace(path, target.path, bytes, nullptr);
  }
  const absl::Status status = CheckThere(path, about);
  if (!status.ok()) return status;
  if (!S_ISREG(about.st_mode)) return WriteThrough(path, bytes, raw);
  return Replace(path, target.path, bytes, &about);
}

}  // namespace scbpf::cli
