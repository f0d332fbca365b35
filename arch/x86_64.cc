// x86_64: 64-bit programs on Intel and AMD processors.
#include "arch/rows.h"

namespace scbpf {

constinit const Abi kX86_64 = {
    .id = "x86_64",
    .scmp_name = "SCMP_ARCH_X86_64",
    .audit_name = "AUDIT_ARCH_X86_64",
    .audit_value = 0xc000003e,
    .goarch = "amd64",
    .profile_name = "amd64",
    .unames = "x86_64",
    .compat = "x86;x32",
    .has_table = true,
    .column = 0,
};

}  // namespace scbpf
