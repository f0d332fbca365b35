// What programs do when a call that they try first is refused.
#ifndef SCBPF_WORKFLOW_FALL_BACKS_H_
#define SCBPF_WORKFLOW_FALL_BACKS_H_

#include <cstdint>
#include <string_view>

namespace scbpf {

enum class FallBackOn : uint8_t {
  kEnosys,  // only where the call seems not to exist
  kAnyError,
};

struct FallBack {
  std::string_view name;
  // The call, or the way, that takes its place; empty: it does without.
  std::string_view to;
  FallBackOn on = FallBackOn::kEnosys;
  std::string_view who;  // "glibc"
  // What happens on another error; with kAnyError, what it is used for.
  std::string_view else_;
};

// nullptr: nothing is known of a fall-back for the call.
const FallBack* FindFallBack(std::string_view name);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_FALL_BACKS_H_
