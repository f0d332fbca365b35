// scbpf disasm: a filter as a listing.
#include "bpf/disassemble.h"
#include "cli/exit_status.h"
#include "cli/read_input.h"
#include "cli/report.h"
#include "cli/verbs.h"
#include "cli/write_output.h"

namespace scbpf::cli {

int RunDisasm(const Arguments& arguments) {
  Talk talk;
  Output output;
  CommandLine line;
  line.verb = "disasm";
  line.words_usage = "FILTER";
  line.summary = "list the instructions of a filter";
  line.examples =
      "  scbpf disasm filter.bpf\n"
      "  scbpf compile profile.json | scbpf disasm -\n";
  line.options.push_back(Store("-o,--output", "FILE",
                               "where the listing goes (default -: stdout)",
                               output.path));
  line.options.push_back(Choose("--style", {"seccomp-tools"},
                                "how the listing looks",
                                [](const std::string&) {}));
  AddTalkOptions(line, talk);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;

  const absl::StatusOr<Input> input = ReadFilterInput(line.words.front());
  if (!input.ok()) return Fail(talk, input.status());
  const absl::Status status =
      WriteOutput(output, Disassemble(input->program), false);
  return status.ok() ? kDone : Fail(talk, status);
}

}  // namespace scbpf::cli
