// What the exit statuses of scbpf mean.
#ifndef SCBPF_CLI_EXIT_STATUS_H_
#define SCBPF_CLI_EXIT_STATUS_H_

namespace scbpf::cli {

enum ExitStatus : int {
  kDone = 0,       // done, or: yes
  kNo = 1,         // the answer is no
  kUsage = 2,      // wrong usage or wrong content
  kSystem = 3,     // the system refused: a file, the disk, the kernel
  kUndecided = 4,  // the proof's budget ran out
  kBug = 70,       // scbpf itself is wrong

  // Of `run`, which has no other until the command takes over.
  kRunFailed = 125,         // scbpf failed
  kRunCannotExecute = 126,  // the command cannot be executed
  kRunNotFound = 127,       // the command was not found
};

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_EXIT_STATUS_H_
