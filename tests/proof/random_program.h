// Random programs that the kernel accepts, made of every opcode, and calls at
// the borders of their constants.
#ifndef SCBPF_TESTS_PROOF_RANDOM_PROGRAM_H_
#define SCBPF_TESTS_PROOF_RANDOM_PROGRAM_H_

#include <cstdint>
#include <random>
#include <vector>

#include "scbpf/call.h"
#include "scbpf/program.h"

namespace scbpf {

// Which instructions a random program has.
enum class Flavor : uint8_t {
  kPlain,  // loads, tests, AND, constant returns: filters as compilers write
  kAll,    // every opcode seccomp accepts, arithmetic on few bits
};

using Random = std::mt19937_64;

// A program of `length` instructions at most (and three at least).
Program RandomProgram(Flavor flavor, size_t length, Random& random);

// Changes one opcode, constant or offset, or swaps branches; the kernel
// accepts the result.
Program Mutate(const Program& program, Random& random);

// A constant near which programs decide.
uint32_t RandomConstant(Random& random);

// Calls whose fields are the constants of the programs, one more and one
// less, and small or random values.
std::vector<Call> BoundaryCalls(const std::vector<Program>& programs,
                                size_t count, Random& random);

}  // namespace scbpf

#endif  // SCBPF_TESTS_PROOF_RANDOM_PROGRAM_H_
