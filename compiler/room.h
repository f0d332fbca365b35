// Words for what a compilation cannot do: too large a filter, a filter that is
// not its policy.
#ifndef SCBPF_COMPILER_ROOM_H_
#define SCBPF_COMPILER_ROOM_H_

#include <cstddef>
#include <span>
#include <string>

#include "scbpf/call.h"
#include "scbpf/policy.h"
#include "scbpf/program.h"

namespace scbpf {

// How many instructions decide `behavior` alone.
size_t CountInstructions(const Behavior& behavior);

// "needs N instructions, ..." and which syscalls take the most of them.
std::string DescribeRoom(const Policy& policy, size_t instructions);

// A call on which a stack of programs, the newest last, does not answer what
// its policy does.
std::string DescribeMismatch(const Policy& policy,
                             std::span<const Program> stack, const Call& call);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_ROOM_H_
