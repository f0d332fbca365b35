// libseccomp as the opponent: its filters for many descriptions, made in
// child processes that may hang or die.
#ifndef SCBPF_TESTS_DIFFERENTIAL_OPPONENT_H_
#define SCBPF_TESTS_DIFFERENTIAL_OPPONENT_H_

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "scbpf/program.h"
#include "tests/differential/description.h"

namespace scbpf::differential {

// What libseccomp made of one description.
struct Outcome {
  enum class Kind : uint8_t {
    kProgram,  // `levels`
    kRefused,  // `error`
    kHung,     // no end within the time limit
    kCrashed,  // the process died of `error`, a signal
  };
  Kind kind = Kind::kCrashed;
  int error = 0;                  // errno (EEXIST, ...)
  std::array<Program, 2> levels;  // of optimisation level 1 and 2
};

// "refused: EEXIST", "hung", ...; "" for a program.
std::string DescribeOutcome(const Outcome& outcome);

// Gives every description to libseccomp and each outcome, in order, to
// `take`. One description may use `seconds` of processor time.
void RunOpponent(std::span<const Description> descriptions, double seconds,
                 const std::function<void(size_t, const Outcome&)>& take);

Outcome RunOpponent(const Description& description, double seconds = 1);

}  // namespace scbpf::differential

#endif  // SCBPF_TESTS_DIFFERENTIAL_OPPONENT_H_
