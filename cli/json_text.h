// Writing small JSON documents for --json.
#ifndef SCBPF_CLI_JSON_TEXT_H_
#define SCBPF_CLI_JSON_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "scbpf/call.h"

namespace scbpf::cli {

// The text in quotes, escaped; bytes that are no UTF-8 become U+FFFD.
std::string JsonString(std::string_view text);

// An array of strings.
std::string JsonStrings(const std::vector<std::string>& strings);

// {"arch": "0xc000003e", "nr": 0, "args": ["0x0", ...], ...}: 64-bit values
// are strings, since not every reader of JSON keeps them.
std::string JsonCall(const Call& call);

}  // namespace scbpf::cli

#endif  // SCBPF_CLI_JSON_TEXT_H_
