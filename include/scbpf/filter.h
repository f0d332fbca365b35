// Filters as they are: read, written, checked, asked and listed, whoever made
// them. Needs neither the compiler nor a JSON library (scbpf::bpf).
#ifndef SCBPF_FILTER_H_
#define SCBPF_FILTER_H_

#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scbpf/call.h"
#include "scbpf/program.h"
#include "scbpf/return_value.h"

namespace scbpf {

// The bytes of `program` as a little- or big-endian kernel takes them.
std::string EncodeRaw(std::span<const Instruction> program,
                      bool big_endian = false);

// Standard base64 of EncodeRaw, without line breaks.
std::string EncodeBase64(std::span<const Instruction> program,
                         bool big_endian = false);

// Reads raw bytes, base64 (both alphabets) or hexadecimal, blanks ignored, and
// checks the program as the kernel would. InvalidArgument says what the bytes
// are instead: empty, an ELF file, JSON, a wrong size, too long, a filter of
// the other byte order, a program the kernel refuses.
absl::StatusOr<Program> ReadFilter(std::string_view bytes);

// Ok exactly when seccomp(2) would accept the program (source:
// bpf_check_classic, check_load_and_stores and seccomp_check_filter of the
// kernel). The error, InvalidArgument, names the instruction and the reason.
absl::Status CheckProgram(std::span<const Instruction> program);

// What the kernel answers to `call` when `program`, which must have passed
// CheckProgram, is the only filter. seccomp_data is laid out as on a
// little-endian machine, whatever the token.
ReturnValue Simulate(std::span<const Instruction> program, const Call& call);

// One line an instruction, in seccomp-tools' style: number, code, jt, jf, K,
// and what it does, with names of ABIs, syscalls, errnos and actions where the
// value says so.
std::string Disassemble(std::span<const Instruction> program);

}  // namespace scbpf

#endif  // SCBPF_FILTER_H_
