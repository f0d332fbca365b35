// Exact counts of filters by the simulator, as a table with tabs:
// filter, ABIs, instructions, executed mean and most on x86_64 (arguments 0),
// longest path, numbers in the action bitmap and how many could be.
#include <cstdio>

#include "bench/input.h"
#include "bpf/cost.h"
#include "syscall-tables/syscalls.h"
#ifdef SCBPF_LIBSECCOMP
#include "bench/libseccomp.h"
#endif

namespace scbpf::bench {
namespace {

void Print(const char* name, int abis, const Policy& policy,
           const Program& program) {
  const Abi& abi = *FindAbiById("x86_64");
  int could = 0;
  int are = 0;
  for (const ArchPolicy& arch : policy.arches) {
    if (arch.audit_arch != abi.audit_value) continue;
    for (uint32_t nr : NumbersOf(abi)) {
      const Behavior& behavior = FindRange(arch, nr).behavior;
      if (!behavior.clauses.empty() || behavior.otherwise != Allow()) continue;
      ++could;
      are += IsInActionBitmap(program, abi.audit_value, nr) ? 1 : 0;
    }
  }
  const ExecutedCost cost = MeasureExecuted(program, abi);
  std::printf("%s\t%d\t%zu\t%.2f\t%u\t%u\t%d\t%d\n", name, abis, program.size(),
              cost.mean, cost.max, LongestPath(program), are, could);
}

}  // namespace
}  // namespace scbpf::bench

int main(int argc, char** argv) {
  using namespace scbpf;  // NOLINT: a table of a few lines
  bench::TakeProfile(&argc, argv);
  constexpr std::pair<const char*, Weights::Kind> kKinds[] = {
      {"scbpf", Weights::Kind::kDefault},
      {"scbpf --weights uniform", Weights::Kind::kUniform},
      {"scbpf --weights bitmap", Weights::Kind::kBitmap}};
  std::printf(
      "filter\tabis\tinstructions\tmean\tmost\tlongest\tbitmap\tcould\n");
  for (int abis : {1, 3}) {
    CompileOptions options = bench::OptionsFor(abis);
    for (const auto& [name, kind] : kKinds) {
      options.weights.kind = kind;
      const Compilation compiled = bench::CompileProfile(options);
      bench::Print(name, abis, compiled.policy, compiled.filter.program);
    }
#ifdef SCBPF_LIBSECCOMP
    const Compilation compiled = bench::CompileProfile(options);
    const bench::LibseccompRules rules(bench::ResolveProfile(options));
    bench::Print("libseccomp level 1", abis, compiled.policy, rules.Compile(1));
    bench::Print("libseccomp level 2", abis, compiled.policy, rules.Compile(2));
#endif
  }
}
