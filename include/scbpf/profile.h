// A profile as its file says it: nothing resolved, nothing left out that has
// a meaning, every value with its place.
#ifndef SCBPF_PROFILE_H_
#define SCBPF_PROFILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scbpf/diagnostic.h"
#include "scbpf/policy.h"
#include "scbpf/return_value.h"
#include "scbpf/target.h"

namespace scbpf {

// A value and where it stands. Equality looks at the value alone.
template <typename T>
struct At {
  T value{};
  SourceSpan at{};

  bool operator==(const At& other) const { return value == other.value; }
};

// The operators of a profile: CompareOp's six and SCMP_CMP_MASKED_EQ.
enum class ProfileOp : uint8_t { kEq, kNe, kLt, kLe, kGt, kGe, kMaskedEq };

struct ProfileArg {
  At<uint32_t> index;
  At<uint64_t> value;
  std::optional<At<uint64_t>> value_two;
  At<ProfileOp> op;
  SourceSpan at;  // the whole object

  bool operator==(const ProfileArg& other) const {
    return index == other.index && value == other.value &&
           value_two == other.value_two && op == other.op;
  }
};

// includes or excludes: absent lists are empty.
struct ProfileFilter {
  std::vector<At<std::string>> arches;
  std::vector<At<std::string>> caps;
  std::optional<At<KernelVersion>> min_kernel;

  bool operator==(const ProfileFilter&) const = default;
  bool empty() const {
    return arches.empty() && caps.empty() && !min_kernel.has_value();
  }
};

struct ProfileEntry {
  std::vector<At<std::string>> names;  // `name` is a list of one
  bool name_alone = false;             // written as `name`
  At<Action> action;
  std::optional<At<uint16_t>> errno_ret;  // of errnoRet or of errno
  std::vector<ProfileArg> args;
  std::string comment;
  ProfileFilter includes;
  ProfileFilter excludes;
  SourceSpan at;  // the whole object

  bool operator==(const ProfileEntry& other) const {
    return names == other.names && action == other.action &&
           errno_ret == other.errno_ret && args == other.args &&
           comment == other.comment && includes == other.includes &&
           excludes == other.excludes;
  }
};

struct ArchMapRow {
  At<std::string> architecture;  // ABI ids (arch/abi.h), known ones only
  std::vector<At<std::string>> sub_architectures;

  bool operator==(const ArchMapRow&) const = default;
};

struct Profile {
  Dialect dialect = Dialect::kOci;  // never kAuto
  At<Action> default_action;
  std::optional<At<uint16_t>> default_errno_ret;
  std::vector<At<std::string>> architectures;  // ABI ids
  std::vector<ArchMapRow> arch_map;
  std::optional<uint32_t> flags;  // FilterFlags; absent: not said
  SourceSpan flags_at;
  std::string listener_path;
  std::string listener_metadata;
  std::vector<ProfileEntry> syscalls;

  bool operator==(const Profile& other) const {
    return dialect == other.dialect && default_action == other.default_action &&
           default_errno_ret == other.default_errno_ret &&
           architectures == other.architectures && arch_map == other.arch_map &&
           flags == other.flags && listener_path == other.listener_path &&
           listener_metadata == other.listener_metadata &&
           syscalls == other.syscalls;
  }
};

// The value an action with optional data stands for: ERRNO and TRACE without
// data have 1 (EPERM); other actions ignore it.
ReturnValue MakeReturnValue(Action action, std::optional<uint16_t> data);

// Reads a profile of any dialect (docs/semantics.md section 1) from JSON text
// of at most 8 MiB. All findings of the reader are appended; nullopt when one
// of them is an error.
std::optional<Profile> ParseProfile(std::string_view text, Dialect dialect,
                                    Diagnostics& findings);

// The profile in its normal form, as JSON text with a final newline; the
// dialect is kept.
std::string FormatProfile(const Profile& profile);

}  // namespace scbpf

#endif  // SCBPF_PROFILE_H_
