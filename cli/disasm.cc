// scbpf disasm: filters as text to read.
#include <utility>

#include "bpf/disassemble.h"
#include "bpf/filter_flags.h"
#include "bpf/formats.h"
#include "bpf/text.h"
#include "cli/exit_status.h"
#include "cli/read_input.h"
#include "cli/report.h"
#include "cli/verbs.h"
#include "cli/write_output.h"

namespace scbpf::cli {
namespace {

enum class ListingStyle : uint8_t { kSeccompTools, kBpfAsm, kDot };

// What stands above a filter that is one of several.
std::string Heading(const Input& input, size_t index) {
  std::string text = "# filter " + std::to_string(index);
  if (index == 0) text += ", the oldest";
  if (index + 1 == input.filters.size()) text += ", the newest";
  text += "; flags:";
  const auto flags = FlagNames(input.filters[index].filter.flags);
  for (const std::string_view flag : flags) text.append(" ").append(flag);
  return text + (flags.empty() ? " none\n" : "\n");
}

absl::StatusOr<std::string> Format(const Input& input, ListingStyle style) {
  std::vector<Program> programs;
  for (const FilterRecord& record : input.filters) {
    programs.push_back(record.filter.program);
  }
  if (style == ListingStyle::kDot) return FormatDot(programs);
  if (style == ListingStyle::kBpfAsm) {
    if (programs.size() == 1) return FormatBpfAsm(programs.front());
    // Assembled, several would be one program, the first.
    return absl::InvalidArgumentError(
        input.name + ": " + Count(programs.size(), "filter") +
        ", and bpf_asm text is of one; of a directory give one file, of JSON "
        "the first is: jq '.filters |= .[0:1]'");
  }
  std::string text;
  for (size_t i = 0; i < programs.size(); ++i) {
    if (i > 0) text += "\n";
    if (programs.size() > 1) text += Heading(input, i);
    text += Disassemble(programs[i]);
  }
  return text;
}

// bpf_asm's language has no place for what an instruction does not read.
void TellUnused(const Talk& talk, const Input& input) {
  size_t count = 0;
  for (const FilterRecord& record : input.filters) {
    count += FindUnusedFields(record.filter.program).size();
  }
  if (count == 0) return;
  Say(talk, input.name + ": " + Count(count, "instruction") +
                " with unused fields that are not 0; assembled again they "
                "are 0, which changes no answer");
}

}  // namespace

int RunDisasm(const Arguments& arguments) {
  Talk talk;
  Output output;
  ListingStyle style = ListingStyle::kSeccompTools;
  CommandLine line;
  line.verb = "disasm";
  line.words_usage = "FILTER [--style STYLE] [options]";
  line.summary = "list the instructions of a filter";
  line.examples =
      "  scbpf disasm filter.bpf\n"
      "  scbpf compile profile.json | scbpf disasm -\n"
      "  scbpf disasm --style bpf_asm filter.bpf | scbpf asm - -o same.bpf\n"
      "  scbpf disasm --style dot filter.bpf | dot -Tsvg > filter.svg\n";
  line.options.push_back(Store("-o,--output", "FILE",
                               "where the listing goes (default -: stdout)",
                               output.path));
  line.options.push_back(Choose(
      "--style", {"seccomp-tools", "bpf_asm", "dot"},
      "seccomp-tools: to read (default); bpf_asm: one filter, as `scbpf asm` "
      "and the kernel's bpf_asm assemble it; dot: a graph for Graphviz",
      [&](const std::string& word) {
        style = word == "dot"       ? ListingStyle::kDot
                : word == "bpf_asm" ? ListingStyle::kBpfAsm
                                    : ListingStyle::kSeccompTools;
      }));
  AddTalkOptions(line, talk);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;

  const absl::StatusOr<Input> input = ReadFilterInput(talk, line.words.front());
  if (!input.ok()) return Fail(talk, input.status());
  const absl::StatusOr<std::string> text = Format(*input, style);
  if (!text.ok()) return Fail(talk, text.status());
  const absl::Status status = WriteOutput(output, *text, false);
  if (!status.ok()) return Fail(talk, status);
  if (style == ListingStyle::kBpfAsm) TellUnused(talk, *input);
  return kDone;
}

}  // namespace scbpf::cli
