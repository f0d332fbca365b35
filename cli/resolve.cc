// scbpf resolve: numbers and names of system calls, per ABI.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "bpf/text.h"
#include "cli/call_text.h"
#include "cli/columns.h"
#include "cli/exit_status.h"
#include "cli/host.h"
#include "cli/json_text.h"
#include "cli/report.h"
#include "cli/target_options.h"
#include "cli/verbs.h"
#include "cli/write_output.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf::cli {
namespace {

struct ResolveCommand {
  Talk talk;
  const Abi* abi = nullptr;  // nullptr: every ABI with a table
};

// What a word is on one ABI.
struct Entry {
  const Abi* abi = nullptr;
  std::string name;
  std::optional<uint32_t> number;
  std::optional<KernelVersion> since;
  std::optional<MultiplexedCall> multiplexed;  // where the ABI has it
};

struct Answer {
  std::string word;
  std::vector<Entry> entries;  // none: unknown
};

std::vector<const Abi*> AbisAsked(const ResolveCommand& command) {
  if (command.abi != nullptr) return {command.abi};
  std::vector<const Abi*> abis;
  for (const Abi* abi : AllAbis()) {
    if (abi->has_table) abis.push_back(abi);
  }
  return abis;
}

// The call `name` multiplexed, where `abi` has the multiplexer.
std::optional<MultiplexedCall> MultiplexedOn(const Abi& abi,
                                             const std::string& name) {
  const auto multiplexed = FindMultiplexed(name);
  if (!multiplexed.has_value()) return std::nullopt;
  const bool has =
      multiplexed->is_ipc ? abi.ipc.has_value() : abi.socketcall.has_value();
  return has ? multiplexed : std::nullopt;
}

std::optional<Entry> EntryOfName(const Abi& abi, const std::string& name) {
  Entry entry{&abi, name, NumberOf(abi, name), Since(abi, name),
              MultiplexedOn(abi, name)};
  if (!entry.number.has_value() && !entry.multiplexed.has_value()) {
    return std::nullopt;
  }
  return entry;
}

// A number belongs to one of the ABIs that share an audit token. Where one is
// asked for, its table's own number will do.
std::optional<Entry> EntryOfNumber(const ResolveCommand& command,
                                   const Abi& abi, uint32_t number) {
  if (AbiOfCall(abi.audit_value, number) != &abi) {
    if (command.abi == nullptr) return std::nullopt;
    number |= abi.nr_base;
  }
  const std::string name(NameOf(abi, number));
  return name.empty() ? std::nullopt : EntryOfName(abi, name);
}

Answer Resolve(const ResolveCommand& command, const std::string& word) {
  Answer answer{word, {}};
  for (const Abi* abi : AbisAsked(command)) {
    std::optional<Entry> entry;
    if (IsSyscallName(word)) {
      entry = EntryOfName(*abi, word);
    } else if (const auto number = ParseNumber(*abi, word)) {
      entry = EntryOfNumber(command, *abi, *number);
    }
    if (entry.has_value()) answer.entries.push_back(*std::move(entry));
  }
  return answer;
}

// Why a word has no entry.
std::string DescribeUnknown(const ResolveCommand& command,
                            const std::string& word) {
  std::vector<std::string> ids;
  for (const Abi* abi : AbisAsked(command)) ids.emplace_back(abi->id);
  const std::string where = absl::StrJoin(ids, ", ");
  if (IsSyscallName(word)) {
    return "\"" + word + "\" is a system call, but none of " + where;
  }
  if (IsCallWord(word)) return "no system call of " + where + " is " + word;
  const auto names = AllSyscallNames();
  return WithNearest("\"" + word + "\" is no system call", word,
                     {names.begin(), names.end()});
}

const char* NameOfMultiplexer(const MultiplexedCall& call) {
  return call.is_ipc ? "ipc" : "socketcall";
}

std::vector<std::string> ArgumentsOf(const Entry& entry) {
  std::vector<std::string> names;
  for (const ArgPrototype& each : PrototypeOf(entry.name)) {
    names.emplace_back(each.name);
  }
  return names;
}

std::vector<std::string> FormatEntry(const Entry& entry) {
  std::string number = "-";
  if (entry.number.has_value()) {
    number = std::to_string(*entry.number);
    if (entry.abi->nr_base != 0) number += " = " + Hex(*entry.number);
  }
  std::string since = "-";
  if (entry.since.has_value()) {
    since = "Linux " + FormatKernelVersion(*entry.since);
  } else if (entry.number.has_value()) {
    since = "reserved";
  }
  std::string through;
  if (entry.multiplexed.has_value()) {
    through = std::string(NameOfMultiplexer(*entry.multiplexed)) + "(" +
              std::to_string(entry.multiplexed->call) + ")";
    if (entry.number.has_value()) through = "also " + through;
  }
  return {std::string(entry.abi->id), number,
          entry.name + "(" + absl::StrJoin(ArgumentsOf(entry), ", ") + ")",
          since, through};
}

std::string JsonEntry(const Entry& entry) {
  std::string text =
      "{\"abi\": " + JsonString(entry.abi->id) +
      ", \"name\": " + JsonString(entry.name) + ", \"number\": " +
      (entry.number ? std::to_string(*entry.number) : "null") + ", \"since\": ";
  text += entry.since ? JsonString(FormatKernelVersion(*entry.since)) : "null";
  text += ", \"multiplexed\": ";
  if (entry.multiplexed.has_value()) {
    text +=
        "{\"through\": " + JsonString(NameOfMultiplexer(*entry.multiplexed)) +
        ", \"call\": " + std::to_string(entry.multiplexed->call) + "}";
  } else {
    text += "null";
  }
  return text + ", \"arguments\": " + JsonStrings(ArgumentsOf(entry)) + "}";
}

std::string FormatJson(const ResolveCommand& command,
                       const std::vector<Answer>& answers) {
  std::string text = "{\"queries\": [";
  for (const Answer& answer : answers) {
    text += text.back() == '[' ? "\n" : ",\n";
    text += "  {\"query\": " + JsonString(answer.word) + ", \"calls\": [";
    for (const Entry& entry : answer.entries) {
      text += text.back() == '[' ? "\n    " : ",\n    ";
      text += JsonEntry(entry);
    }
    text += "]";
    if (answer.entries.empty()) {
      text +=
          ", \"error\": " + JsonString(DescribeUnknown(command, answer.word));
    }
    text += "}";
  }
  return text + "\n], " + JsonFindings(command.talk) + "}\n";
}

std::string FormatRows(const std::vector<Answer>& answers) {
  std::vector<std::vector<std::string>> rows;
  for (const Answer& answer : answers) {
    for (const Entry& entry : answer.entries) {
      rows.push_back(FormatEntry(entry));
    }
  }
  return Columns(rows);
}

}  // namespace

