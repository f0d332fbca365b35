// learn's option --base.
#ifndef SCBPF_CLI_LEARN_BASE_H_
#define SCBPF_CLI_LEARN_BASE_H_

#include "cli/command_line.h"
#include "workflow/learn.h"

namespace scbpf::cli {

// --base NAME|FILE: a recorded runtime, or a file that ReadBaseNames reads;
// again for another.
Option BaseOption(LearnOptions& options);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_LEARN_BASE_H_
