// Reads files and stdin, and sees from the content what they are.
#include "cli/read_input.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "bpf/read_filter.h"
#include "bpf/text.h"
#include "cli/missing_file.h"
#include "compiler/read_document.h"

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

// Text that is no filter: named, or else, where `profiles` are wanted, left to
// their reader to say what is wrong with it.
absl::StatusOr<Input> AsText(Talk& talk, Input input, bool profiles) {
  Findings found;
  if (!TellForeignText(input.text, found)) {
    if (profiles) return input;
    return AsFilter(std::move(input));
  }
  for (Diagnostic& finding : found.all()) {
    if (profiles) break;
    finding.text = finding.text.substr(0, finding.text.find("; expected "));
  }
  Tell(talk, input.name, input.text, found.all(), /*strict=*/false);
  return absl::InvalidArgumentError(input.name + ": " +
                                    Count(found.errors(), "error"));
}

bool IsFolder(const std::string& path) {
  struct stat about {};
  return stat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode);
}

// N, if `name` is "N.bpf".
std::optional<size_t> PlaceInStack(const std::string& name) {
  size_t place = 0;
  const size_t digits = name.find_first_not_of("0123456789");
  if (digits == std::string::npos || name.substr(digits) != ".bpf" ||
      !absl::SimpleAtoi(name.substr(0, digits), &place)) {
    return std::nullopt;
  }
  return place;
}

// The names of a stack's files, the oldest first, without a gap.
absl::StatusOr<std::vector<std::string>> ListStack(const std::string& path) {
  DIR* folder = opendir(path.c_str());
  if (folder == nullptr) return SystemError(path, errno);
  std::set<std::pair<size_t, std::string>> found;
  int error = 0;
  while (true) {
    errno = 0;
    const dirent* entry = readdir(folder);
    error = errno;
    if (entry == nullptr) break;
    const std::optional<size_t> place = PlaceInStack(entry->d_name);
    if (place.has_value()) found.emplace(*place, entry->d_name);
  }
  closedir(folder);
  if (error != 0) return SystemError(path, error);
  std::vector<std::string> names;
  for (const auto& [place, name] : found) {
    const std::string expected = std::to_string(names.size()) + ".bpf";
    if (name != expected) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": no stack of filters: ", expected,
                       " is missing, yet ", name, " is there"));
    }
    names.push_back(name);
  }
  if (!names.empty()) return names;
  return absl::InvalidArgumentError(
      path + ": a directory without 0.bpf, thus no stack of filters");
}

// DIR/0.bpf (the oldest), DIR/1.bpf, ... as `compile --split` writes them.
absl::StatusOr<Input> ReadFolder(const std::string& path) {
  Input stack;
  stack.name = path;
  stack.is_profile = false;
  const auto names = ListStack(path);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    absl::StatusOr<Input> one = ReadAny(absl::StrCat(path, "/", name));
    if (one.ok()) one = AsFilter(*std::move(one));
    if (!one.ok()) return one;
    stack.filters.push_back(std::move(one->filters.front()));
  }
  return stack;
}

absl::StatusOr<Input> ReadFile(Talk& talk, const std::string& path,
                               bool profiles) {
  if (IsFolder(path)) return ReadFolder(path);
  absl::StatusOr<Input> input = ReadAny(path);
  if (!input.ok()) return input;
  switch (SniffFile(input->text)) {
    case FileKind::kJson:
      return input;
    case FileKind::kJsonFilter:
      return AsDocument(talk, *std::move(input));
    case FileKind::kText:
      return AsText(talk, *std::move(input), profiles);
    case FileKind::kRawFilter:
    case FileKind::kBase64Filter:
    case FileKind::kHexFilter:
    case FileKind::kOther:
      break;
  }
  return AsFilter(*std::move(input));
}

}  // namespace

std::string NameOfInput(const std::string& path) {
  return path == "-" ? "<stdin>" : path;
}

absl::Status TakeStdin() {
  static bool taken = false;
  if (taken) {
    return absl::InvalidArgumentError(
        "<stdin> is given twice; it can be read once");
  }
  taken = true;
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  if (path == "-") {
    const absl::Status status = TakeStdin();
    if (!status.ok()) return status;
    return ReadDescriptor(STDIN_FILENO, "<stdin>");
  }
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return CannotOpen(path, errno);
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
  absl::StatusOr<Input> input = ReadFile(talk, path, /*profiles=*/false);
  if (input.ok() && input->is_profile) {
    return absl::InvalidArgumentError(
        input->name +
        ": this is JSON, not a filter; if it is a profile, "
        "`scbpf compile` makes a filter of it");
  }
  return input;
}

absl::StatusOr<Input> ReadInput(Talk& talk, const std::string& path) {
  return ReadFile(talk, path, /*profiles=*/true);
}

}  // namespace scbpf::cli
