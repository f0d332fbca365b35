// Reads the target options, and fills the rest from the host.
#include "cli/target_options.h"

#include <cctype>
#include <utility>

#include "cli/host.h"
#include "syscall-tables/names.h"

namespace scbpf::cli {
namespace {

absl::Status Invalid(const std::string& text) {
  return absl::InvalidArgumentError(text);
}

// "sys_admin", "CAP_SYS_ADMIN" -> "CAP_SYS_ADMIN".
absl::StatusOr<std::string> ParseCapability(const std::string& word) {
  std::string name;
  for (const char c : word) {
    name.push_back(static_cast<char>(std::toupper(static_cast<uint8_t>(c))));
  }
  if (name.compare(0, 4, "CAP_") != 0) name = "CAP_" + name;
  if (IsCapability(name)) return name;
  const auto all = AllCapabilities();
  return Invalid(WithNearest("unknown capability \"" + word + "\"", name,
                             {all.begin(), all.end()}));
}

absl::Status AddCapabilities(const std::string& list,
                             std::vector<std::string>& into) {
  for (const std::string& word : SplitList(list)) {
    if (word == "all" || word == "ALL") {
      for (const auto name : AllCapabilities()) into.emplace_back(name);
      continue;
    }
    absl::StatusOr<std::string> name = ParseCapability(word);
    if (!name.ok()) return name.status();
    into.push_back(*std::move(name));
  }
  return absl::OkStatus();
}

absl::Status SetCapabilities(const std::string& list, TargetOptions& options) {
  options.caps_given = true;
  if (list == "default") {
    options.target.capabilities = DockerCapabilities();
    return absl::OkStatus();
  }
  options.target.capabilities.clear();
  if (list == "none") return absl::OkStatus();
  std::vector<std::string> names;
  const absl::Status status = AddCapabilities(list, names);
  options.target.capabilities.insert(names.begin(), names.end());
  return status;
}

absl::StatusOr<KernelVersion> ParseKernel(const std::string& option,
                                          const std::string& text) {
  const auto version = ParseKernelVersion(text);
  if (version.has_value()) return *version;
  return Invalid(option + " \"" + text + "\" is not a version X.Y, as 6.1");
}

absl::Status SetUnknownSyscalls(const std::string& text, Target& target) {
  target.unknown_syscalls_kernel.reset();
  if (text == "default" || text == "enosys") {
    target.unknown_syscalls =
        text == "enosys" ? UnknownSyscalls::kEnosys : UnknownSyscalls::kDefault;
    return absl::OkStatus();
  }
  const std::string prefix = "enosys:";
  if (text.compare(0, prefix.size(), prefix) != 0) {
    return Invalid(WithNearest("--unknown-syscalls \"" + text +
                                   "\" is none of default|enosys|enosys:X.Y",
                               text, {"default", "enosys"}));
  }
  const auto version =
      ParseKernel("--unknown-syscalls enosys:X.Y:", text.substr(prefix.size()));
  if (!version.ok()) return version.status();
  target.unknown_syscalls = UnknownSyscalls::kEnosys;
  target.unknown_syscalls_kernel = *version;
  return absl::OkStatus();
}

absl::Status SetAbis(const std::string& list, Target& target) {
  target.abis.emplace();
  for (const std::string& word : SplitList(list)) {
    const absl::StatusOr<const Abi*> abi = ParseAbi(word);
    if (!abi.ok()) return abi.status();
    target.abis->emplace_back((*abi)->id);
  }
  if (target.abis->empty()) return Invalid("--archs names no ABI");
  return absl::OkStatus();
}

void AddPlaceOptions(CommandLine& line, TargetOptions& options) {
  Target& target = options.target;
  line.options.push_back(
      {"--arch", "ABI", "the target's native ABI (default: this host's)",
       [&](const std::string& word) -> absl::Status {
         const absl::StatusOr<const Abi*> abi = ParseAbi(word);
         if (!abi.ok()) return abi.status();
         target.native = std::string((*abi)->id);
         options.native_given = true;
         return absl::OkStatus();
       }});
  line.options.push_back(
      {"--archs", "A,B,C",
       "exactly these ABIs, instead of the profile's and the native one",
       [&](const std::string& list) { return SetAbis(list, target); }});
  line.options.push_back({"--kernel", "X.Y",
                          "the target's kernel (default: this host's)",
                          [&](const std::string& text) -> absl::Status {
                            const auto version = ParseKernel("--kernel", text);
                            if (!version.ok()) return version.status();
                            target.kernel = *version;
                            options.kernel_given = true;
                            return absl::OkStatus();
                          }});
}

void AddCapabilityOptions(CommandLine& line, TargetOptions& options) {
  line.options.push_back({"--caps", "default|none|all|CAP,...",
                          "capabilities held (default: Docker's 14)",
                          [&](const std::string& list) {
                            return SetCapabilities(list, options);
                          }});
  line.options.push_back(
      {"--cap-add", "CAP", "hold this one too", [&](const std::string& list) {
         return AddCapabilities(list, options.cap_add);
       }});
  line.options.push_back({"--cap-drop", "CAP", "do not hold this one",
                          [&](const std::string& list) {
                            return AddCapabilities(list, options.cap_drop);
                          }});
}

void AddMeaningOptions(CommandLine& line, Target& target) {
  line.options.push_back(Choose(
      "--arg-semantics", {"oci", "and"},
      "several conditions on one argument: any of them (as the OCI runtimes "
      "do, default) or all",
      [&](const std::string& word) {
        target.arg_semantics =
            word == "and" ? ArgSemantics::kAnd : ArgSemantics::kOci;
      }));
  line.options.push_back(Choose(
      "--multiplex", {"libseccomp", "strict", "none"},
      "what a rule on a socket or ipc call does to x86's socketcall and ipc: "
      "as in libseccomp (default), never allows more than it says, or nothing",
      [&](const std::string& word) {
        target.multiplex_chosen = true;
        target.multiplex = word == "strict" ? Multiplex::kStrict
                           : word == "none" ? Multiplex::kNone
                                            : Multiplex::kLibseccomp;
      }));
  line.options.push_back(
      {"--unknown-syscalls", "default|enosys|enosys:X.Y",
       "numbers that the profile cannot know get its default action, or "
       "ENOSYS: "
       "those past its greatest, or those that kernel X.Y lacks",
       [&](const std::string& text) {
         return SetUnknownSyscalls(text, target);
       }});
  line.options.push_back(Choose(
      "--int-args", {"full", "kernel"},
      "compare all 64 bits (default), or of an int only the 32 that the kernel "
      "takes",
      [&](const std::string& word) {
        target.int_args_chosen = true;
        target.int_args = word == "kernel" ? IntArgs::kKernel : IntArgs::kFull;
      }));
  line.options.push_back({"--bad-arch", "ACTION",
                          "what calls of other ABIs get (default: kill_thread)",
                          [&](const std::string& word) -> absl::Status {
                            const absl::StatusOr<ReturnValue> value =
                                ParseAction(word);
                            if (!value.ok()) return value.status();
                            target.bad_arch = *value;
                            return absl::OkStatus();
                          }});
  line.options.push_back(
      Choose("--dialect", {"auto", "oci", "docker", "podman"},
             "whose words the profile uses (default: what it looks like)",
             [&](const std::string& word) {
               target.dialect = word == "oci"      ? Dialect::kOci
                                : word == "docker" ? Dialect::kDocker
                                : word == "podman" ? Dialect::kPodman
                                                   : Dialect::kAuto;
             }));
}

}  // namespace

std::vector<std::string> SplitList(const std::string& list) {
  std::vector<std::string> parts(1);
  for (const char c : list) {
    if (c != ',') {
      parts.back().push_back(c);
    } else if (!parts.back().empty()) {
      parts.emplace_back();
    }
  }
  if (parts.back().empty()) parts.pop_back();
  return parts;
}

absl::StatusOr<const Abi*> ParseAbi(const std::string& spelling) {
  const Abi* abi = FindAbi(spelling);
  std::vector<std::string> known;
  for (const Abi* each : AllAbis()) {
    if (each->has_table) known.emplace_back(each->id);
  }
  if (abi == nullptr) {
    return Invalid(
        WithNearest("unknown ABI \"" + spelling + "\"", spelling, known));
  }
  if (abi->has_table) return abi;
  std::string text = "this scbpf has no syscall table for " +
                     std::string(abi->id) + "; it has";
  for (const std::string& each : known) text += " " + each;
  return Invalid(text);
}

absl::StatusOr<ReturnValue> ParseAction(const std::string& spelling) {
  const auto value = ParseReturnValue(spelling);
  if (value.has_value()) return *value;
  std::vector<std::string> known = {"allow",       "log",          "trace",
                                    "notify",      "errno",        "trap",
                                    "kill_thread", "kill_process", "kill"};
  for (const auto name : AllProfileActionNames()) known.emplace_back(name);
  return Invalid(
      WithNearest("unknown action \"" + spelling + "\"", spelling, known));
}

Option AbiOption(std::function<void(const Abi& abi)> chosen) {
  return {"--abi", "ABI", "ask for this ABI alone",
          [chosen = std::move(chosen)](const std::string& word) {
            const absl::StatusOr<const Abi*> abi = ParseAbi(word);
            if (abi.ok()) chosen(**abi);
            return abi.status();
          }};
}

void AddTargetOptions(CommandLine& line, TargetOptions& options) {
  const size_t before = line.options.size();
  AddPlaceOptions(line, options);
  AddCapabilityOptions(line, options);
  AddMeaningOptions(line, options.target);
  line.options.push_back(
      Switch("--strict", "warnings are errors", options.strict));
  for (size_t i = before; i < line.options.size(); ++i) {
    line.options[i].of_target = true;
  }
}

absl::StatusOr<CompileOptions> MakeCompileOptions(
    const TargetOptions& options) {
  CompileOptions result;
  result.target = options.target;
  result.strict = options.strict;
  if (!options.native_given) {
    const Abi* host = HostAbi();
    if (host == nullptr) {
      return Invalid("this host's ABI is unknown to scbpf; give --arch");
    }
    result.target.native = std::string(host->id);
  }
  if (!options.kernel_given) result.target.kernel = HostKernel();
  std::set<std::string>& held = result.target.capabilities;
  if (!options.caps_given) held = DockerCapabilities();
  held.insert(options.cap_add.begin(), options.cap_add.end());
  for (const std::string& name : options.cap_drop) held.erase(name);
  return result;
}

}  // namespace scbpf::cli
