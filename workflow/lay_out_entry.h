// New entries and conditions of a profile as text, laid out as those that the
// profile has already.
#ifndef SCBPF_WORKFLOW_LAY_OUT_ENTRY_H_
#define SCBPF_WORKFLOW_LAY_OUT_ENTRY_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "scbpf/profile.h"
#include "workflow/json_places.h"

namespace scbpf {

// The text as a JSON string.
std::string QuoteJson(std::string_view text);

// Whether the text has no blanks between its tokens; the colon it writes.
bool IsTight(std::string_view text);
std::string ColonOf(std::string_view text);

// An entry for the end of a list that has some; a whole list for a profile
// (`object`) that has none.
std::string LayOutEntry(std::string_view text, const Profile& profile,
                        const ProfileEntry& added);
std::string LayOutEntryList(std::string_view text, const JsonContainer& object,
                            const Profile& profile, const ProfileEntry& added);

// A condition for entry `entry`.
std::string LayOutArg(std::string_view text, const Profile& profile,
                      size_t entry, const ProfileArg& added);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_LAY_OUT_ENTRY_H_
