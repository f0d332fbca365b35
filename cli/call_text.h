// Calls and actions as scbpf writes and reads them on the command line.
#ifndef SCBPF_CLI_CALL_TEXT_H_
#define SCBPF_CLI_CALL_TEXT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "arch/abi.h"
#include "scbpf/call.h"
#include "scbpf/return_value.h"

namespace scbpf::cli {

// "x86_64 socket(0x28, 0x1, 0x0, 0x0, 0x0, 0x0)", zeros at the end left out
// where the prototype has no such argument.
std::string FormatCall(const Call& call);

// "ERRNO(EPERM)": the action as error texts shout it.
std::string Shout(ReturnValue value);

// Arguments by name or number, "-1" too; at most six.
absl::StatusOr<std::array<uint64_t, 6>> ParseArguments(
    const std::vector<std::string>& words);

// Whether `word` is a syscall's name, or a number.
bool IsCallWord(const std::string& word);

// "read", "0", "0x40000000" as a number of `abi`; nullopt: no such name there.
std::optional<uint32_t> ParseNumber(const Abi& abi, const std::string& word);

// What `word` should have been, as an error.
absl::Status UnknownSyscall(const std::string& word);

// The ABIs that can occur on `native` and have tables, native first.
std::vector<std::string> AbisOn(const std::string& native);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_CALL_TEXT_H_
