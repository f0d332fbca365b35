// scbpf asm: bpf_asm text becomes a filter.
#include <cstdio>
#include <optional>

#include "bpf/assembler.h"
#include "bpf/text.h"
#include "cli/exit_status.h"
#include "cli/read_input.h"
#include "cli/report.h"
#include "cli/verbs.h"
#include "cli/write_filters.h"
#include "cli/write_output.h"
#include "compiler/sha256.h"

namespace scbpf::cli {
namespace {

struct AsmCommand {
  Talk talk;
  Output output;
  FilterFormat format = FilterFormat::kRaw;
  bool big_endian = false;
};

void AddOptions(CommandLine& line, AsmCommand& command) {
  line.options.push_back(Store("-o,--output", "FILTER",
                               "where the filter goes (default -: stdout)",
                               command.output.path));
  AddFormatOption(line, command.format);
  line.options.push_back(Choose(
      "--byte-order", {"little", "big"},
      "of raw bytes, base64 and hex (default: little)",
      [&](const std::string& word) { command.big_endian = word == "big"; }));
  line.options.push_back(
      Switch("--force", "raw bytes even to a terminal", command.output.force));
  AddTalkOptions(line, command.talk);
}

// Prints what is wrong with the text; returns how it failed.
absl::Status TellErrors(const Talk& talk, const std::string& name,
                        const std::string& text, const Diagnostics& findings) {
  DiagnosticStyle style;
  style.file = name;
  style.color = talk.color;
  style.json = false;
  const std::string lines = FormatDiagnostics(text, findings, style);
  std::fwrite(lines.data(), 1, lines.size(), stderr);
  const bool full = findings.size() >= kMostAssemblyErrors;
  return absl::InvalidArgumentError(
      name + ": " + Count(CountErrors(findings), "error") +
      (full ? ", and no more are looked for" : ""));
}

}  // namespace

int RunAsm(const Arguments& arguments) {
  AsmCommand command;
  CommandLine line;
  line.verb = "asm";
  line.words_usage = "FILE [-o FILTER] [options]";
  line.summary = "assemble the language of the kernel's bpf_asm into a filter";
  line.examples =
      "  scbpf asm filter.asm -o filter.bpf\n"
      "  scbpf disasm --style bpf_asm filter.bpf | scbpf asm - -o same.bpf\n"
      "  printf 'ld [0]\\njeq #39, no\\nret #0x7fff0000\\nno: ret #0x50001' |\n"
      "    scbpf asm - | scbpf disasm -\n";
  line.notes =
      "ld [0] is the number of the call, ld [4] the audit token, ld [16] the\n"
      "low half of the first argument, ld [20] its high half.\n";
  AddOptions(line, command);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;

  const Talk& talk = command.talk;
  const std::string name = NameOfInput(line.words.front());
  const absl::StatusOr<std::string> text = ReadWhole(line.words.front());
  if (!text.ok()) return Fail(talk, text.status());
  Diagnostics findings;
  const std::optional<Program> program = AssembleText(*text, findings);
  if (!program.has_value()) {
    return Fail(talk, TellErrors(talk, name, *text, findings));
  }
  FilterRecord record;
  record.filter.program = *program;
  if (command.format == FilterFormat::kJson) {
    record.source_sha256 = Sha256(*text);
  }
  const absl::Status status = WriteFilters(
      command.output, command.format, {name, command.big_endian}, {record});
  if (!status.ok()) return Fail(talk, status);
  Say(talk, name + ": " + Count(program->size(), "instruction"));
  return kDone;
}

}  // namespace scbpf::cli
