// Lint: its table of rules is whole, and what it says of the defaults that
// everybody uses.
#include "workflow/lint.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "workflow/lint_rules.h"

namespace scbpf {
namespace {

namespace fs = std::filesystem;

std::string ReadText(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool IsId(const std::string& word) {
  return !word.empty() &&
         word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") ==
             std::string::npos;
}

// The words in quotes that follow `token` directly.
void CollectIds(const std::string& text, const std::string& token,
                std::set<std::string>& ids) {
  for (size_t at = text.find(token); at != std::string::npos;
       at = text.find(token, at + 1)) {
    const size_t quote = text.find_first_not_of(" \n", at + token.size());
    if (quote == std::string::npos || text[quote] != '"') continue;
    const std::string word =
        text.substr(quote + 1, text.find('"', quote + 1) - quote - 1);
    if (IsId(word)) ids.insert(word);
  }
}

std::set<std::string> IdsInSources(const std::string& room,
                                   const std::string& prefix) {
  std::set<std::string> ids;
  for (const fs::directory_entry& file :
       fs::directory_iterator(fs::path(SCBPF_SOURCE) / room)) {
    const std::string name = file.path().filename().string();
    // Filters and weights are no profiles.
    if (file.path().extension() != ".cc" || name.rfind(prefix, 0) != 0 ||
        name == "filter_document.cc" || name == "read_weights.cc") {
      continue;
    }
    const std::string text = ReadText(file.path());
    for (const char* token :
         {"Error(", "Warn(", "Note(", "Severity::kError,",
          "Severity::kWarning,", "Severity::kNote,", "Tell("}) {
      CollectIds(text, token, ids);
    }
  }
  return ids;
}

TEST(LintRules, EveryIdOfTheCompilerAndOfLintHasAPage) {
  std::set<std::string> ids = IdsInSources("compiler", "");
  EXPECT_GT(ids.size(), 70u);
  const std::set<std::string> own = IdsInSources("workflow", "lint");
  EXPECT_GT(own.size(), 20u);
  ids.insert(own.begin(), own.end());
  for (const std::string& id : ids) {
    EXPECT_NE(FindLintRule(id), nullptr) << id;
  }
}

TEST(LintRules, IdsAreDistinctAndStable) {
  std::set<std::string> seen;
  for (const LintRule& rule : AllLintRules()) {
    const std::string id(rule.id);
    EXPECT_TRUE(IsId(id)) << id;
    EXPECT_TRUE(seen.insert(id).second) << id;
    EXPECT_FALSE(rule.summary.empty()) << id;
    EXPECT_NE(rule.summary.back(), '.') << id;
  }
}

TEST(LintRules, ThePagesAreTheTable) {
  const fs::path path = fs::path(SCBPF_SOURCE) / "docs/lint.md";
  if (std::getenv("SCBPF_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << FormatLintPages();
  }
  EXPECT_EQ(ReadText(path), FormatLintPages())
      << "scbpf lint --explain all > docs/lint.md";
}

// The ids of the findings of one severity, in the order of the text.
std::vector<std::string> Ids(const LintReport& report, Severity severity) {
  std::vector<std::string> ids;
  for (const LintFinding& finding : report.findings) {
    if (finding.diagnostic.severity == severity) {
      ids.push_back(finding.diagnostic.id);
    }
  }
  return ids;
}

using Words = std::vector<std::string>;

LintOptions DefaultOptions() {
  LintOptions options;
  options.compile.target.capabilities = DockerCapabilities();
  return options;
}

// What Docker's default is made of: calls that runtimes need, a tracer since
// 4.8, socket families in three entries, clone with a mask, clone3 refused
// with ENOSYS, dangerous calls tied to capabilities.
constexpr const char* kDockersWay = R"({
  "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1,
  "archMap": [{"architecture": "SCMP_ARCH_X86_64",
               "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]}],
  "syscalls": [
    {"names": ["capget", "capset", "chdir", "close", "epoll_ctl", "execve",
      "execveat", "faccessat", "faccessat2", "fchown", "fcntl", "fcntl64",
      "fstat", "fstat64", "fstatat64", "fstatfs", "fstatfs64", "futex",
      "futex_time64", "getcwd", "getdents", "getdents64", "getpid", "getppid",
      "ioctl", "newfstatat", "openat", "openat2", "prctl", "read",
      "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "setgid", "setgid32",
      "setgroups", "setgroups32", "setresgid", "setresgid32", "setresuid",
      "setresuid32", "setuid", "setuid32", "socketcall", "statx", "umask",
      "write"], "action": "SCMP_ACT_ALLOW"},
    {"names": ["process_vm_readv", "process_vm_writev", "ptrace"],
      "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "4.8"}},
    {"names": ["socket"], "action": "SCMP_ACT_ALLOW",
      "args": [{"index": 0, "value": 38, "op": "SCMP_CMP_LT"}]},
    {"names": ["socket"], "action": "SCMP_ACT_ALLOW",
      "args": [{"index": 0, "value": 39, "op": "SCMP_CMP_EQ"}]},
    {"names": ["socket"], "action": "SCMP_ACT_ALLOW",
      "args": [{"index": 0, "value": 40, "op": "SCMP_CMP_GT"}]},
    {"names": ["bpf", "clone", "clone3", "mount", "setns", "unshare"],
      "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN"]}},
    {"names": ["clone"], "action": "SCMP_ACT_ALLOW",
      "args": [{"index": 0, "value": 2114060288, "op": "SCMP_CMP_MASKED_EQ"}],
      "excludes": {"caps": ["CAP_SYS_ADMIN"]}},
    {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38,
      "excludes": {"caps": ["CAP_SYS_ADMIN"]}}
  ]
})";

// And Podman's: ENOSYS for what it does not know, errnos by name, mount and
// unshare for everyone.
constexpr const char* kPodmansWay = R"({
  "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38,
  "defaultErrno": "ENOSYS",
  "archMap": [{"architecture": "SCMP_ARCH_X86_64",
               "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]}],
  "syscalls": [
    {"names": ["kexec_load", "oldstat", "userfaultfd"],
      "action": "SCMP_ACT_ERRNO", "args": [], "errnoRet": 1, "errno": "EPERM"},
    {"names": ["capget", "capset", "chdir", "clone", "clone3", "close",
      "epoll_ctl", "execve", "fchown", "fcntl", "fstat", "fstatfs", "futex",
      "getcwd", "getdents64", "getpid", "getppid", "ioctl", "keyctl", "mount",
      "newfstatat", "openat", "prctl", "read", "reboot", "rt_sigaction",
      "rt_sigprocmask", "rt_sigreturn", "setgid", "setgroups", "setns",
      "setresgid", "setresuid", "setuid", "stat", "statx", "syslog", "umask",
      "unshare", "write"],
      "action": "SCMP_ACT_ALLOW", "args": []},
    {"names": ["personality"], "action": "SCMP_ACT_ALLOW",
      "args": [{"index": 0, "value": 8, "valueTwo": 0, "op": "SCMP_CMP_EQ"}]},
    {"names": ["bpf"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1,
      "errno": "EPERM", "excludes": {"caps": ["CAP_SYS_ADMIN", "CAP_BPF"]}},
    {"names": ["bpf"], "action": "SCMP_ACT_ALLOW", "args": null,
      "includes": {"caps": ["CAP_BPF"]}}
  ]
})";

TEST(Lint, SaysOfDockersWayOnlyWhatIsSo) {
  const LintReport report = Lint(kDockersWay, DefaultOptions());
  EXPECT_TRUE(report.readable);
  EXPECT_EQ(Ids(report, Severity::kError), Words{});
  // socketcall reaches every family, and 0x100000028 is above 40.
  EXPECT_EQ(Ids(report, Severity::kWarning),
            (Words{"multiplexed-call", "multiplexed-call", "multiplexed-call",
                   "truncated-argument"}));
}

TEST(Lint, HoldsDockersWayAgainstAnOldKernel) {
  LintOptions options = DefaultOptions();
  options.compile.target.kernel = {4, 4};
  const LintReport report = Lint(kDockersWay, options);
  // The entry with ptrace does not hold there.
  EXPECT_EQ(Ids(report, Severity::kWarning).size(), 4u);
}

TEST(Lint, HasNothingAgainstPodmansWay) {
  const LintReport report = Lint(kPodmansWay, DefaultOptions());
  EXPECT_EQ(Ids(report, Severity::kError), Words{});
  EXPECT_EQ(Ids(report, Severity::kWarning), Words{});
  EXPECT_NE(Ids(report, Severity::kNote), Words{});
}

TEST(Lint, ReadsWhatCommentsAllow) {
  const struct {
    const char* comment;
    size_t silent, idle;
  } kCases[] = {
      {"bpf is needed", 0, 0},
      {"scbpf-lint: allow dangerous-call", 1, 0},
      {"why; scbpf-lint:allow   dangerous-call. More", 1, 0},
      {"scbpf-lint: allow duplicate-rule,dangerous-call", 2, 0},
      {"scbpf-lint: allow dangerous-call , duplicate-rule", 2, 0},
      {"scbpf-lint: allow dangerous-call scbpf-lint: allow duplicate-rule", 2,
       0},
      {"scbpf-lint: allow dangerous-calls", 0, 1},
      {"scbpf-lint: allow", 0, 1},
      {"scbpf-lint: allow ,", 0, 1},
      {"scbpf-lint:", 0, 1},
      {"scbpf-lint: deny dangerous-call", 0, 1},
      {"scbpf-lint: allow clash", 0, 1},
  };
  for (const auto& [comment, silent, idle] : kCases) {
    const LintReport report =
        Lint(std::string(R"({"defaultAction": "SCMP_ACT_LOG", "syscalls": [
          {"names": ["bpf", "umask", "umask"], "action": "SCMP_ACT_ALLOW",
           "comment": ")") +
                 comment + "\"}]}",
             DefaultOptions());
    EXPECT_EQ(report.suppressed.size(), silent) << comment;
    size_t told = 0;
    for (const LintFinding& finding : report.findings) {
      const std::string& id = finding.diagnostic.id;
      told += id == "unknown-lint-id" || id == "unused-allowance" ? 1 : 0;
    }
    EXPECT_EQ(told, idle) << comment;
  }
}

TEST(Lint, ErrorsOfTheReaderAreNotSilenced) {
  LintOptions options = DefaultOptions();
  options.allowed = {"unknown-action"};
  const LintReport report = Lint(R"({"defaultAction": "x"})", options);
  EXPECT_FALSE(report.readable);
  EXPECT_EQ(Ids(report, Severity::kError), Words{"unknown-action"});
}

}  // namespace
}  // namespace scbpf
