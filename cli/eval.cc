// scbpf eval: what one call gets, on every ABI, and why.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "bpf/disassemble.h"
#include "bpf/simulate.h"
#include "bpf/text.h"
#include "cli/call_text.h"
#include "cli/columns.h"
#include "cli/compile_input.h"
#include "cli/exit_status.h"
#include "cli/json_text.h"
#include "cli/report.h"
#include "cli/stack.h"
#include "cli/verbs.h"
#include "cli/write_output.h"
#include "syscall-tables/names.h"

namespace scbpf::cli {
namespace {

// What --expect asks for: an action, with its data or whatever it is.
struct Expectation {
  std::string spelling;
  ReturnValue value;
  bool any_data = false;
};

struct EvalCommand {
  Talk talk;
  TargetOptions target;
  ProofBudget budget;
  std::string abi;
  bool trace = false;
  std::optional<Expectation> expected;
};

struct Row {
  std::string abi;
  Call call;
  StackExplanation explanation;
};

absl::Status SetExpectation(const std::string& word, EvalCommand& command) {
  const absl::StatusOr<ReturnValue> value = ParseAction(word);
  if (!value.ok()) return value.status();
  command.expected = Expectation{word, AsKernelReads(*value),
                                 word.find('(') == std::string::npos};
  return absl::OkStatus();
}

bool Meets(const Expectation& expected, ReturnValue value) {
  if (expected.any_data) return ActionOf(expected.value) == ActionOf(value);
  return expected.value == value;
}

void AddOptions(CommandLine& line, EvalCommand& command) {
  line.options.push_back(
      AbiOption([&](const Abi& abi) { command.abi = std::string(abi.id); }));
  line.options.push_back(Switch(
      "--trace", "list the instructions that are executed", command.trace));
  line.options.push_back(
      {"--expect", "ACTION",
       "status 1 unless every ABI shown answers this; without data, "
       "\"errno\" is any errno",
       [&](const std::string& word) { return SetExpectation(word, command); }});
  AddBudgetOption(line, command.budget);
  AddJsonOption(line, command.talk);
  AddTargetOptions(line, command.target);
  AddTalkOptions(line, command.talk);
}

// How many words are INPUTs: the first, and what follows while it is a file
// and no syscall.
size_t CountInputs(const std::vector<std::string>& words) {
  size_t count = 1;
  while (count < words.size() && !IsCallWord(words[count]) &&
         (words[count] == "-" || access(words[count].c_str(), F_OK) == 0)) {
    ++count;
  }
  return count;
}

std::vector<std::string> AbisAsked(const EvalCommand& command,
                                   const Stack& stack) {
  if (!command.abi.empty()) return {command.abi};
  if (!stack.abis.empty()) return stack.abis;
  if (command.target.target.abis) return *command.target.target.abis;
  return AbisOn(stack.options.target.native);
}

// The call `word` on `abi`; nullopt: it is none of that ABI's.
std::optional<Call> MakeCall(const EvalCommand& command, const Abi& abi,
                             const std::string& word,
                             const std::array<uint64_t, 6>& args) {
  std::optional<uint32_t> nr = ParseNumber(abi, word);
  if (!nr.has_value()) return std::nullopt;
  if (!command.abi.empty()) *nr |= abi.nr_base;
  return Call{*nr, abi.audit_value, 0, args};
}

std::string OwnAbi(const Call& call) {
  return std::string(AbiOfCall(call.arch, call.nr)->id);
}

absl::StatusOr<std::vector<Row>> Ask(const EvalCommand& command,
                                     const Stack& stack,
                                     const std::string& word,
                                     const std::array<uint64_t, 6>& args) {
  std::vector<Row> rows;
  const std::vector<std::string> asked = AbisAsked(command, stack);
  for (const std::string& id : asked) {
    const auto call = MakeCall(command, *FindAbiById(id), word, args);
    if (!call.has_value()) continue;
    // A number of another ABI under the same audit token has that one's row.
    const std::string own = OwnAbi(*call);
    if (own != id && std::count(asked.begin(), asked.end(), own) > 0) continue;
    absl::StatusOr<StackExplanation> why = Explain(stack, own, *call);
    if (!why.ok()) return why.status();
    rows.push_back({own, *call, *std::move(why)});
  }
  if (rows.empty()) {
    return absl::InvalidArgumentError("no ABI asked for has the syscall \"" +
                                      word + "\"");
  }
  return rows;
}

std::string FormatTrace(const Stack& stack, const Call& call) {
  std::string text;
  for (size_t i = 0; i < stack.programs.size(); ++i) {
    const Program& program = stack.programs[i];
    const TracedExecution traced = ExecuteTraced(program, call);
    const std::vector<std::string> told = DescribeInstructions(program);
    if (stack.programs.size() > 1) text += "  " + stack.inputs[i].name + "\n";
    std::vector<std::vector<std::string>> lines;
    for (size_t step = 0; step < traced.path.size(); ++step) {
      char number[16];
      std::snprintf(number, sizeof number, "  %04u:", traced.path[step]);
      lines.push_back({number, "A = " + Hex(traced.accumulator[step]),
                       told[traced.path[step]]});
    }
    text += Columns(lines);
  }
  return text;
}

// The call without its ABI, which has a column of its own.
std::string CallAlone(const Row& row) {
  const std::string text = FormatCall(row.call);
  return text.substr(text.find(' ') + 1);
}

std::string FormatRows(const EvalCommand& command, const Stack& stack,
                       const std::vector<Row>& rows) {
  std::vector<std::vector<std::string>> lines;
  for (const Row& row : rows) {
    lines.push_back({row.abi, CallAlone(row),
                     FormatReturnValue(row.explanation.result),
                     DescribeReason(stack, row.explanation)});
  }
  if (!command.trace) return Columns(lines);
  std::string text;
  for (size_t i = 0; i < rows.size(); ++i) {
    text += Columns({lines[i]}) + FormatTrace(stack, rows[i].call);
  }
  return text;
}

std::string FormatJson(const Talk& talk, const Stack& stack,
                       const std::vector<Row>& rows) {
  std::string text = "{\"calls\": [";
  for (size_t i = 0; i < rows.size(); ++i) {
    const StackExplanation& why = rows[i].explanation;
    text += i == 0 ? "\n" : ",\n";
    text += "  {\"abi\": " + JsonString(rows[i].abi) +
            ", \"call\": " + JsonCall(rows[i].call) +
            ", \"result\": " + JsonString(FormatReturnValue(why.result)) +
            ", \"input\": " + JsonString(stack.inputs[why.winner].name) +
            ", \"reason\": " + JsonString(why.reason);
    if (why.rule.has_value()) {
      text += ", \"line\": " + std::to_string(why.rule->line) +
              ", \"column\": " + std::to_string(why.rule->column) +
              ", \"pointer\": " + JsonString(why.rule->pointer);
    }
    text += "}";
  }
  return text + "\n], " + JsonFindings(talk) + "}\n";
}

// Whether every row is as expected; says where not.
bool AllMeet(const EvalCommand& command, const std::vector<Row>& rows) {
  if (!command.expected.has_value()) return true;
  bool met = true;
  for (const Row& row : rows) {
    if (Meets(*command.expected, row.explanation.result)) continue;
    met = false;
    Say(command.talk, FormatCall(row.call) + ": expected " +
                          command.expected->spelling + ", got " +
                          FormatReturnValue(row.explanation.result));
  }
  return met;
}

int Evaluate(const EvalCommand& command, const Stack& stack,
             const std::string& word, const std::array<uint64_t, 6>& args) {
  const absl::StatusOr<std::vector<Row>> rows = Ask(command, stack, word, args);
  if (!rows.ok()) return Fail(command.talk, rows.status());
  const absl::Status status =
      WriteText(command.talk.json ? FormatJson(command.talk, stack, *rows)
                                  : FormatRows(command, stack, *rows));
  if (!status.ok()) return Fail(command.talk, status);
  return AllMeet(command, *rows) ? kDone : kNo;
}

}  // namespace

int RunEval(const Arguments& arguments) {
  EvalCommand command;
  CommandLine line;
  line.verb = "eval";
  line.words_usage = "INPUT... SYSCALL [ARG...] [options]";
  line.summary = "say what one call gets, and which rule says so";
  line.examples =
      "  scbpf eval profile.json openat\n"
      "  scbpf eval profile.json socket AF_VSOCK --expect errno\n"
      "  scbpf eval filter.bpf clone 'CLONE_NEWUSER|CLONE_NEWNS' --abi x86\n"
      "  scbpf eval older.bpf newer.bpf write --trace   # a stack of filters\n";
  line.notes =
      "Arguments left out are 0. Several INPUTs are a stack, the newest last.\n"
      "An INPUT with the name of a syscall is written ./NAME.\n";
  line.least_words = 2;
  line.most_words = 64;
  AddOptions(line, command);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;

  Talk& talk = command.talk;
  if (talk.json && command.trace) {
    return Fail(talk, absl::InvalidArgumentError(
                          "--trace is a text to read; it goes without --json"));
  }
  const std::vector<std::string>& words = line.words;
  const size_t inputs = CountInputs(words);
  const auto call = words.begin() + static_cast<ptrdiff_t>(inputs);
  if (call == words.end()) {
    return Fail(talk, absl::InvalidArgumentError("no syscall is given"));
  }
  if (!IsCallWord(*call)) return Fail(talk, UnknownSyscall(*call));
  const auto args = ParseArguments({call + 1, words.end()});
  if (!args.ok()) return Fail(talk, args.status());
  const absl::StatusOr<Stack> stack =
      LoadStack(talk, command.target, command.budget, {words.begin(), call});
  if (!stack.ok()) return Fail(talk, stack.status());
  return Evaluate(command, *stack, *call, *args);
}

}  // namespace scbpf::cli
