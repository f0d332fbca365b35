// Lower with a bug: one branch goes to the other side.
#include "compiler/assembly.h"

#include <utility>

namespace scbpf {

Assembly Real(const Decision&) asm("__real__ZN5scbpf5LowerERKNS_8DecisionE");
Assembly Doctored(const Decision&) asm(
    "__wrap__ZN5scbpf5LowerERKNS_8DecisionE");

Assembly Doctored(const Decision& decision) {
  Assembly assembly = Real(decision);
  for (size_t i = assembly.lines.size(); i-- > 0;) {
    Line& line = assembly.lines[i];
    if (!line.is_branch) continue;
    std::swap(line.then_line, line.else_line);
    break;
  }
  return assembly;
}

}  // namespace scbpf
