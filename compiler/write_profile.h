// What every document that holds a profile writes alike.
#ifndef SCBPF_COMPILER_WRITE_PROFILE_H_
#define SCBPF_COMPILER_WRITE_PROFILE_H_

#include <vector>

#include "compiler/write_json.h"
#include "scbpf/profile.h"

namespace scbpf {

// The member "args", where there are conditions.
void WriteArgs(const std::vector<ProfileArg>& args, JsonWriter& out);

// "flags", "listenerPath" and "listenerMetadata", those that the profile has.
void WriteInstallation(const Profile& profile, JsonWriter& out);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_WRITE_PROFILE_H_
