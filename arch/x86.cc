// x86: 32-bit programs (i386). On a 64-bit kernel int 0x80 reaches it from
// 64-bit code too, and then the high halves of arguments hold anything.
#include "arch/rows.h"

namespace scbpf {

constinit const Abi kX86 = {
    .id = "x86",
    .scmp_name = "SCMP_ARCH_X86",
    .audit_name = "AUDIT_ARCH_I386",
    .audit_value = 0x40000003,
    .bits = 32,
    .compares_64_bits = false,
    .goarch = "386",
    .profile_name = "x86",
    .unames = "i386;i486;i586;i686",
    .socketcall = 102,
    .ipc = 117,
    .has_table = true,
    .column = 1,
};

}  // namespace scbpf
