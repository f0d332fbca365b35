// Profiles in a line, for tables of tests.
//
//   "E1 @x86,x32; read,write A; socket E38[0<38, 2&0xf==9]"
//
// The default action with further architectures, then entries: names, action,
// conditions. Actions: A(llow) L(og) K(ill thread) P(rocess) T(rap) N(otify)
// E<errno> R<trace data>. A text that starts with '{' is a profile as it is.
#ifndef SCBPF_TESTS_COMPILER_SHORTHAND_H_
#define SCBPF_TESTS_COMPILER_SHORTHAND_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/rule_set.h"
#include "scbpf/call.h"
#include "scbpf/diagnostic.h"
#include "scbpf/policy.h"
#include "scbpf/profile.h"
#include "scbpf/target.h"

namespace scbpf {

// The JSON text that `shorthand` stands for.
std::string ProfileText(std::string_view shorthand);

// A target with Docker's capabilities, kernel 5.15 and no choice made.
Target PlainTarget();

// A profile through Resolve, WarnOfRules and BuildPolicy.
struct Meaning {
  std::string text;
  Profile profile;
  RuleSet rules;
  Policy policy;
  Diagnostics findings;  // of the stages after the reader
};
// Fails the running test where the profile cannot be read.
void FindMeaning(std::string_view shorthand, const Target& target,
                 Meaning& meaning);

// `name` (or a number as it stands in seccomp_data) on the ABI `abi`.
Call MakeCall(std::string_view abi, std::string_view name,
              const std::vector<uint64_t>& args);

}  // namespace scbpf

#endif  // SCBPF_TESTS_COMPILER_SHORTHAND_H_
