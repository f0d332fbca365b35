// Reads files and stdin, and sees from the content what they are.
#include "cli/read_input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "bpf/read_filter.h"
#include "bpf/text.h"

namespace scbpf::cli {
namespace {

constexpr size_t kMostBytes = size_t{8} << 20;

// Reads `fd` to its end.
absl::StatusOr<std::string> ReadDescriptor(int fd, const std::string& name) {
  std::string text;
  struct stat about {};
  if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode)) {
    text.reserve(std::min<size_t>(about.st_size + 1, kMostBytes));
  }
  char buffer[65536];
  while (true) {
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError(name, errno);
    if (got == 0) return text;
    text.append(buffer, got);
    if (text.size() > kMostBytes) {
      return absl::InvalidArgumentError(
          name + ": more than 8 MiB; that is no profile and no filter");
    }
  }
}

absl::StatusOr<Input> ReadAny(const std::string& path) {
  absl::StatusOr<std::string> text = ReadWhole(path);
  if (!text.ok()) return text.status();
  Input input;
  input.name = NameOfInput(path);
  input.text = *std::move(text);
  return input;
}

// Filters in JSON.
absl::StatusOr<Input> AsDocument(Talk& talk, Input input) {
  Diagnostics findings;
  auto filters = ReadFilterDocument(input.text, findings);
  Tell(talk, input.name, input.text, findings, /*strict=*/false);
  if (!filters.has_value()) {
    return absl::InvalidArgumentError(input.name + ": " +
                                      Count(CountErrors(findings), "error"));
  }
  input.is_profile = false;
  input.filters = *std::move(filters);
  return input;
}

absl::StatusOr<Input> AsFilter(Input input) {
  absl::StatusOr<Program> program = ReadFilter(input.text);
  if (!program.ok()) {
    return absl::InvalidArgumentError(input.name + ": " +
                                      std::string(program.status().message()));
  }
  input.is_profile = false;
  input.filters.push_back({{*std::move(program), kFlagSpecAllow}});
  return input;
}

bool IsFolder(const std::string& path) {
  struct stat about {};
  return stat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode);
}

// DIR/0.bpf (the oldest), DIR/1.bpf, ... as `compile --split` writes them.
absl::StatusOr<Input> ReadFolder(const std::string& path) {
  Input stack;
  stack.name = path;
  stack.is_profile = false;
  while (true) {
    const std::string file =
        path + "/" + std::to_string(stack.filters.size()) + ".bpf";
    if (access(file.c_str(), F_OK) != 0) break;
    absl::StatusOr<Input> one = ReadAny(file);
    if (one.ok()) one = AsFilter(*std::move(one));
    if (!one.ok()) return one;
    stack.filters.push_back(std::move(one->filters.front()));
  }
  if (!stack.filters.empty()) return stack;
  return absl::InvalidArgumentError(
      path + ": a directory without 0.bpf, thus no stack of filters");
}

}  // namespace

std::string NameOfInput(const std::string& path) {
  return path == "-" ? "<stdin>" : path;
}

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  if (path == "-") return ReadDescriptor(STDIN_FILENO, "<stdin>");
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return SystemError(path, errno);
  absl::StatusOr<std::string> text = ReadDescriptor(fd, path);
  close(fd);
  return text;
}

absl::StatusOr<Input> ReadProfileInput(const std::string& path) {
  absl::StatusOr<Input> input = ReadAny(path);
  if (!input.ok()) return input;
  if (SniffFile(input->text) == FileKind::kJsonFilter) {
    return absl::InvalidArgumentError(
        input->name +
        ": this is a filter (in JSON), not a profile: `scbpf disasm` lists it");
  }
  return input;
}

absl::StatusOr<Input> ReadFilterInput(Talk& talk, const std::string& path) {
  absl::StatusOr<Input> input = ReadInput(talk, path);
  if (input.ok() && input->is_profile) {
    return absl::InvalidArgumentError(
        input->name +
        ": this is JSON, not a filter; if it is a profile, "
        "`scbpf compile` makes a filter of it");
  }
  return input;
}

absl::StatusOr<Input> ReadInput(Talk& talk, const std::string& path) {
  if (IsFolder(path)) return ReadFolder(path);
  absl::StatusOr<Input> input = ReadAny(path);
  if (!input.ok()) return input;
  switch (SniffFile(input->text)) {
    case FileKind::kJson:
      return input;
    case FileKind::kJsonFilter:
      return AsDocument(talk, *std::move(input));
    case FileKind::kRawFilter:
    case FileKind::kBase64Filter:
    case FileKind::kHexFilter:
    case FileKind::kOther:
      break;
  }
  return AsFilter(*std::move(input));
}

}  // namespace scbpf::cli
