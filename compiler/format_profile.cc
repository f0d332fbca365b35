// A profile in its normal form (docs/semantics.md section 1).
#include <algorithm>
#include <string>
#include <vector>

#include "arch/abi.h"
#include "compiler/profile_words.h"
#include "compiler/write_json.h"
#include "compiler/write_profile.h"
#include "scbpf/profile.h"
#include "syscall-tables/names.h"

namespace scbpf {
namespace {

using Strings = std::vector<std::string>;

std::string ScmpName(const std::string& id) {
  const Abi* const abi = FindAbiById(id);
  return std::string(abi == nullptr ? std::string_view(id) : abi->scmp_name);
}

Strings ScmpNames(const std::vector<At<std::string>>& ids) {
  Strings out;
  for (const At<std::string>& id : ids) out.push_back(ScmpName(id.value));
  return out;
}

Strings Values(const std::vector<At<std::string>>& values) {
  Strings out;
  for (const At<std::string>& value : values) out.push_back(value.value);
  return out;
}

// The data of an action that has some: a number, and for Podman its name.
void WriteErrno(Action action, const std::optional<At<uint16_t>>& data,
                bool podman, std::string_view number_key,
                std::string_view name_key, JsonWriter& out) {
  if (action != Action::kErrno && action != Action::kTrace) return;
  const uint16_t value = data ? data->value : uint16_t{1};
  out.Number(number_key, value);
  if (!podman || action != Action::kErrno) return;
  const std::string_view name = ErrnoName(value);
  out.String(name_key, name.empty() ? std::to_string(value) : name);
}

void WriteFilter(std::string_view key, const ProfileFilter& filter,
                 JsonWriter& out) {
  if (filter.empty()) return;
  out.Open(key, '{');
  if (!filter.arches.empty()) out.Array("arches", Values(filter.arches));
  if (!filter.caps.empty()) out.Array("caps", Values(filter.caps));
  if (filter.min_kernel) {
    const KernelVersion& version = filter.min_kernel->value;
    out.String("minKernel", std::to_string(version.major) + "." +
                                std::to_string(version.minor));
  }
  out.Close('}');
}

void WriteArg(const ProfileArg& arg, JsonWriter& out) {
  out.Open("", '{');
  out.Number("index", arg.index.value);
  out.Number("value", arg.value.value);
  if (arg.op.value == ProfileOp::kMaskedEq) {
    out.Number("valueTwo", arg.value_two ? arg.value_two->value : 0);
  }
  out.String("op", kOperatorNames[static_cast<size_t>(arg.op.value)]);
  out.Close('}');
}

void WriteEntry(const ProfileEntry& entry, Dialect dialect, JsonWriter& out) {
  if (entry.names.empty()) return;  // without effect
  Strings names = Values(entry.names);
  std::sort(names.begin(), names.end());
  out.Open("", '{');
  out.Array("names", names);
  out.String("action", ProfileName(entry.action.value));
  WriteErrno(entry.action.value, entry.errno_ret, dialect == Dialect::kPodman,
             "errnoRet", "errno", out);
  WriteArgs(entry.args, out);
  if (dialect != Dialect::kOci) {
    if (!entry.comment.empty()) out.String("comment", entry.comment);
    WriteFilter("includes", entry.includes, out);
    WriteFilter("excludes", entry.excludes, out);
  }
  out.Close('}');
}

void WriteArchMap(const std::vector<ArchMapRow>& rows, JsonWriter& out) {
  out.Open("archMap", '[');
  for (const ArchMapRow& row : rows) {
    out.Open("", '{');
    out.String("architecture", ScmpName(row.architecture.value));
    if (!row.sub_architectures.empty()) {
      out.Array("subArchitectures", ScmpNames(row.sub_architectures));
    }
    out.Close('}');
  }
  out.Close(']');
}

}  // namespace

void WriteArgs(const std::vector<ProfileArg>& args, JsonWriter& out) {
  if (args.empty()) return;
  out.Open("args", '[');
  for (const ProfileArg& arg : args) WriteArg(arg, out);
  out.Close(']');
}

void WriteInstallation(const Profile& profile, JsonWriter& out) {
  if (profile.flags) {
    // Empty is not absent here: it means no flag at all.
    Strings names;
    for (const FlagName& flag : kFlagNames) {
      if ((*profile.flags & flag.bit) != 0) names.emplace_back(flag.name);
    }
    out.Array("flags", names);
  }
  if (!profile.listener_path.empty()) {
    out.String("listenerPath", profile.listener_path);
  }
  if (!profile.listener_metadata.empty()) {
    out.String("listenerMetadata", profile.listener_metadata);
  }
}

std::string FormatProfile(const Profile& profile) {
  const Dialect dialect = profile.dialect;
  JsonWriter out;
  out.Open("", '{');
  out.String("defaultAction", ProfileName(profile.default_action.value));
  WriteErrno(profile.default_action.value, profile.default_errno_ret,
             dialect == Dialect::kPodman, "defaultErrnoRet", "defaultErrno",
             out);
  if (!profile.architectures.empty()) {
    out.Array("architectures", ScmpNames(profile.architectures));
  }
  if (dialect != Dialect::kOci && !profile.arch_map.empty()) {
    WriteArchMap(profile.arch_map, out);
  }
  WriteInstallation(profile, out);
  const bool any = std::any_of(
      profile.syscalls.begin(), profile.syscalls.end(),
      [](const ProfileEntry& entry) { return !entry.names.empty(); });
  if (any) {
    out.Open("syscalls", '[');
    for (const ProfileEntry& entry : profile.syscalls) {
      WriteEntry(entry, dialect, out);
    }
    out.Close(']');
  }
  out.Close('}');
  return out.Take();
}

}  // namespace scbpf
