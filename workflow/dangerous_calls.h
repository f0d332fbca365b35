// Calls that reach past a container.
#ifndef SCBPF_WORKFLOW_DANGEROUS_CALLS_H_
#define SCBPF_WORKFLOW_DANGEROUS_CALLS_H_

#include <string_view>

namespace scbpf {

struct DangerousCall {
  std::string_view name;
  std::string_view capability;
  bool commonly_allowed;
  std::string_view reason;
  std::string_view mitigation;
};

inline constexpr DangerousCall kDangerousCalls[] = {
#include "workflow/dangerous_calls.inc"
};

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_DANGEROUS_CALLS_H_
