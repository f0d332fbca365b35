// What a system-call ABI is, as data: one row an ABI, one file an ABI.
#ifndef SCBPF_ARCH_ABI_H_
#define SCBPF_ARCH_ABI_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace scbpf {

struct Abi {
  std::string_view id{};          // "x86_64"
  std::string_view scmp_name{};   // "SCMP_ARCH_X86_64"
  std::string_view audit_name{};  // "AUDIT_ARCH_X86_64"
  uint32_t audit_value = 0;       // what seccomp_data.arch holds
  int bits = 64;                  // of a pointer
  bool big_endian = false;
  uint32_t nr_base = 0;  // added to a table's number; x32: bit 30
  // Whether conditions compare all 64 bits (libseccomp's rule; not x32).
  bool compares_64_bits = true;
  std::string_view goarch{};        // "amd64"
  std::string_view profile_name{};  // includes/excludes.arches: "amd64", "x86"
  std::string_view unames{};        // "x86_64", or several with ';' between
  // Ids of the other ABIs that its kernels can run, with ';' between.
  std::string_view compat{};
  // Numbers of the multiplexers, where the ABI has them.
  std::optional<uint32_t> socketcall{};
  std::optional<uint32_t> ipc{};
  // Whether syscall-tables/ knows its numbers, and in which of its columns.
  bool has_table = false;
  uint8_t column = 0;

  bool operator==(const Abi& other) const { return id == other.id; }
};

// Every ABI known, those with tables first.
std::span<const Abi* const> AllAbis();

// By id, SCMP_ARCH_* name, AUDIT_ARCH_* name, goarch, profile name, uname, or
// audit token in hex ("c000003e"); case does not matter. nullptr: none.
// Tokens that several ABIs share mean the first of them.
const Abi* FindAbi(std::string_view spelling);

// By id alone, by SCMP_ARCH_* name alone (exact).
const Abi* FindAbiById(std::string_view id);
const Abi* FindAbiByScmpName(std::string_view name);

// The ABI a call belongs to: by token, and by bit 30 under x86_64's token.
// nullptr: no ABI has the token.
const Abi* AbiOfCall(uint32_t audit_arch, uint32_t nr);

// Whether a kernel whose native ABI is `native` can ever run `abi`.
bool CanOccur(const Abi& abi, const Abi& native);

}  // namespace scbpf

#endif  // SCBPF_ARCH_ABI_H_
