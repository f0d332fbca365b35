// Arguments in strace's words.
#ifndef SCBPF_WORKFLOW_STRACE_ARGUMENT_H_
#define SCBPF_WORKFLOW_STRACE_ARGUMENT_H_

#include <optional>
#include <string_view>

#include "workflow/record.h"

namespace scbpf {

// What `arguments` (the text behind the call's opening bracket, to the line's
// end) says of the argument that --args narrows `name` by; nullopt: it narrows
// none of this call.
std::optional<RecordArgument> ReadNarrowedArgument(std::string_view name,
                                                   std::string_view arguments);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_STRACE_ARGUMENT_H_
