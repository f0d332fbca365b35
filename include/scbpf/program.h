// A classic BPF program, as seccomp(2) takes it.
#ifndef SCBPF_PROGRAM_H_
#define SCBPF_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace scbpf {

// The fields of struct sock_filter (linux/filter.h), in its order.
struct Instruction {
  uint16_t code = 0;
  uint8_t jt = 0;
  uint8_t jf = 0;
  uint32_t k = 0;

  bool operator==(const Instruction&) const = default;
};

using Program = std::vector<Instruction>;

// BPF_MAXINSNS: what the kernel takes at most in one filter.
inline constexpr size_t kMaxInstructions = 4096;

// SECCOMP_FILTER_FLAG_* bits (linux/seccomp.h).
enum FilterFlags : uint32_t {
  kFlagTsync = 1u << 0,
  kFlagLog = 1u << 1,
  kFlagSpecAllow = 1u << 2,
  kFlagNewListener = 1u << 3,
  kFlagTsyncEsrch = 1u << 4,
  kFlagWaitKillableRecv = 1u << 5,
};

// A program and the flags it is installed with (FilterFlags, or-ed).
struct Filter {
  Program program;
  uint32_t flags = kFlagSpecAllow;

  bool operator==(const Filter&) const = default;
};

}  // namespace scbpf

#endif  // SCBPF_PROGRAM_H_
