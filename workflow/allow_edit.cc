// Tries edits, the narrowest first, until the call is let through.
#include "workflow/allow_edit.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "compiler/resolve_parts.h"
#include "syscall-tables/syscalls.h"
#include "workflow/edit_profile.h"

namespace scbpf {
namespace {

// What stands behind `from` stood `removed` bytes further on before.
struct Shift {
  uint32_t from = 0;
  uint32_t removed = 0;
};

struct Draft {
  AskedProfile profile;
  std::vector<EditStep> steps;
  std::vector<std::string> notes;
  std::vector<Shift> shifts{};  // in the order in which they came
};

// Where that place is in the text before any change.
SourceSpan PlaceBefore(const Draft& draft, SourceSpan at) {
  for (size_t i = draft.shifts.size(); i-- > 0;) {
    if (at.offset >= draft.shifts[i].from) at.offset += draft.shifts[i].removed;
  }
  return at;
}

bool IsPass(ReturnValue value) {
  const Action action = ActionOf(value);
  return action == Action::kAllow || action == Action::kLog;
}

// nullopt: it is no profile.
std::optional<Draft> Read(const std::string& text, CompileOptions options) {
  options.strict = false;
  Diagnostics findings;
  auto profile = ReadAskedProfile(text, options, findings);
  if (!profile.ok()) return std::nullopt;
  return Draft{*std::move(profile), {}, {}};
}

class EditFinder {
 public:
  EditFinder(const CallAnswer& answer, const std::vector<std::string>& abis)
      : answer_(answer), abis_(abis) {}

  std::optional<AllowEdit> Find(const AskedProfile& profile);

 private:
  bool Permits(const AskedProfile& profile) const;
  bool Denies(const AskedProfile& profile, const Rule& rule) const;
  const Rule* FindDenial(const AskedProfile& profile) const;
  // nullopt: the change cannot be made, or does not parse.
  std::optional<Draft> Change(const Draft& draft,
                              const absl::StatusOr<std::string>& text,
                              EditStep step) const;
  std::optional<Draft> WithoutDenials(Draft draft) const;
  std::optional<Draft> WithArguments(const Draft& draft) const;
  std::optional<Draft> WithName(const Draft& draft) const;
  std::optional<Draft> WithEntry(const Draft& draft) const;
  void NoteConditions(const AskedProfile& before, Draft& draft) const;
  bool IsPlainAllow(const AskedProfile& profile, size_t entry) const;

