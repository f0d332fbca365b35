// SHA-256, as FIPS 180-4 has it.
#ifndef SCBPF_COMPILER_SHA256_H_
#define SCBPF_COMPILER_SHA256_H_

#include <string>
#include <string_view>

namespace scbpf {

// The digest of `bytes` in hexadecimal, 64 digits.
std::string Sha256(std::string_view bytes);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_SHA256_H_
