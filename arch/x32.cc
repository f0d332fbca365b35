// x32: 64-bit registers with 32-bit pointers, under x86_64's audit token.
#include "arch/rows.h"

namespace scbpf {

constinit const Abi kX32 = {
    .id = "x32",
    .scmp_name = "SCMP_ARCH_X32",
    .audit_name = "AUDIT_ARCH_X86_64",
    .audit_value = 0xc000003e,
    .bits = 32,
    .nr_base = 0x40000000,
    .compares_64_bits = false,
    .goarch = "amd64p32",
    .profile_name = "x32",
    .unames = "x86_64",
    .compat = "x86_64;x86",
    .has_table = true,
    .column = 2,
};

}  // namespace scbpf
