// Holds the compiler's answers for one profile against libseccomp's.
#ifndef SCBPF_TESTS_DIFFERENTIAL_JUDGE_H_
#define SCBPF_TESTS_DIFFERENTIAL_JUDGE_H_

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/rule_set.h"
#include "scbpf/policy.h"
#include "scbpf/profile.h"
#include "scbpf/program.h"
#include "scbpf/target.h"
#include "tests/differential/classes.h"
#include "tests/differential/description.h"
#include "tests/differential/opponent.h"

namespace scbpf::differential {

// A profile and every value the compiler makes of it. Not copied: the rules
// point into the profile.
struct Case {
  Profile profile;
  Target target;
  RuleSet rules;
  Policy policy;
  Program ours;
  Description description;

  Case() = default;
  Case(const Case&) = delete;
  Case& operator=(const Case&) = delete;
};

// Docker's capabilities, kernel 6.1, native x86_64.
Target DefaultTarget();

// Compiles a profile; nullptr, with the findings in `error`, when the reader
// refuses it.
std::unique_ptr<Case> MakeCase(std::string_view text, const Target& target,
                               std::string& error);
std::unique_ptr<Case> MakeCase(const Profile& profile, const Target& target);

struct Verdict {
  // Empty: as it should be. Else what is wrong, with the call, both answers
  // and both listings.
  std::string failure;
  // Refused although no rule foretells it: a failure unless very rare.
  bool unforetold_refusal = false;
  // By level 1, 2: the classes the profile is in, and those that explain a
  // difference that was found.
  std::array<ClassSet, 2> in;
  std::array<ClassSet, 2> differs;
};

// Ours must be proved equal to the policy, and the policy to the rules at
// boundary calls. libseccomp's filters must be proved equal to the policy
// except on numbers in one of the classes; it may refuse only what is
// foretold, and hang only where (b) holds.
Verdict Judge(const Case& item, const Outcome& outcome);

}  // namespace scbpf::differential

#endif  // SCBPF_TESTS_DIFFERENTIAL_JUDGE_H_
