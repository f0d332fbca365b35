// How bad a finding is, in a word.
#ifndef SCBPF_COMPILER_SEVERITY_NAME_H_
#define SCBPF_COMPILER_SEVERITY_NAME_H_

#include <string_view>

#include "scbpf/diagnostic.h"

namespace scbpf {

// "error", "warning", "note".
std::string_view SeverityName(Severity severity);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_SEVERITY_NAME_H_