int RunResolve(const Arguments& arguments) {
  ResolveCommand command;
  CommandLine line;
  line.verb = "resolve";
  line.words_usage = "NAME|NUMBER... [options]";
  line.summary = "tell numbers and names of system calls, on each ABI";
  line.examples =
      "  scbpf resolve openat 59\n"
      "  scbpf resolve --abi x86 socket   # its number, and socketcall's\n"
      "  scbpf resolve --abi x32 0        # the table's number will do\n";
  line.notes =
      "A row: ABI, number as a filter sees it, name and arguments, the kernel\n"
      "that brought the call to this ABI, and the multiplexer that reaches "
      "it.\n"
      "Status: 0, or 1 if a word is none that the ABIs have.\n";
  line.most_words = 4096;
  line.options.push_back(
      AbiOption([&](const Abi& abi) { command.abi = &abi; }));
  AddJsonOption(line, command.talk);
  AddTalkOptions(line, command.talk);
  if (const auto status = ReadCommandLine(arguments, line)) return *status;

  std::vector<Answer> answers;
  bool all_known = true;
  for (const std::string& word : line.words) {
    answers.push_back(Resolve(command, word));
    all_known = all_known && !answers.back().entries.empty();
  }
  const absl::Status status = WriteText(
      command.talk.json ? FormatJson(command, answers) : FormatRows(answers));
  if (!status.ok()) return Fail(command.talk, status);
  for (const Answer& answer : answers) {
    if (!answer.entries.empty() || command.talk.json) continue;
    Say(command.talk, DescribeUnknown(command, answer.word));
  }
  return all_known ? kDone : kNo;
}

}  // namespace scbpf::cli
