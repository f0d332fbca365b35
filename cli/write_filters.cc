// Encodes filters, and makes directories for raw stacks.
#include "cli/write_filters.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "bpf/formats.h"
#include "bpf/read_filter.h"
#include "cli/report.h"

namespace scbpf::cli {
namespace {

constexpr std::pair<const char*, FilterFormat> kFormats[] = {
    {"raw", FilterFormat::kRaw}, {"base64", FilterFormat::kBase64},
    {"hex", FilterFormat::kHex}, {"c", FilterFormat::kC},
    {"asm", FilterFormat::kAsm}, {"json", FilterFormat::kJson},
};

std::string HeaderText(const FilterTarget& target,
                       const std::vector<FilterRecord>& filters) {
  std::vector<Filter> plain;
  for (const FilterRecord& record : filters) plain.push_back(record.filter);
  const bool named = target.source != "<stdin>";
  return FormatC(plain, named ? CIdentifier(target.source) : "seccomp");
}

// A format that holds one filter.
std::string EncodeOne(FilterFormat format, const FilterTarget& target,
                      const Program& program) {
  switch (format) {
    case FilterFormat::kRaw:
      return EncodeRaw(program, target.big_endian);
    case FilterFormat::kBase64:
      return EncodeBase64(program, target.big_endian) + "\n";
    case FilterFormat::kHex:
      return FormatHex(program, target.big_endian);
    case FilterFormat::kAsm:
      return FormatBpfAsm(program);
    case FilterFormat::kC:
    case FilterFormat::kJson:
      break;
  }
  return "";
}

// The files of a stack in the folder; what is half done is removed again.
absl::Status FillFolder(const std::string& folder, const FilterTarget& target,
                        const std::vector<FilterRecord>& filters) {
  absl::Status status = absl::OkStatus();
  std::vector<std::string> written;
  for (size_t i = 0; i < filters.size() && status.ok(); ++i) {
    const Output output{folder + "/" + std::to_string(i) + ".bpf"};
    written.push_back(output.path);
    status = WriteOutput(
        output, EncodeRaw(filters[i].filter.program, target.big_endian), true);
  }
  if (status.ok()) return status;
  for (const std::string& path : written) unlink(path.c_str());
  return status;
}

absl::Status WriteFolder(const std::string& path, const FilterTarget& target,
                         const std::vector<FilterRecord>& filters) {
  std::string folder = path;
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  std::string name = TemporaryName(folder);
  if (mkdtemp(name.data()) == nullptr) return SystemError(path, errno);
  absl::Status status = FillFolder(name, target, filters);
  const mode_t mask = umask(0);
  umask(mask);
  if (status.ok() && (chmod(name.c_str(), 0777 & ~mask) != 0 ||
                      rename(name.c_str(), folder.c_str()) != 0)) {
    const bool taken =
        errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR;
    status = taken ? absl::InvalidArgumentError(
                         path +
                         ": exists already; several raw filters go to "
                         "a new directory")
                   : SystemError(path, errno);
    for (size_t i = 0; i < filters.size(); ++i) {
      unlink((name + "/" + std::to_string(i) + ".bpf").c_str());
    }
  }
  if (!status.ok()) rmdir(name.c_str());
  return status;
}

}  // namespace

void AddFormatOption(CommandLine& line, FilterFormat& format) {
  std::vector<std::string> words;
  for (const auto& [word, each] : kFormats) words.emplace_back(word);
  line.options.push_back(Choose(
      "--format", std::move(words),
      "raw: sock_filter[] as seccomp(2), bwrap and minijail take it "
      "(default); base64: crun's annotation; hex: an instruction a line; c: a "
      "header for C and C++; asm: what the kernel's bpf_asm assembles; json: "
      "with the flags and ABIs, an INPUT everywhere",
      [&format](const std::string& chosen) {
        for (const auto& [word, each] : kFormats) {
          if (chosen == word) format = each;
        }
      }));
}

absl::Status WriteFilters(const Output& output, FilterFormat format,
                          const FilterTarget& target,
                          const std::vector<FilterRecord>& filters) {
  if (format == FilterFormat::kJson) {
    return WriteOutput(output, FormatFilterDocument(filters), false);
  }
  if (format == FilterFormat::kC) {
    return WriteOutput(output, HeaderText(target, filters), false);
  }
  const bool raw = format == FilterFormat::kRaw;
  if (filters.size() == 1) {
    const Program& program = filters.front().filter.program;
    return WriteOutput(output, EncodeOne(format, target, program), raw);
  }
  if (raw && output.path != "-") {
    return WriteFolder(output.path, target, filters);
  }
  return absl::InvalidArgumentError(
      raw ? "several raw filters go to a directory; give -o DIR, or "
            "--format json"
          : "this format holds one filter; give --format json, c or raw");
}

}  // namespace scbpf::cli
