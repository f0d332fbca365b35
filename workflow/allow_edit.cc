// Tries edits, the narrowest first, until the call is let through.
#include "workflow/allow_edit.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/rule_set.h"
#include "syscall-tables/names.h"
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
  std::shared_ptr<const AskedProfile> read;
  std::vector<EditStep> steps{};
  std::vector<std::string> notes{};
  std::vector<Shift> shifts{};  // in the order in which they came

  const AskedProfile& profile() const { return *read; }
};

// Nothing changed yet; `profile` must outlive it.
Draft Unchanged(const AskedProfile& profile) {
  return {
      std::shared_ptr<const AskedProfile>(std::shared_ptr<void>(), &profile)};
}

// Where that place is in the text before any change.
SourceSpan PlaceBefore(const Draft& draft, SourceSpan at) {
  for (size_t i = draft.shifts.size(); i-- > 0;) {
    if (at.offset >= draft.shifts[i].from) at.offset += draft.shifts[i].removed;
  }
  return at;
}

// nullptr: it is no profile. Nobody reads its warnings, so that none is
// looked for.
std::shared_ptr<const AskedProfile> Read(std::string text,
                                         const CompileOptions& options) {
  auto read = std::make_shared<AskedProfile>(
      AskedProfile{std::move(text), options, {}, {}});
  Diagnostics findings;
  std::optional<Profile> profile =
      ParseProfile(read->text, options.target.dialect, findings);
  if (!profile.has_value()) return nullptr;
  Resolved& resolved = read->resolved;
  resolved.profile = *std::move(profile);
  resolved.rules = Resolve(resolved.profile, options.target, findings);
  if (CountErrors(findings) > 0) return nullptr;
  read->policy = BuildPolicy(resolved.rules);
  return read;
}

class EditFinder {
 public:
  EditFinder(const CallAnswer& answer, const std::vector<std::string>& abis)
      : answer_(answer), abis_(abis) {}

  // From a draft without steps.
  std::optional<Draft> Find(const Draft& start) const;

 private:
  bool Permits(const AskedProfile& profile) const;
  bool Denies(const AskedProfile& profile, const Rule& rule) const;
  const Rule* FindDenial(const AskedProfile& profile) const;
  // nullopt: the change cannot be made, or does not parse.
  std::optional<Draft> Change(const Draft& draft,
                              const absl::StatusOr<std::string>& text,
                              EditStep step) const;
  std::optional<Draft> WithoutDenials(Draft draft) const;
  const ProfileEntry* FindNear(const AskedProfile& profile) const;
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
  if (rule.name != answer_.name || IsPermission(rule.result)) return false;
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
  Draft next = draft;
  next.read = Read(*text, draft.profile().options);
  if (next.read == nullptr) return std::nullopt;
  step.at = PlaceBefore(draft, step.at);
  next.steps.push_back(std::move(step));
  return next;
}

