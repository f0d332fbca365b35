// Small changes to a profile's text that leave the rest of it as it is:
// order, blanks, comments and unknown fields stay.
//
// Every function takes the text and the Profile that ParseProfile made of it,
// and returns the changed text; for a further change, parse that again. New
// parts are laid out as their neighbours are. InvalidArgument: the text is
// written in a way that cannot be edited (keys spelled with escapes).
#ifndef SCBPF_WORKFLOW_EDIT_PROFILE_H_
#define SCBPF_WORKFLOW_EDIT_PROFILE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "scbpf/profile.h"

namespace scbpf {

// Puts `name` into the names of entry `entry`: by the alphabet where they are
// sorted, else at their end. InvalidArgument where the entry has `name`
// instead of `names`.
absl::StatusOr<std::string> InsertName(std::string_view text,
                                       const Profile& profile, size_t entry,
                                       std::string_view name);

// Takes `name` out of entry `entry`, however often it stands there, and the
// entry itself where no other name is left.
absl::StatusOr<std::string> RemoveName(std::string_view text,
                                       const Profile& profile, size_t entry,
                                       std::string_view name);

absl::StatusOr<std::string> RemoveEntry(std::string_view text,
                                        const Profile& profile, size_t entry);

// Appends an entry: its names, action, data and conditions. Where all others
// have one `name` each, an entry of one name is written so too.
absl::StatusOr<std::string> AddEntry(std::string_view text,
                                     const Profile& profile,
                                     const ProfileEntry& added);

// Appends a condition to those of entry `entry`.
absl::StatusOr<std::string> AddArg(std::string_view text,
                                   const Profile& profile, size_t entry,
                                   const ProfileArg& added);

// Takes condition `arg` out of entry `entry`; the last one takes its list
// along.
absl::StatusOr<std::string> RemoveArg(std::string_view text,
                                      const Profile& profile, size_t entry,
                                      size_t arg);

// What changed from `before` to `after` as `diff -u` writes it, three lines
// of context, both sides called `file`. Empty: nothing did.
std::string UnifiedDiff(std::string_view before, std::string_view after,
                        std::string_view file);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_EDIT_PROFILE_H_
