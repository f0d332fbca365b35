// The rows of the ABIs that are compiled for; each has its own file.
#ifndef SCBPF_ARCH_ROWS_H_
#define SCBPF_ARCH_ROWS_H_

#include "arch/abi.h"

namespace scbpf {

extern const Abi kX86_64;
extern const Abi kX86;
extern const Abi kX32;

}  // namespace scbpf

#endif  // SCBPF_ARCH_ROWS_H_
