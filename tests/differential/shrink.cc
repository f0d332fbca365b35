// Shrinking by leaving one part out at a time.
#include "tests/differential/shrink.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/differential/judge.h"
#include "tests/differential/opponent.h"

namespace scbpf::differential {
namespace {

using Fails = std::function<bool(const Profile&)>;

// Leaves elements of the list that `list_of` names out of `profile` while it
// still fails; keeps at least `least` of them.
template <typename ListOf>
bool DropElements(Profile& profile, const Fails& fails, size_t least,
                  ListOf list_of) {
  bool dropped = false;
  for (size_t i = list_of(profile).size(); i-- > 0;) {
    if (list_of(profile).size() <= least) break;
    Profile smaller = profile;
    auto& list = list_of(smaller);
    list.erase(list.begin() + static_cast<ptrdiff_t>(i));
    if (!fails(smaller)) continue;
    profile = std::move(smaller);
    dropped = true;
  }
  return dropped;
}

bool DropFromEntry(Profile& profile, const Fails& fails, size_t at) {
  bool dropped = DropElements(
      profile, fails,
      1, [&](Profile & p) -> auto& { return p.syscalls[at].names; });
  dropped |= DropElements(
      profile, fails,
      0, [&](Profile & p) -> auto& { return p.syscalls[at].args; });
  Profile smaller = profile;
  ProfileEntry& entry = smaller.syscalls[at];
  if (entry.includes.empty() && entry.excludes.empty()) return dropped;
  entry.includes = {};
  entry.excludes = {};
  if (!fails(smaller)) return dropped;
  profile = std::move(smaller);
  return true;
}

}  // namespace

Profile Shrink(Profile profile, const Fails& fails) {
  bool dropped = true;
  while (dropped) {
    dropped = DropElements(
        profile, fails, 0, [](Profile & p) -> auto& { return p.syscalls; });
    dropped |= DropElements(
        profile, fails, 0,
        [](Profile & p) -> auto& { return p.architectures; });
    for (size_t i = 0; i < profile.syscalls.size(); ++i) {
      dropped |= DropFromEntry(profile, fails, i);
    }
  }
  return profile;
}

std::string FailureOf(const Profile& profile, const Target& target) {
  const auto item = MakeCase(profile, target);
  return Judge(*item, RunOpponent(item->description)).failure;
}

std::string TellShrunk(const Profile& profile, const Target& target) {
  const Profile small = Shrink(profile, [&](const Profile& candidate) {
    return !FailureOf(candidate, target).empty();
  });
  return absl::StrCat(FailureOf(small, target), "profile:\n",
                      FormatProfile(small));
}

}  // namespace scbpf::differential
