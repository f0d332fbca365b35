// Reads the target options, and fills the rest from the host.
#include "cli/target_options.h"

#include <algorithm>
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

constexpr char kAll[] = "ALL";

// Names, and kAll as it is.
absl::Status AddCapabilities(const std::string& list,
                             std::vector<std::string>& into) {
  for (const std::string& word : SplitList(list)) {
    if (word == "all" || word == kAll) {
      into.emplace_back(kAll);
      continue;
    }
    absl::StatusOr<std::string> name = ParseCapability(word);
    if (!name.ok()) return name.status();
    into.push_back(*std::move(name));
  }
  return absl::OkStatus();
}

bool HasAll(const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), kAll) != names.end();
}

void Hold(const std::vector<std::string>& names, std::set<std::string>& held) {
  held.insert(names.begin(), names.end());
  if (held.erase(kAll) == 0) return;
  for (const auto name : AllCapabilities()) held.emplace(name);
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
  Hold(names, options.target.capabilities);
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
  line.options.push_back({"--cap-drop", "CAP",
                          "do not hold this one; ALL: none but those added",
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
      "as in libseccomp (default), no permission and whole denials where it "
      "has "
      "conditions, or nothing",
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

absl::Status UnknownAbi(const std::string& spelling) {
  const std::string text = "unknown ABI \"" + spelling + "\"";
  const std::vector<std::string> words = SplitList(spelling);
  if (words.size() > 1 &&
      std::all_of(words.begin(), words.end(), [](const std::string& word) {
        return FindAbi(word) != nullptr;
      })) {
    return Invalid(text + "; one is wanted here, --archs takes several");
  }
  // Those that are compiled for come first, and win where others are as near.
  std::vector<std::string> known;
  for (const Abi* each : AllAbis()) {
    for (const auto name : {each->id, each->scmp_name, each->audit_name,
                            each->goarch, each->profile_name}) {
      if (!name.empty()) known.emplace_back(name);
    }
    std::string unames(each->unames);
    std::replace(unames.begin(), unames.end(), ';', ',');
    for (std::string& name : SplitList(unames)) {
      known.push_back(std::move(name));
    }
  }
  return Invalid(WithNearest(text, spelling, known));
}

// `data`: what stands behind the parenthesis, of an action that is known.
absl::Status WrongData(Action action, const std::string& spelling,
                       std::string data) {
  const std::string text = "action \"" + spelling + "\": ";
  if (data.empty() || data.back() != ')') {
    return Invalid(text + "a \")\" is missing at its end");
  }
  data.pop_back();
  if (action == Action::kErrno) {
    std::vector<std::string> known;
    for (uint16_t error = 1; error < 200; ++error) {
      if (!ErrnoName(error).empty()) known.emplace_back(ErrnoName(error));
    }
    return Invalid(
        WithNearest(text + "\"" + data + "\" is no errno, by name or 0 to 4095",
                    data, known));
  }
  if (action == Action::kTrace || action == Action::kTrap) {
    return Invalid(text + "\"" + data + "\" is no number from 0 to 65535");
  }
  return Invalid(text + "only errno, trace and trap carry a number");
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
  if (abi == nullptr) return UnknownAbi(spelling);
  if (abi->has_table) return abi;
  std::string text = "this scbpf has no syscall table for " +
                     std::string(abi->id) + "; it has";
  for (const Abi* each : AllAbis()) {
    if (each->has_table) text += " " + std::string(each->id);
  }
  return Invalid(text);
}

absl::StatusOr<ReturnValue> ParseAction(const std::string& spelling) {
  const auto value = ParseReturnValue(spelling);
  if (value.has_value()) return *value;
  const size_t open = spelling.find('(');
  const auto action = ParseReturnValue(spelling.substr(0, open));
  if (action.has_value()) {
    return WrongData(ActionOf(*action), spelling, spelling.substr(open + 1));
  }
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
  // As Docker and Podman: what is added besides stays when ALL are dropped.
  if (HasAll(options.cap_drop)) held.clear();
  Hold(options.cap_add, held);
  for (const std::string& name : options.cap_drop) held.erase(name);
  return result;
}

}  // namespace scbpf::cli
