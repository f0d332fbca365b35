// Filters as text: for other programs, for a C compiler, for Graphviz.
#ifndef SCBPF_BPF_FORMATS_H_
#define SCBPF_BPF_FORMATS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scbpf/program.h"

namespace scbpf {

// EncodeRaw in hexadecimal, an instruction (16 digits) a line: what
// `xxd -r -p` turns back.
std::string FormatHex(std::span<const Instruction> program,
                      bool big_endian = false);

// A header for C99 and C++: for each filter the array NAME_filter, the
// constant NAME_filter_flags and the struct sock_fprog NAME_fprog; several
// filters are NAME_0 (the oldest), NAME_1, ... NAME is a C identifier.
std::string FormatC(std::span<const Filter> filters, std::string_view name);

// A C identifier made of a file's name without its folders and last ending:
// "x/http-server.json" -> "http_server".
std::string CIdentifier(std::string_view path);

// What the kernel tree's bpf_asm assembles to the same bytes, a comment on
// each line. Fields that an instruction does not read cannot be written: they
// come back as 0, and the line's comment says so. `program` must have passed
// CheckProgram.
std::string FormatBpfAsm(std::span<const Instruction> program);

// The instructions with fields other than 0 that they do not read.
std::vector<size_t> FindUnusedFields(std::span<const Instruction> program);

// A graph of basic blocks in Graphviz' language; a cluster for each program.
// They must have passed CheckProgram.
std::string FormatDot(std::span<const Program> stack);

}  // namespace scbpf

#endif  // SCBPF_BPF_FORMATS_H_
