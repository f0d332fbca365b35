// Names taken out of entries and put into others, each edit read again.
#include "workflow/patch_edits.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "workflow/edit_profile.h"

namespace scbpf {
namespace {

bool HasName(const ProfileEntry& entry, const std::string& name) {
  return std::any_of(
      entry.names.begin(), entry.names.end(),
      [&](const At<std::string>& listed) { return listed.value == name; });
}

// Whether it holds for every target.
bool IsUnfiltered(const ProfileEntry& entry) {
  return entry.includes.empty() && entry.excludes.empty();
}

// A profile's text between two edits.
class Editor {
 public:
  Editor(const Draft& old, const Target& target, std::string name)
      : target_(target), name_(std::move(name)), text_(old.text) {
    Read();
  }

  // Takes the name out of the entries for which `chosen` holds, the last
  // first, so that the others keep their places.
  void RemoveWhere(const std::function<bool(size_t)>& chosen) {
    for (size_t i = profile_.syscalls.size(); i-- > 0 && status_.ok();) {
      if (!HasName(profile_.syscalls[i], name_) || !chosen(i)) continue;
      Take(RemoveName(text_, profile_, i, name_));
    }
  }

  // Puts the name into the largest entry that always gives this answer, or
  // into a new one.
  void Insert(Action action, std::optional<uint16_t> data) {
    std::optional<size_t> best;
    for (size_t i = 0; i < profile_.syscalls.size(); ++i) {
      const ProfileEntry& entry = profile_.syscalls[i];
      if (entry.action.value != action || !entry.args.empty() ||
          entry.name_alone || !IsUnfiltered(entry) || entry.names.empty()) {
        continue;
      }
      if (data && (!entry.errno_ret || entry.errno_ret->value != *data)) {
        continue;
      }
      if (!best || entry.names.size() > profile_.syscalls[*best].names.size()) {
        best = i;
      }
    }
    if (!status_.ok()) return;
    if (best) {
      Take(InsertName(text_, profile_, *best, name_));
    } else {
      Add({name_, action, data, {}});
    }
  }

  void Add(const NameRule& rule) {
    if (!status_.ok()) return;
    ProfileEntry entry;
    entry.names.push_back({rule.name});
    entry.action.value = rule.action;
    if (rule.data) entry.errno_ret = At<uint16_t>{*rule.data};
    entry.args = rule.args;
    Take(AddEntry(text_, profile_, entry));
  }

  absl::StatusOr<Draft> Finish() const {
    if (!status_.ok()) return status_;
    return ReadDraft(text_, target_);
  }

  const Profile& profile() const { return profile_; }

 private:
  void Read() {
    Diagnostics findings;
    std::optional<Profile> profile =
        ParseProfile(text_, target_.dialect, findings);
    if (profile) {
      profile_ = *std::move(profile);
    } else {
      status_ = absl::InternalError("the edited profile has errors");
    }
  }

  void Take(absl::StatusOr<std::string> changed) {
    if (!changed.ok()) {
      status_ = changed.status();
      return;
    }
    text_ = *std::move(changed);
    Read();
  }

  const Target& target_;
  std::string name_;
  std::string text_;
  Profile profile_;
  absl::Status status_;
};

NameRule AllowWith(const std::string& name, const KnownArgs& args) {
  NameRule rule{name, Action::kAllow, std::nullopt, {}};
  for (uint32_t arg = 0; arg < args.size(); ++arg) {
    if (!args[arg]) continue;
    ProfileArg condition;
    condition.index.value = arg;
    condition.value.value = *args[arg];
    rule.args.push_back(condition);
  }
  return rule;
}

}  // namespace

absl::StatusOr<Draft> ReadDraft(std::string text, const Target& target,
                                Diagnostics* findings) {
  Diagnostics found;
  Draft draft;
  draft.text = std::move(text);
  std::optional<Profile> profile =
      ParseProfile(draft.text, target.dialect, found);
  if (profile) {
    draft.profile = *std::move(profile);
    draft.rules = Resolve(draft.profile, target, found);
  }
  if (findings != nullptr) {
    findings->insert(findings->end(), found.begin(), found.end());
  }
  if (CountErrors(found) > 0) {
    return absl::InvalidArgumentError("the profile has errors");
  }
  draft.policy = BuildPolicy(draft.rules);
  return draft;
}

absl::StatusOr<Draft> EditInPlace(const Draft& old, const Target& target,
                                  const std::string& name, bool allow,
                                  const KnownArgs& args) {
  Editor editor(old, target, name);
  const auto entry = [&](size_t i) -> const ProfileEntry& {
    return editor.profile().syscalls[i];
  };
  const Action otherwise = old.profile.default_action.value;
  if (!allow) {
    const bool add = Permits(otherwise);
    editor.RemoveWhere([&](size_t i) {
      return Permits(entry(i).action.value) || (add && IsUnfiltered(entry(i)));
    });
    if (add) editor.Insert(Action::kErrno, uint16_t{1});
    return editor.Finish();
  }
  const NameRule asked = AllowWith(name, args);
  if (!asked.args.empty()) {
    editor.Add(asked);
    return editor.Finish();
  }
  editor.RemoveWhere([&](size_t i) {
    return IsUnfiltered(entry(i)) ||
           (!Permits(entry(i).action.value) && entry(i).args.empty());
  });
  if (otherwise != Action::kAllow) editor.Insert(Action::kAllow, std::nullopt);
  return editor.Finish();
}

absl::StatusOr<Draft> SayAnew(const Draft& old, const Target& target,
                              const std::string& name,
                              const std::vector<NameRule>& rules) {
  Editor editor(old, target, name);
  editor.RemoveWhere([&](size_t i) { return old.rules.fates[i].kept; });
  for (const NameRule& rule : rules) editor.Add(rule);
  return editor.Finish();
}

}  // namespace scbpf
