// The verbs: each reads its command line and returns the exit status.
#ifndef SCBPF_CLI_VERBS_H_
#define SCBPF_CLI_VERBS_H_

#include <span>
#include <string>
#include <vector>

namespace scbpf::cli {

using Arguments = std::vector<std::string>;

int RunCompile(const Arguments& arguments);
int RunRun(const Arguments& arguments);
int RunEval(const Arguments& arguments);
int RunDisasm(const Arguments& arguments);
int RunAsm(const Arguments& arguments);
int RunVerify(const Arguments& arguments);
int RunDiff(const Arguments& arguments);
int RunSubset(const Arguments& arguments);
int RunCheck(const Arguments& arguments);
int RunLint(const Arguments& arguments);
int RunStats(const Arguments& arguments);
int RunDump(const Arguments& arguments);
int RunOci(const Arguments& arguments);
int RunResolve(const Arguments& arguments);
int RunLearn(const Arguments& arguments);
int RunDecompile(const Arguments& arguments);
int RunMerge(const Arguments& arguments);
int RunPatch(const Arguments& arguments);
int RunExplain(const Arguments& arguments);
int RunWhy(const Arguments& arguments);
int RunCompletion(const Arguments& arguments);

struct Verb {
  const char* name;
  const char* summary;
  int (*run)(const Arguments&);
};

// Every verb, in the order of --help.
std::span<const Verb> AllVerbs();

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_VERBS_H_
