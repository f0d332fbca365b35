// How often each number of an audit token is expected.
#ifndef SCBPF_COMPILER_NUMBER_WEIGHTS_H_
#define SCBPF_COMPILER_NUMBER_WEIGHTS_H_

#include <cstdint>
#include <vector>

#include "arch/abi.h"
#include "compiler/range_search.h"
#include "scbpf/compile.h"

namespace scbpf {

struct NumberWeight {
  uint32_t nr = 0;
  uint32_t weight = 0;  // in parts of kWholeWeight for the whole ABI
};

// One row for each number of the ABI's table, ascending.
std::vector<NumberWeight> WeighNumbers(const Abi& abi, const Weights& weights);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_NUMBER_WEIGHTS_H_
