// The program scbpf: picks the verb, and leaves the rest to it.
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/exit_status.h"
#include "cli/host.h"
#include "cli/verbs.h"
#include "syscall-tables/syscalls.h"

namespace scbpf::cli {
namespace {

constexpr Verb kVerbs[] = {
    {"compile", "compile a profile into a proved filter", RunCompile},
    {"check", "compile many profiles, and write nothing", RunCheck},
    {"run", "run a command under profiles or filters", RunRun},
    {"stats", "tell what a filter costs", RunStats},
    {"eval", "say what one call gets, and why", RunEval},
    {"why", "say why a call is denied, and what would allow it", RunWhy},
    {"explain", "tell on a page what is allowed", RunExplain},
    {"lint", "tell what is doubtful in profiles", RunLint},
    {"verify", "prove that a filter does what a profile says", RunVerify},
    {"diff", "tell where two profiles or filters differ", RunDiff},
    {"subset", "is A nowhere more permissive than B?", RunSubset},
    {"learn", "make a profile of the calls that logs recorded", RunLearn},
    {"merge", "write one profile that combines several", RunMerge},
    {"patch", "allow or deny calls in a profile, in place", RunPatch},
    {"decompile", "write a profile that says what a filter does", RunDecompile},
    {"disasm", "list a filter's instructions", RunDisasm},
    {"asm", "assemble such a list into a filter", RunAsm},
    {"dump", "show the filters that a process has", RunDump},
    {"oci", "put a filter into an OCI bundle, or show its filters", RunOci},
    {"resolve", "tell numbers and names of system calls", RunResolve},
    {"completion", "write the completions of a shell", RunCompletion},
};

void PrintUsage(std::FILE* to) {
  std::fputs(
      "scbpf: compiles seccomp profiles into proved BPF filters\n\n"
      "Examples:\n"
      "  scbpf compile profile.json -o filter.bpf\n"
      "  scbpf eval profile.json socket AF_VSOCK\n"
      "  scbpf run profile.json -- CMD ARG...\n\n"
      "Usage: scbpf VERB ...; scbpf VERB --help; scbpf --version\n\n"
      "Verbs:\n",
      to);
  for (const Verb& verb : kVerbs) {
    std::fprintf(to, "  %-11s %s\n", verb.name, verb.summary);
  }
}

void PrintVersion() {
  const Abi* host = HostAbi();
  std::printf("scbpf %s\nsyscall tables: up to Linux %s\nhost ABI: %s\n",
              SCBPF_VERSION, FormatKernelVersion(NewestKernel()).c_str(),
              host == nullptr ? "unknown" : std::string(host->id).c_str());
}

int UnknownVerb(const std::string& word) {
  std::vector<std::string> names = {"--help", "--version"};
  for (const Verb& verb : kVerbs) names.emplace_back(verb.name);
  const std::string what = word[0] == '-' ? "unknown option " : "unknown verb ";
  const std::string text = WithNearest(what + "\"" + word + "\"", word, names);
  std::fprintf(stderr, "scbpf: error: %s\nTry: scbpf --help\n", text.c_str());
  return kUsage;
}

// Whether everything written to stdout has arrived.
int Finish(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  std::perror("scbpf: error: stdout");
  return kSystem;
}

int Main(const Arguments& words) {
  if (words.empty()) {
    PrintUsage(stderr);
    return kUsage;
  }
  const std::string& word = words.front();
  const bool help = word == "help";
  const bool of_verb = help && words.size() > 1 && words[1][0] != '-';
  if (word == "--help" || word == "-h" || (help && !of_verb)) {
    PrintUsage(stdout);
    return kDone;
  }
  if (word == "--version") {
    PrintVersion();
    return kDone;
  }
  const std::string& name = help ? words[1] : word;
  for (const Verb& verb : kVerbs) {
    if (name != verb.name) continue;
    if (help) return verb.run({"--help"});
    return verb.run({words.begin() + 1, words.end()});
  }
  return UnknownVerb(name);
}

}  // namespace

std::span<const Verb> AllVerbs() { return kVerbs; }

}  // namespace scbpf::cli

int main(int argc, char** argv) {
  // A write past a file-size limit is an error like a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  return scbpf::cli::Finish(scbpf::cli::Main({argv + 1, argv + argc}));
}
