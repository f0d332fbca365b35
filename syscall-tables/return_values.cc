// Names of actions, as profiles and people write them.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "syscall-tables/names.h"

namespace scbpf {
namespace {

constexpr std::string_view kProfileNames[] = {
    "SCMP_ACT_KILL",  "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD",
    "SCMP_ACT_TRAP",  "SCMP_ACT_ERRNO",        "SCMP_ACT_TRACE",
    "SCMP_ACT_ALLOW", "SCMP_ACT_LOG",          "SCMP_ACT_NOTIFY",
};

struct ActionWord {
  std::string_view word;
  Action action;
};

// What stands behind SCMP_ACT_ or SECCOMP_RET_, or alone, in small letters.
// The first word of an action is the one to print.
constexpr ActionWord kWords[] = {
    {"kill_process", Action::kKillProcess},
    {"kill_thread", Action::kKillThread},
    {"kill", Action::kKillThread},
    {"trap", Action::kTrap},
    {"errno", Action::kErrno},
    {"notify", Action::kUserNotif},
    {"user_notif", Action::kUserNotif},
    {"trace", Action::kTrace},
    {"log", Action::kLog},
    {"allow", Action::kAllow},
};

constexpr std::string_view WordOf(Action action) {
  return std::find_if(
             std::begin(kWords), std::end(kWords),
             [&](const ActionWord& entry) { return entry.action == action; })
      ->word;
}

std::optional<Action> ActionByWord(std::string_view word) {
  for (const std::string_view prefix : {"scmp_act_", "seccomp_ret_"}) {
    if (word.starts_with(prefix)) {
      word.remove_prefix(prefix.size());
      break;
    }
  }
  for (const ActionWord& entry : kWords) {
    if (entry.word == word) return entry.action;
  }
  return std::nullopt;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && absl::ascii_isspace(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && absl::ascii_isspace(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

std::string Lower(std::string_view text) {
  return absl::AsciiStrToLower({text.data(), text.size()});
}

// The data between the parentheses, within what the action can carry.
std::optional<uint16_t> ParseData(Action action, std::string_view text) {
  if (action == Action::kErrno) {
    const std::string name = absl::AsciiStrToUpper({text.data(), text.size()});
    if (const auto error = ErrnoByName(name)) return error;
  }
  const bool plain = std::all_of(text.begin(), text.end(), absl::ascii_isalnum);
  if (!plain || text.empty() || !absl::ascii_isdigit(text.front())) {
    return std::nullopt;
  }
  const std::optional<uint64_t> number = ParseArgument(text);
  const uint64_t most = action == Action::kErrno ? 4095 : 65535;
  if (!number || *number > most) return std::nullopt;
  return static_cast<uint16_t>(*number);
}

constexpr ReturnValue Make(Action action, uint16_t data) {
  switch (action) {
    case Action::kKillProcess:
      return KillProcess();
    case Action::kKillThread:
      return KillThread();
    case Action::kTrap:
      return Trap(data);
    case Action::kErrno:
      return Errno(data);
    case Action::kUserNotif:
      return UserNotif();
    case Action::kTrace:
      return Trace(data);
    case Action::kLog:
      return Log();
    case Action::kAllow:
      return Allow();
  }
  return KillProcess();
}

}  // namespace

std::optional<Action> ActionByProfileName(std::string_view name) {
  if (std::find(std::begin(kProfileNames), std::end(kProfileNames), name) ==
      std::end(kProfileNames)) {
    return std::nullopt;
  }
  return ActionByWord(Lower(name));
}

std::string_view ProfileName(Action action) {
  switch (action) {
    case Action::kKillProcess:
      return "SCMP_ACT_KILL_PROCESS";
    case Action::kKillThread:
      return "SCMP_ACT_KILL_THREAD";
    case Action::kTrap:
      return "SCMP_ACT_TRAP";
    case Action::kErrno:
      return "SCMP_ACT_ERRNO";
    case Action::kUserNotif:
      return "SCMP_ACT_NOTIFY";
    case Action::kTrace:
      return "SCMP_ACT_TRACE";
    case Action::kLog:
      return "SCMP_ACT_LOG";
    case Action::kAllow:
      return "SCMP_ACT_ALLOW";
  }
  return {};
}

std::span<const std::string_view> AllProfileActionNames() {
  return kProfileNames;
}

std::string FormatReturnValue(ReturnValue value) {
  value = AsKernelReads(value);
  const Action action = ActionOf(value);
  const uint16_t data = DataOf(value);
  std::string text(WordOf(action));
  if (action == Action::kErrno && !ErrnoName(data).empty()) {
    absl::StrAppend(&text, "(", std::string(ErrnoName(data)), ")");
  } else if (action == Action::kErrno || action == Action::kTrace ||
             (action == Action::kTrap && data != 0)) {
    absl::StrAppend(&text, "(", data, ")");
  }
  return text;
}

std::optional<ReturnValue> ParseReturnValue(std::string_view text) {
  text = Trim(text);
  const size_t open = text.find('(');
  const std::optional<Action> action =
      ActionByWord(Lower(Trim(text.substr(0, open))));
  if (!action) return std::nullopt;
  if (open == std::string_view::npos) {
    return Make(*action, *action == Action::kTrap ? 0 : 1);
  }
  if (!HasData(*action) || text.back() != ')') return std::nullopt;
  const std::optional<uint16_t> data =
      ParseData(*action, Trim(text.substr(open + 1, text.size() - open - 2)));
  if (!data) return std::nullopt;
  return Make(*action, *data);
}

}  // namespace scbpf
