// Saying what is wrong with JSON text, and reading on past what is harmless.
#ifndef SCBPF_COMPILER_READ_SYNTAX_H_
#define SCBPF_COMPILER_READ_SYNTAX_H_

#include <string>
#include <string_view>

#include "compiler/read_findings.h"
#include "compiler/read_json.h"

namespace scbpf {

// One error for the place where reading `text` as JSON stopped.
void TellSyntax(std::string_view text, const JsonEnd& end, Findings& findings);

// `text` with a byte order mark, comments and trailing commas blanked out,
// one error for each of them; same length, so places stay. Equal to `text`
// when there are none.
std::string BlankExtensions(std::string_view text, Findings& findings);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_READ_SYNTAX_H_