std::optional<Draft> EditFinder::WithoutDenials(Draft draft) const {
  while (const Rule* rule = FindDenial(draft.profile())) {
    const Profile& read = draft.profile().resolved.profile;
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
        RemoveName(draft.profile().text, read, rule->entry, answer_.name);
    std::optional<Draft> next = Change(draft, text, std::move(step));
    if (!next.has_value()) return std::nullopt;
    next->shifts.push_back(
        {entry.at.offset, static_cast<uint32_t>(draft.profile().text.size() -
                                                next->profile().text.size())});
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

// The first entry that allows the call under conditions; nullptr: none does.
const ProfileEntry* EditFinder::FindNear(const AskedProfile& profile) const {
  for (const AbiRules& abi : profile.resolved.rules.abis) {
    for (const Rule& rule : abi.rules) {
      if (rule.twin || rule.name != answer_.name ||
          !IsPermission(rule.result)) {
        continue;
      }
      const ProfileEntry& entry = profile.resolved.profile.syscalls[rule.entry];
      if (!entry.args.empty()) return &entry;
    }
  }
  return nullptr;
}

// An entry for this call's arguments, where another one is for other ones.
// Addresses differ from call to call: they are left out.
std::optional<Draft> EditFinder::WithArguments(const Draft& draft) const {
  const ProfileEntry* near = FindNear(draft.profile());
  if (near == nullptr) return std::nullopt;
  const std::span<const ArgPrototype> prototype = PrototypeOf(answer_.name);
  ProfileEntry added;
  added.names = {{answer_.name, {}}};
  added.action.value = Action::kAllow;
  for (uint32_t i = 0; i < answer_.call.args.size(); ++i) {
    const auto& known = answer_.call.args[i];
    if (!known.has_value()) continue;
    const bool is_near =
        std::any_of(near->args.begin(), near->args.end(),
                    [&](const auto& arg) { return arg.index.value == i; });
    if (!is_near && i < prototype.size() &&
        prototype[i].arg_class == ArgClass::kPointer) {
      continue;
    }
    ProfileArg exact;
    exact.index.value = i;
    exact.value.value = *known;
    added.args.push_back(exact);
  }
  if (added.args.empty()) return std::nullopt;
  auto next = Change(
      draft,
      AddEntry(draft.profile().text, draft.profile().resolved.profile, added),
      {"add an entry for these arguments, beside the one", near->at});
  if (!next.has_value() || !Permits(next->profile())) return std::nullopt;
  return next;
}

std::optional<Draft> EditFinder::WithName(const Draft& draft) const {
  const Profile& read = draft.profile().resolved.profile;
  std::optional<size_t> largest;
  for (size_t i = 0; i < read.syscalls.size(); ++i) {
    if (!IsPlainAllow(draft.profile(), i)) continue;
    if (!largest.has_value() ||
        read.syscalls[i].names.size() > read.syscalls[*largest].names.size()) {
      largest = i;
    }
  }
  if (!largest.has_value()) return std::nullopt;
  return Change(draft,
                InsertName(draft.profile().text, read, *largest, answer_.name),
                {absl::StrCat("add \"", answer_.name, "\" to the entry"),
                 read.syscalls[*largest].at});
}

std::optional<Draft> EditFinder::WithEntry(const Draft& draft) const {
  const Profile& read = draft.profile().resolved.profile;
  ProfileEntry added;
  added.names = {{answer_.name, {}}};
  added.action.value = Action::kAllow;
  const SourceSpan at =
      read.syscalls.empty() ? read.default_action.at : read.syscalls.back().at;
  return Change(draft, AddEntry(draft.profile().text, read, added),
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

std::optional<Draft> EditFinder::Find(const Draft& start) const {
  const std::optional<Draft> plain = WithoutDenials(start);
  if (!plain.has_value()) return std::nullopt;
  const auto finished = [&](Draft draft) {
    if (answer_.name == "socketcall" || answer_.name == "ipc") {
      draft.notes.push_back("every call that " + answer_.name +
                            " stands for passes then, whatever its arguments");
    }
    return draft;
  };
  if (Permits(plain->profile())) return finished(*plain);
  if (const auto next = WithArguments(*plain)) return finished(*next);
  for (const auto& attempt : {&EditFinder::WithName, &EditFinder::WithEntry}) {
    std::optional<Draft> next = (this->*attempt)(*plain);
    if (!next.has_value() || !Permits(next->profile())) continue;
    NoteConditions(plain->profile(), *next);
    return finished(*next);
  }
  return std::nullopt;
}

// "x86_64 333 to 436": the numbers without the ABI's base.
std::string NumbersText(const Abi& abi, uint32_t first, uint32_t last) {
  std::string text =
      absl::StrCat(std::string(abi.id), " ", first - abi.nr_base);
  if (first < last) absl::StrAppend(&text, " to ", last - abi.nr_base);
  return text;
}

// Says so where other calls' answers change, because a name past all others
// moves the border of --unknown-syscalls=enosys.
void NoteBorders(const RuleSet& before, Draft& draft) {
  const RuleSet& after = draft.profile().resolved.rules;
  std::vector<std::string> below;
  std::vector<std::string> above;
  for (size_t i = 0; i < before.abis.size(); ++i) {
    const Abi& abi = *before.abis[i].abi;
    const std::optional<uint32_t>& from = before.abis[i].border;
    const std::optional<uint32_t>& to = after.abis[i].border;
    if (!to.has_value()) continue;
    if (!from.has_value()) {
      above.push_back(NumbersText(abi, *to, *to));
    } else if (*to > *from + 1) {
      below.push_back(NumbersText(abi, *from + 1, *to - 1));
    }
  }
  if (!below.empty()) {
    draft.notes.push_back(absl::StrCat(
        "the border of --unknown-syscalls=enosys moves: the numbers before it "
        "(",
        absl::StrJoin(below, ", "), ") get ",
        FormatReturnValue(after.default_action), " then, not ENOSYS"));
  }
  if (!above.empty()) {
    draft.notes.push_back(absl::StrCat(
        "--unknown-syscalls=enosys has a border then: the numbers past it (",
        absl::StrJoin(above, ", "), ") get ENOSYS"));
  }
}

AllowEdit Finish(const AskedProfile& profile, Draft draft) {
  NoteBorders(profile.resolved.rules, draft);
  return {draft.profile().text, std::move(draft.steps), std::move(draft.notes)};
}

}  // namespace

AllowEdits FindAllowEdits(const AskedProfile& profile,
                          const std::vector<WantedCall>& wanted) {
  Draft draft = Unchanged(profile);
  AllowEdits edits;
  for (const WantedCall& one : wanted) {
    edits.left.emplace_back();
    const auto answer = AskWhy(draft.profile(), one.call, one.abis);
    if (!answer.ok() || IsPermitted(*answer)) continue;
    std::optional<Draft> next;
    if (!answer->name.empty()) {
      next = EditFinder(*answer, one.abis).Find({draft.read});
    }
    if (!next.has_value()) {
      edits.left.back() = WhyNoEdit(*answer);
      continue;
    }
    draft.read = std::move(next->read);
    draft.steps.insert(draft.steps.end(), next->steps.begin(),
                       next->steps.end());
    draft.notes.insert(draft.notes.end(), next->notes.begin(),
                       next->notes.end());
  }
  if (!draft.steps.empty()) edits.edit = Finish(profile, std::move(draft));
  return edits;
}

std::optional<AllowEdit> FindAllowEdit(const AskedProfile& profile,
                                       const CallAnswer& answer,
                                       const std::vector<std::string>& abis) {
  if (answer.name.empty()) return std::nullopt;
  std::optional<Draft> draft =
      EditFinder(answer, abis).Find(Unchanged(profile));
  if (!draft.has_value()) return std::nullopt;
  return Finish(profile, *std::move(draft));
}

std::string WhyNoEdit(const CallAnswer& answer) {
  for (const CallWay& way : answer.ways) {
    // Without a table no number has a name.
    if (way.answers[0].by != AnswerBy::kBadArch ||
        (answer.name.empty() && way.abi->has_table)) {
      continue;
    }
    return absl::StrCat("to allow it, the profile's architectures need \"",
                        std::string(way.abi->scmp_name), "\" first");
  }
  if (answer.name.empty()) {
    return "a profile has no name for this number, and cannot allow it";
  }
  return "no small edit of the profile allows it";
}

}  // namespace scbpf
