// Raw bytes -> check, disassemble, simulate, symbolic execution: what the
// proof calls equal to itself it must, and the simulator must stay in bounds.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bpf/cost.h"
#include "bpf/disassemble.h"
#include "bpf/read_filter.h"
#include "bpf/simulate.h"
#include "scbpf/prove.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto program = scbpf::ReadFilter(bytes);
  if (!program.ok()) return 0;
  scbpf::Disassemble(*program);
  scbpf::Call call;
  for (uint32_t i = 0; i < 8; ++i) {
    call.nr = i * 0x1234567;
    call.arch = i % 2 == 0 ? 0xc000003e : 0x40000003;
    std::fill(call.args.begin(), call.args.end(), i * 0x100000001u);
    const scbpf::Execution execution = scbpf::Execute(*program, call);
    if (execution.executed > scbpf::LongestPath(*program)) std::abort();
  }
  const scbpf::ProofBudget budget{20};
  const auto difference = scbpf::FindDifference(
      scbpf::Side::Of(*program), scbpf::Side::Of(*program), budget);
  if (difference.ok() && difference->has_value()) std::abort();
  return 0;
}
