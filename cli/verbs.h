// The verbs: each reads its command line and returns the exit status.
#ifndef SCBPF_CLI_VERBS_H_
#define SCBPF_CLI_VERBS_H_

#include <string>
#include <vector>

namespace scbpf::cli {

using Arguments = std::vector<std::string>;

int RunCompile(const Arguments& arguments);
int RunRun(const Arguments& arguments);
int RunEval(const Arguments& arguments);
int RunDisasm(const Arguments& arguments);
int RunVerify(const Arguments& arguments);
int RunDiff(const Arguments& arguments);
int RunSubset(const Arguments& arguments);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_VERBS_H_
