// scbpf run: installs filters, then becomes the command.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "bpf/simulate.h"
#include "cli/call_text.h"
#include "cli/compile_input.h"
#include "cli/exit_status.h"
#include "cli/find_command.h"
#include "cli/host.h"
#include "cli/listener_agent.h"
#include "cli/report.h"
#include "cli/stack.h"
#include "cli/verbs.h"
#include "scbpf/install.h"
#include "scbpf/listen.h"
#include "syscall-tables/syscalls.h"

namespace scbpf::cli {
namespace {

struct RunCommand {
  Talk talk;
  TargetOptions target;
  ProofBudget budget;
  bool log = false;
  bool no_new_privs = true;
  std::optional<uint32_t> flags;
};

constexpr std::pair<const char*, uint32_t> kFlags[] = {
    {"TSYNC", kFlagTsync},
    {"LOG", kFlagLog},
    {"SPEC_ALLOW", kFlagSpecAllow},
    {"WAIT_KILLABLE_RECV", kFlagWaitKillableRecv},
};

// "TSYNC,SECCOMP_FILTER_FLAG_LOG"; "" is no flag.
absl::Status SetFlags(const std::string& list, RunCommand& command) {
  command.flags = 0;
  for (const std::string& word : SplitList(list)) {
    const std::string prefix = "SECCOMP_FILTER_FLAG_";
    const std::string name = word.compare(0, prefix.size(), prefix) == 0
                                 ? word.substr(prefix.size())
                                 : word;
    const auto* flag =
        std::find_if(std::begin(kFlags), std::end(kFlags),
                     [&](const auto& each) { return name == each.first; });
    if (flag == std::end(kFlags)) {
      std::vector<std::string> known;
      for (const auto& each : kFlags) known.emplace_back(each.first);
      return absl::InvalidArgumentError(
          WithNearest("unknown flag \"" + word + "\"", name, known));
    }
    *command.flags |= flag->second;
  }
  return absl::OkStatus();
}

void AddOptions(CommandLine& line, RunCommand& command) {
  line.options.push_back(
      Switch("--log", "have the kernel record every call that is not allowed",
             command.log));
  line.options.push_back(Choose(
      "--no-new-privs", {"yes", "no"},
      "set no_new_privs (default); without it CAP_SYS_ADMIN is needed",
      [&](const std::string& word) { command.no_new_privs = word == "yes"; }));
  line.options.push_back(
      {"--flags", "FLAG,...",
       "filter flags, instead of the input's: TSYNC, LOG, SPEC_ALLOW, "
       "WAIT_KILLABLE_RECV",
       [&](const std::string& list) { return SetFlags(list, command); }});
  AddBudgetOption(line, command.budget);
  AddTargetOptions(line, command.target);
  AddTalkOptions(line, command.talk);
}

// A statement that failed, with the exit status it means.
int FailRun(const RunCommand& command, int status, const std::string& text) {
  Fail(command.talk, absl::UnavailableError(text));
  return status;
}

// Ok, or: which filter would keep a later one from being installed.
absl::Status CheckInstallations(const Stack& stack, const Abi& native) {
  const uint32_t nr = NumberOf(native, "seccomp").value_or(~0u);
  for (size_t next = 1; next < stack.programs.size(); ++next) {
    // The third argument points into a stack frame like this one.
    const Call call{nr,
                    native.audit_value,
                    0,
                    {1, stack.flags[next], reinterpret_cast<uintptr_t>(&nr)}};
    Stack earlier = stack;
    earlier.programs.resize(next);
    const auto why = Explain(earlier, std::string(native.id), call);
    if (!why.ok()) return why.status();
    if (IsPermission(why->result)) continue;
    return absl::FailedPreconditionError(
        "nothing is installed: " + stack.inputs[next].name +
        " could not be, since seccomp is answered " + Shout(why->result) +
        " (" + DescribeReason(earlier, *why) + ")");
  }
  return absl::OkStatus();
}

// Whether the filter that decides has an agent, who may let the call through.
bool AsksAgent(const Stack& stack, const StackExplanation& why) {
  return ActionOf(why.result) == Action::kUserNotif &&
         !stack.agents[why.winner].path.empty();
}

// Ok, or: who keeps execve from starting anything.
absl::Status CheckExecve(const Stack& stack, const Abi& native) {
  const auto pointer = reinterpret_cast<uintptr_t>(stack.inputs.data());
  const Call call{NumberOf(native, "execve").value_or(~0u),
                  native.audit_value,
                  0,
                  {pointer, pointer, pointer}};
  const auto why = Explain(stack, std::string(native.id), call);
  if (!why.ok()) return why.status();
  if (IsPermission(why->result) || ActionOf(why->result) == Action::kTrace ||
      AsksAgent(stack, *why)) {
    return absl::OkStatus();
  }
  const bool profile = stack.inputs[why->winner].is_profile;
  return absl::FailedPreconditionError(
      std::string("nothing can start under this ") +
      (profile ? "profile" : "filter") + ": execve is answered " +
      Shout(why->result) + " (" + DescribeReason(stack, *why) + ")");
}

using Agents = std::vector<std::optional<ListenerAgent>>;

// What the next filter to be installed says when it cannot be.
absl::Status InstallOne(const Stack& stack, size_t i,
                        const std::optional<ListenerAgent>& agent) {
  const Program& program = stack.programs[i];
  if (agent.has_value()) {
    return InstallForAgent(Filter{program, stack.flags[i]}, *agent);
  }
  if (i == 0) return Install(Filter{program, stack.flags[i]}).status();
  // An earlier filter may forbid what memory and files need.
  const int result =
      InstallRaw(program.data(), program.size(), stack.flags[i], nullptr);
  if (result >= 0) return absl::OkStatus();
  return SystemError(stack.inputs[i].name + " was not installed", -result);
}

absl::Status InstallAll(const RunCommand& command, const Stack& stack,
                        const Agents& agents) {
  std::vector<Filter> filters;
  for (const Program& program : stack.programs) filters.push_back({program});
  if (absl::Status room = CheckHeadroom(filters); !room.ok()) return room;
  if (command.no_new_privs) {
    const absl::Status status = SetNoNewPrivs();
    if (!status.ok()) return status;
  }
  for (size_t i = 0; i < stack.programs.size(); ++i) {
    const absl::Status status = InstallOne(stack, i, agents[i]);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// Returns only when something failed.
int Start(const RunCommand& command, Stack stack,
          const std::vector<std::string>& words) {
  const FoundCommand found = FindCommand(words.front());
  if (found.error != 0) {
    return FailRun(command,
                   found.error == ENOENT ? kRunNotFound : kRunCannotExecute,
                   words.front() + ": " + std::strerror(found.error));
  }
  for (uint32_t& flags : stack.flags) {
    flags = command.flags.value_or(flags) | (command.log ? kFlagLog : 0u);
  }
  const Abi* native = HostAbi();
  if (native == nullptr) {
    return FailRun(command, kRunFailed, "this host's ABI is unknown to scbpf");
  }
  absl::Status status = CheckInstallations(stack, *native);
  if (!status.ok()) {
    return FailRun(command, kRunFailed, std::string(status.message()));
  }
  status = CheckExecve(stack, *native);
  if (!status.ok()) {
    return FailRun(command, kRunCannotExecute, std::string(status.message()));
  }
  std::vector<char*> argv;
  for (const std::string& word : words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  const absl::StatusOr<Agents> agents = FindAgents(stack);
  if (!agents.ok()) {
    return FailRun(command, kRunFailed, std::string(agents.status().message()));
  }
  status = InstallAll(command, stack, *agents);
  if (!status.ok()) {
    return FailRun(command, kRunFailed, std::string(status.message()));
  }
  execve(found.path.c_str(), argv.data(), environ);
  const int error = errno;
  return FailRun(command, error == ENOENT ? kRunNotFound : kRunCannotExecute,
                 found.path + ": " + std::strerror(error));
}

}  // namespace

int RunRun(const Arguments& arguments) {
  RunCommand command;
  CommandLine line;
  line.verb = "run";
  line.words_usage = "INPUT... [options] -- CMD ARG...";
  line.summary = "run a command under profiles or filters";
  line.examples =
      "  scbpf run profile.json -- ls -l\n"
      "  scbpf run --log profile.json -- ./server   # denials reach the log\n"
      "  scbpf run older.bpf newer.bpf -- ls        # two filters\n";
  line.notes =
      "Status: the command's; before it runs: 125 scbpf failed, 126 the\n"
      "command cannot be executed, 127 it was not found.\n";
  line.most_words = 64;
  AddOptions(line, command);
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  if (const auto status = ReadCommandLine({arguments.begin(), dashes}, line)) {
    return *status == kDone ? kDone : kRunFailed;
  }
  if (dashes == arguments.end() || dashes + 1 == arguments.end()) {
    return FailRun(command, kRunFailed,
                   "no command; usage: scbpf run " + line.words_usage);
  }
  absl::StatusOr<Stack> stack =
      LoadStack(command.talk, command.target, command.budget, line.words);
  if (!stack.ok()) {
    return FailRun(command, kRunFailed, std::string(stack.status().message()));
  }
  return Start(command, *std::move(stack), {dashes + 1, arguments.end()});
}

}  // namespace scbpf::cli
