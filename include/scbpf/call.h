// One system call as a filter sees it.
#ifndef SCBPF_CALL_H_
#define SCBPF_CALL_H_

#include <array>
#include <cstdint>

namespace scbpf {

// The fields of struct seccomp_data (linux/seccomp.h), in its order.
struct Call {
  uint32_t nr = 0;
  uint32_t arch = 0;  // AUDIT_ARCH_*
  uint64_t instruction_pointer = 0;
  std::array<uint64_t, 6> args{};

  bool operator==(const Call&) const = default;
};

}  // namespace scbpf

#endif  // SCBPF_CALL_H_
