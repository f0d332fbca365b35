// scbpf dump: the filters that a live process has.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "bpf/filter_flags.h"
#include "bpf/text.h"
#include "cli/exit_status.h"
#include "cli/report.h"
#include "cli/verbs.h"
#include "cli/write_filters.h"
#include "cli/write_output.h"
#include "scbpf/filter.h"
#include "scbpf/installed.h"

namespace scbpf::cli {
namespace {

struct DumpCommand {
  Talk talk;
  Output output;
  int pid = 0;
  int index = -1;  // 0 the newest; -1: all
  bool to_file = false;
};

Option Number(std::string names, std::string value_name, std::string help,
              int least, int& into) {
  const std::string name = names;
  return {std::move(names), std::move(value_name), std::move(help),
          [name, least, &into](const std::string& text) -> absl::Status {
            if (absl::SimpleAtoi(text, &into) && into >= least) {
              return absl::OkStatus();
            }
            return absl::InvalidArgumentError(name + " \"" + text +
                                              "\" is not a number from " +
                                              std::to_string(least) + " up");
          }};
}

// The filters as they are told: the newest first.
std::string List(const std::vector<FilterRecord>& filters, int first_index) {
  std::string text;
  for (size_t i = filters.size(); i-- > 0;) {
    const Filter& filter = filters[i].filter;
    const size_t index = filters.size() - 1 - i + std::max(first_index, 0);
    if (!text.empty()) text += "\n";
    text += "# filter " + std::to_string(index);
    if (index == 0) text += ", the newest";
    text += "; " + Count(filter.program.size(), "instruction");
    for (const std::string_view flag : FlagNames(filter.flags)) {
      text += "; " + std::string(flag);
    }
    text += "\n" + Disassemble(filter.program);
  }
  return text;
}

int Dump(const DumpCommand& command) {
  const std::string who = "process " + std::to_string(command.pid);
  absl::StatusOr<std::vector<Filter>> installed = ReadInstalled(command.pid);
  if (!installed.ok()) {
    return Fail(command.talk, absl::UnavailableError(
                                  std::string(installed.status().message())));
  }
  if (installed->empty()) {
    Say(command.talk, who + " has no filter");
    return kNo;
  }
  if (command.index >= static_cast<int>(installed->size())) {
    Say(command.talk, who + " has " + Count(installed->size(), "filter") +
                          ", and none of index " +
                          std::to_string(command.index));
    return kNo;
  }
  if (command.index >= 0) {
    *installed = {(*installed)[installed->size() - 1 - command.index]};
  }
  std::vector<FilterRecord> filters;
  for (Filter& filter : *installed) filters.push_back({std::move(filter)});
  absl::Status status;
  if (!command.to_file) {
    status = WriteText(List(filters, command.index));
  } else {
    const FilterFormat format =
        command.output.path == "-" ? FilterFormat::kJson : FilterFormat::kRaw;
    status = WriteFilters(command.output, format, {who, false}, filters);
  }
  return status.ok() ? kDone : Fail(command.talk, status);
}

}  // namespace

int RunDump(const Arguments& arguments) {
  DumpCommand command;
  CommandLine line;
  line.verb = "dump";
  line.words_usage = "--pid N [options]";
  line.summary = "show the filters that a process has";
  line.examples =
      "  scbpf dump --pid 4711                  # list them, the newest first\n"
      "  scbpf dump --pid 4711 --index 0 -o newest.bpf\n"
      "  scbpf dump --pid 4711 -o filters       # 0.bpf (the oldest), ...\n"
      "  scbpf dump --pid 4711 -o - | scbpf diff profile.json -\n";
  line.notes =
      "Needs CAP_SYS_ADMIN. The process stops for a moment.\n"
      "Status: 0, or 1 if there is no such filter.\n";
  line.least_words = line.most_words = 0;
  line.options.push_back(
      Number("--pid", "N", "the process, or one thread of it", 1, command.pid));
  line.options.push_back(Number(
      "--index", "K", "this filter alone; 0 is the newest", 0, command.index));
  line.options.push_back(
      {"-o,--output", "FILE|DIR",
       "write one filter raw to a file, several to a new directory; "
       "-: as JSON to stdout",
       [&command](const std::string& path) {
         command.output.path = path;
         command.to_file = true;
         return absl::OkStatus();
       }});
  AddTalkOptions(line, command.talk);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;
  if (command.pid == 0) {
    return Fail(command.talk,
                absl::InvalidArgumentError("which process? Give --pid N"));
  }
  return Dump(command);
}

}  // namespace scbpf::cli
