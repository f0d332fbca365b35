// Instructions in order with labels in place of offsets: Lower's value.
#ifndef SCBPF_COMPILER_ASSEMBLY_H_
#define SCBPF_COMPILER_ASSEMBLY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "compiler/decision.h"
#include "scbpf/program.h"

namespace scbpf {

using Label = uint32_t;  // an index into Assembly::lines

// A jump names the lines it goes to; other lines fall through to the next.
struct Line {
  Instruction instruction;  // jt, jf (and k of JA) are not yet set
  Label then_line = 0;
  Label else_line = 0;
  bool is_branch = false;
  bool is_jump = false;  // JA to then_line

  bool operator==(const Line&) const = default;
};

struct Assembly {
  std::vector<Line> lines;
};

// Orders the nodes and adds the loads that are needed.
Assembly Lower(const Decision& decision);

// Resolves the labels; far targets are cloned (a lone RET) or reached by a
// trampoline. The result may be longer than the kernel takes.
Program Assemble(const Assembly& assembly);

std::string FormatAssembly(const Assembly& assembly);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_ASSEMBLY_H_
