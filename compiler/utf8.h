// Where a UTF-8 character ends.
#ifndef SCBPF_COMPILER_UTF8_H_
#define SCBPF_COMPILER_UTF8_H_

#include <cstddef>
#include <string_view>

namespace scbpf {

// Bytes of the character at `at`; 0: no valid UTF-8 (RFC 3629) there.
size_t Utf8Length(std::string_view text, size_t at);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_UTF8_H_
