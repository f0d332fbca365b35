// Counts records, and holds them against a profile's answers.
#include "workflow/logged_calls.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bpf/text.h"
#include "scbpf/program.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

std::string WordOf(const Record& record) {
  if (record.nr.has_value() && record.abi != nullptr) {
    const std::string_view name = NameOf(*record.abi, *record.nr);
    return name.empty() ? std::to_string(*record.nr) : std::string(name);
  }
  if (!record.name.empty()) return std::string(record.name);
  return record.nr.has_value() ? std::to_string(*record.nr) : "";
}

std::string AbiWordOf(const Record& record) {
  if (!record.abi_word.empty()) return std::string(record.abi_word);
  return record.token.has_value() ? Hex(*record.token) : "";
}

void AddProgram(const Record& record, LoggedCall& call) {
  if (call.programs.size() == LoggedCall::kMostPrograms) return;
  if (!record.comm.has_value()) return;
  const std::string program(*record.comm);
  if (std::count(call.programs.begin(), call.programs.end(), program) == 0) {
    call.programs.push_back(program);
  }
}

// "errno", without data.
std::string ActionWord(Action action) {
  const std::string text = FormatReturnValue(MakeReturnValue(action, 0));
  return text.substr(0, text.find('('));
}

// Whether the kernel records the action only for filters with the LOG flag.
bool NeedsLogFlag(Action action) {
  return action == Action::kTrap || action == Action::kErrno ||
         action == Action::kTrace || action == Action::kUserNotif;
}

}  // namespace

void LoggedCalls::Add(const Record& record, uint32_t log) {
  if (record.source == Record::Source::kAudit && seen_.IsCopy(record)) return;
  LoggedCall call;
  call.abi = record.abi;
  if (record.abi == nullptr) call.abi_word = AbiWordOf(record);
  call.call.word = WordOf(record);
  std::optional<uint64_t> value;
  if (record.argument.has_value() && record.argument->index < 6) {
    value = record.argument->value;
    call.call.args[record.argument->index] = value;
  }
  if (record.code.has_value()) {
    call.answer = ActionOf(ReturnValue{*record.code});
  }
  records_ += record.calls;
  const auto [at, is_new] = index_.emplace(
      Key{call.abi, call.abi_word, call.call.word, value, call.answer},
      calls_.size());
  if (is_new) {
    call.log = log;
    call.line = record.line;
    calls_.push_back(std::move(call));
  }
  LoggedCall& known = calls_[at->second];
  known.count += record.calls;
  AddProgram(record, known);
}

std::string WhyForeign(const AskedProfile& profile, const CallAnswer& answer,
                       const LoggedCall& logged) {
  if (!logged.answer.has_value()) return "";
  std::string answers;
  for (const CallWay& way : answer.ways) {
    if (!way.through.empty()) continue;
    for (const PossibleAnswer& possible : way.answers) {
      if (ActionOf(possible.result) == *logged.answer) {
        const uint32_t flags =
            profile.resolved.profile.flags.value_or(kFlagSpecAllow);
        if (!NeedsLogFlag(*logged.answer) || (flags & kFlagLog) != 0) return "";
        return absl::StrCat(
            "this profile has no SECCOMP_FILTER_FLAG_LOG, without which the "
            "kernel does not record ",
            ActionWord(*logged.answer));
      }
      const std::string text = FormatReturnValue(possible.result);
      if (answers.find(text) != std::string::npos) continue;
      absl::StrAppend(&answers, answers.empty() ? "" : " or ", text);
    }
  }
  return absl::StrCat("this profile answers ", answers, ", the record says ",
                      ActionWord(*logged.answer));
}

}  // namespace scbpf