  const CallAnswer& answer_;
  const std::vector<std::string>& abis_;
};

bool EditFinder::Permits(const AskedProfile& profile) const {
  const auto answer = AskWhy(profile, answer_.call, abis_);
  return answer.ok() && IsPermitted(*answer);
}

// Whether the rule can refuse the call, by its own number or by a
// multiplexer's where the ABI has none.
bool EditFinder::Denies(const AskedProfile& profile, const Rule& rule) const {
  if (rule.name != answer_.name || IsPass(rule.result)) return false;
  if (rule.twin) return true;
  const ProfileEntry& entry = profile.resolved.profile.syscalls[rule.entry];
  return entry.args.empty() ||
         JudgeAll(rule.all_of, answer_.call.args) != Truth::kNo;
}

const Rule* EditFinder::FindDenial(const AskedProfile& profile) const {
  for (const AbiRules& abi : profile.resolved.rules.abis) {
    for (const Rule& rule : abi.rules) {
      if (!rule.twin && Denies(profile, rule)) return &rule;
    }
    // Only where there is no other way.
    if (NumberOf(*abi.abi, answer_.name).has_value()) continue;
    for (const Rule& rule : abi.rules) {
      if (rule.twin && Denies(profile, rule)) return &rule;
    }
  }
  return nullptr;
}

std::optional<Draft> EditFinder::Change(const Draft& draft,
                                        const absl::StatusOr<std::string>& text,
                                        EditStep step) const {
  if (!text.ok()) return std::nullopt;
  std::optional<Draft> next = Read(*text, draft.profile.options);
  if (!next.has_value()) return std::nullopt;
  next->steps = draft.steps;
  next->notes = draft.notes;
  next->shifts = draft.shifts;
  step.at = PlaceBefore(draft, step.at);
  next->steps.push_back(std::move(step));
  return next;
}

std::optional<Draft> EditFinder::WithoutDenials(Draft draft) const {
  while (const Rule* rule = FindDenial(draft.profile)) {
    const Profile& read = draft.profile.resolved.profile;
    const ProfileEntry& entry = read.syscalls[rule->entry];
    EditStep step;
    step.at = entry.at;
    step.text = absl::StrCat("take \"", answer_.name, "\" out of the entry");
    const bool alone = std::all_of(entry.names.begin(), entry.names.end(),
                                   [&](const At<std::string>& name) {
                                     return name.value == answer_.name;
                                   });
    if (alone) step.text = "take the entry out";
    if (!entry.args.empty()) {
      const std::string note =
          "its other arguments are not refused any more either";
      if (std::count(draft.notes.begin(), draft.notes.end(), note) == 0) {
        draft.notes.push_back(note);
      }
    }
    const auto text =
        RemoveName(draft.profile.text, read, rule->entry, answer_.name);
    std::optional<Draft> next = Change(draft, text, std::move(step));
    if (!next.has_value()) return std::nullopt;
    next->shifts.push_back(
        {entry.at.offset, static_cast<uint32_t>(draft.profile.text.size() -
                                                next->profile.text.size())});
    draft = *std::move(next);
  }
  return draft;
}

bool EditFinder::IsPlainAllow(const AskedProfile& profile, size_t entry) const {
  const ProfileEntry& one = profile.resolved.profile.syscalls[entry];
  const EntryFate& fate = profile.resolved.rules.fates[entry];
  return fate.kept && ActionOf(fate.result) == Action::kAllow &&
         one.args.empty() && one.includes.empty() && one.excludes.empty() &&
         !one.name_alone && !one.names.empty();
}

// An entry like the nearest one that allows, with this call's arguments where
// that one asks for others.
std::optional<Draft> EditFinder::WithArguments(const Draft& draft) const {
  const Profile& read = draft.profile.resolved.profile;
  for (const AbiRules& abi : draft.profile.resolved.rules.abis) {
    for (const Rule& rule : abi.rules) {
      if (rule.twin || rule.name != answer_.name ||
          ActionOf(rule.result) != Action::kAllow) {
        continue;
      }
      const ProfileEntry& near = read.syscalls[rule.entry];
      if (near.args.empty() || FindRepeatedIndex(near) != nullptr) continue;
      ProfileEntry added;
      added.names = {{answer_.name, {}}};
      added.action.value = Action::kAllow;
      for (const ProfileArg& arg : near.args) {
        const auto& known = answer_.call.args[arg.index.value];
        if (!known.has_value()) continue;
        ProfileArg exact;
        exact.index.value = arg.index.value;
        exact.value.value = *known;
        added.args.push_back(exact);
      }
      if (added.args.empty()) continue;
      auto next =
          Change(draft, AddEntry(draft.profile.text, read, added),
                 {"add an entry for these arguments, beside the one", near.at});
      if (next.has_value() && Permits(next->profile)) return next;
    }
  }
  return std::nullopt;
}

std::optional<Draft> EditFinder::WithName(const Draft& draft) const {
  const Profile& read = draft.profile.resolved.profile;
  std::optional<size_t> largest;
  for (size_t i = 0; i < read.syscalls.size(); ++i) {
    if (!IsPlainAllow(draft.profile, i)) continue;
    if (!largest.has_value() ||
        read.syscalls[i].names.size() > read.syscalls[*largest].names.size()) {
      largest = i;
    }
  }
  if (!largest.has_value()) return std::nullopt;
  return Change(draft,
                InsertName(draft.profile.text, read, *largest, answer_.name),
                {absl::StrCat("add \"", answer_.name, "\" to the entry"),
                 read.syscalls[*largest].at});
}

std::optional<Draft> EditFinder::WithEntry(const Draft& draft) const {
  const Profile& read = draft.profile.resolved.profile;
  ProfileEntry added;
  added.names = {{answer_.name, {}}};
  added.action.value = Action::kAllow;
  const SourceSpan at =
      read.syscalls.empty() ? read.default_action.at : read.syscalls.back().at;
  return Change(draft, AddEntry(draft.profile.text, read, added),
                {absl::StrCat("add an entry that allows \"", answer_.name,
                              "\", after the one"),
                 at});
}

// Says so where conditions on the call lose their effect.
void EditFinder::NoteConditions(const AskedProfile& before,
                                Draft& draft) const {
  for (const AbiRules& abi : before.resolved.rules.abis) {
    for (const Rule& rule : abi.rules) {
      if (rule.twin || rule.name != answer_.name || rule.all_of.empty()) {
        continue;
      }
      draft.notes.push_back(absl::StrCat(
          "the conditions under which \"", answer_.name,
          "\" is allowed already have no effect then; say its arguments to "
          "allow no more than them"));
      return;
    }
  }
}

std::optional<AllowEdit> EditFinder::Find(const AskedProfile& profile) {
  std::optional<Draft> plain = Read(profile.text, profile.options);
  if (plain.has_value()) plain = WithoutDenials(*std::move(plain));
  if (!plain.has_value()) return std::nullopt;
  const auto finished = [&](const Draft& draft) {
    AllowEdit edit{draft.profile.text, draft.steps, draft.notes};
    if (answer_.name == "socketcall" || answer_.name == "ipc") {
      edit.notes.push_back("every call that " + answer_.name +
                           " stands for passes then, whatever its arguments");
    }
    return edit;
  };
  if (Permits(plain->profile)) return finished(*plain);
  if (const auto next = WithArguments(*plain)) return finished(*next);
  for (const auto& attempt : {&EditFinder::WithName, &EditFinder::WithEntry}) {
    std::optional<Draft> next = (this->*attempt)(*plain);
    if (!next.has_value() || !Permits(next->profile)) continue;
    NoteConditions(plain->profile, *next);
    return finished(*next);
  }
  return std::nullopt;
}

}  // namespace

std::optional<AllowEdit> FindAllowEdits(const AskedProfile& profile,
                                        const std::vector<WantedCall>& wanted) {
  std::optional<Draft> draft = Read(profile.text, profile.options);
  if (!draft.has_value()) return std::nullopt;
  for (const WantedCall& one : wanted) {
    const auto answer = AskWhy(draft->profile, one.call, one.abis);
    if (!answer.ok() || IsPermitted(*answer)) continue;
    const auto edit = FindAllowEdit(draft->profile, *answer, one.abis);
    if (!edit.has_value()) continue;
    std::optional<Draft> next = Read(edit->text, profile.options);
    if (!next.has_value()) continue;
    next->steps = std::move(draft->steps);
    next->notes = std::move(draft->notes);
    next->steps.insert(next->steps.end(), edit->steps.begin(),
                       edit->steps.end());
    next->notes.insert(next->notes.end(), edit->notes.begin(),
                       edit->notes.end());
    draft = std::move(next);
  }
  if (draft->steps.empty()) return std::nullopt;
  return AllowEdit{draft->profile.text, draft->steps, draft->notes};
}

std::optional<AllowEdit> FindAllowEdit(const AskedProfile& profile,
                                       const CallAnswer& answer,
                                       const std::vector<std::string>& abis) {
  if (answer.name.empty()) return std::nullopt;
  return EditFinder(answer, abis).Find(profile);
}

}  // namespace scbpf
