// The profile that benchmarks work on: a path on the command line.
#ifndef SCBPF_BENCH_INPUT_H_
#define SCBPF_BENCH_INPUT_H_

#include <string>

#include "compiler/resolved.h"
#include "scbpf/compile.h"

namespace scbpf::bench {

// Takes --profile=PATH out of the arguments (default: the example). Ends the
// program with a message when it cannot be read.
void TakeProfile(int* argc, char** argv);

// Its text.
const std::string& ProfileText();

// For kernel 5.15 and Docker's capabilities, unproved: x86_64 alone, or with
// x86 and x32.
CompileOptions OptionsFor(int abis);

// The profile compiled, or resolved; ends the program when it is wrong.
Compilation CompileProfile(const CompileOptions& options);
Resolved ResolveProfile(const CompileOptions& options);

// A profile of `rules` rules that each allow one value of an argument of one
// of ten calls: scattered ones, or in runs of 16.
std::string ValuesProfile(int rules, bool dense);

}  // namespace scbpf::bench

#endif  // SCBPF_BENCH_INPUT_H_
