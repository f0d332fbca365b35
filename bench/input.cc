// Reads and makes the profiles that benchmarks work on.
#include "bench/input.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <sstream>

#include "absl/strings/str_cat.h"

namespace scbpf::bench {
namespace {

std::string profile_text;

[[noreturn]] void Stop(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(2);
}

}  // namespace

void TakeProfile(int* argc, char** argv) {
  constexpr const char kOption[] = "--profile=";
  std::string path = std::string(SCBPF_EXAMPLES) + "/runtime-default.json";
  int kept = 1;
  for (int i = 1; i < *argc; ++i) {
    if (std::strncmp(argv[i], kOption, sizeof kOption - 1) == 0) {
      path = argv[i] + sizeof kOption - 1;
    } else {
      argv[kept++] = argv[i];
    }
  }
  *argc = kept;
  std::ifstream file(path);
  if (!file) Stop(path + " cannot be read");
  std::ostringstream text;
  text << file.rdbuf();
  profile_text = text.str();
}

const std::string& ProfileText() { return profile_text; }

CompileOptions OptionsFor(int abis) {
  CompileOptions options;
  options.target.kernel = {5, 15};
  options.target.capabilities = DockerCapabilities();
  options.target.abis = std::vector<std::string>{"x86_64"};
  if (abis == 3) options.target.abis = {{"x86_64", "x86", "x32"}};
  options.prove = false;
  return options;
}

Compilation CompileProfile(const CompileOptions& options) {
  Diagnostics findings;
  absl::StatusOr<Compilation> result = Compile(profile_text, options, findings);
  if (!result.ok()) Stop(result.status().ToString());
  return *std::move(result);
}

Resolved ResolveProfile(const CompileOptions& options) {
  Diagnostics findings;
  absl::StatusOr<Resolved> result =
      ResolveText(profile_text, options, findings);
  if (!result.ok()) Stop(result.status().ToString());
  return *std::move(result);
}

std::string ValuesProfile(int rules, bool dense) {
  constexpr const char* kNames[] = {"ioctl",    "fcntl", "prctl", "socket",
                                    "keyctl",   "bpf",   "futex", "madvise",
                                    "mprotect", "waitid"};
  std::mt19937 random(1);
  std::string text =
      R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
{"names": ["read", "write", "execve"], "action": "SCMP_ACT_ALLOW"})";
  uint32_t value = 0;
  for (int i = 0; i < rules; ++i) {
    value = dense && i % 16 != 0 ? value + 1 : uint32_t(random());
    const int call = dense ? i / 16 % 10 : i % 10;
    absl::StrAppend(&text, ",\n{\"names\": [\"", kNames[call],
                    "\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": "
                    "[{\"index\": 1, \"op\": \"SCMP_CMP_EQ\", \"value\": ",
                    value, "}]}");
  }
  return text + "]}";
}

}  // namespace scbpf::bench
