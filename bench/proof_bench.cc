// How long proofs take: a compiled filter against its policy, long filters of
// plain tests, many rules, many values, and proofs that no budget is enough
// for.
#include <benchmark/benchmark.h>

#include <string>

#include "arch/abi.h"
#include "scbpf/compile.h"
#include "scbpf/prove.h"
#include "syscall-tables/syscalls.h"
#include "tests/proof/large_sides.h"

namespace scbpf {
namespace {

// An allow list of most of x86_64's calls for three ABIs, with conditions on
// three of them, as container runtimes have it.
std::string AllowList() {
  std::string names;
  size_t i = 0;
  for (const uint32_t nr : NumbersOf(*FindAbiById("x86_64"))) {
    const std::string name(NameOf(*FindAbiById("x86_64"), nr));
    if (name == "clone" || name == "socket" || name == "personality") continue;
    if (++i % 7 == 3) continue;
    names.append(names.empty() ? "\"" : ",\"").append(name).append("\"");
  }
  return R"({"defaultAction":"SCMP_ACT_ERRNO","architectures":[
    "SCMP_ARCH_X86_64","SCMP_ARCH_X86","SCMP_ARCH_X32"],"syscalls":[
    {"names":[)" +
         names + R"(],"action":"SCMP_ACT_ALLOW"},
    {"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[
      {"index":0,"value":38,"op":"SCMP_CMP_LT"}]},
    {"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[
      {"index":0,"value":39,"op":"SCMP_CMP_EQ"}]},
    {"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[
      {"index":0,"value":40,"op":"SCMP_CMP_GT"}]},
    {"names":["personality"],"action":"SCMP_ACT_ALLOW","args":[
      {"index":0,"value":0,"op":"SCMP_CMP_EQ"}]},
    {"names":["personality"],"action":"SCMP_ACT_ALLOW","args":[
      {"index":0,"value":8,"op":"SCMP_CMP_EQ"}]},
    {"names":["clone"],"action":"SCMP_ACT_ALLOW","args":[
      {"index":0,"value":2114060288,"valueTwo":0,
       "op":"SCMP_CMP_MASKED_EQ"}]}]})";
}

void ReportProof(benchmark::State& state,
                 const absl::StatusOr<std::optional<Call>>& found) {
  if (!found.ok()) state.SkipWithError("no proof within the budget");
}

void BM_ProveCompiledThreeAbis(benchmark::State& state) {
  CompileOptions options;
  options.prove = false;
  Diagnostics findings;
  const auto compiled = Compile(AllowList(), options, findings);
  if (!compiled.ok()) {
    state.SkipWithError(std::string(compiled.status().message()).c_str());
    return;
  }
  for (auto _ : state) {
    const auto found = Prove(compiled->policy, compiled->filter.program);
    benchmark::DoNotOptimize(found);
    ReportProof(state, found);
  }
  state.counters["instructions"] =
      static_cast<double>(compiled->filter.program.size());
}
BENCHMARK(BM_ProveCompiledThreeAbis);

void BM_ComparePlainFilters(benchmark::State& state) {
  const Program program = PlainProgram(static_cast<Plain>(state.range(0)),
                                       static_cast<size_t>(state.range(1)));
  const Side a = Side::Of(program);
  const Side b = Side::Of(program);
  for (auto _ : state) ReportProof(state, FindDifference(a, b));
}
BENCHMARK(BM_ComparePlainFilters)
    ->ArgNames({"kind", "instructions"})
    ->ArgsProduct({{0, 1, 2, 3}, {1000, 4096}});

void BM_ThousandRules(benchmark::State& state) {
  RulesShape shape;
  shape.calls = static_cast<size_t>(state.range(0));
  shape.arguments = static_cast<int>(state.range(1));
  const Policy policy = RulesPolicy(shape, 1);
  const Side a = Side::Of(policy);
  const Side b = Side::Of(Shuffled(policy, 2));
  for (auto _ : state) ReportProof(state, FindDifference(a, b));
}
BENCHMARK(BM_ThousandRules)
    ->ArgNames({"calls", "arguments"})
    ->Args({1, 1})
    ->Args({1, 3})
    ->Args({10, 3})
    ->Args({20, 6})
    ->Unit(benchmark::kMillisecond);

void BM_ChainOfRules(benchmark::State& state) {
  RulesShape shape{600, static_cast<size_t>(state.range(0)), 3, 1000};
  shape.low_halves = true;
  Policy policy = RulesPolicy(shape, 1);
  const Program program = ChainOf(&policy);
  for (auto _ : state) ReportProof(state, Prove(policy, program));
}
BENCHMARK(BM_ChainOfRules)->Arg(1)->Arg(20)->Unit(benchmark::kMillisecond);

void BM_TenThousandValues(benchmark::State& state) {
  const Policy policy = ValuesPolicy(10000);
  const Side a = Side::Of(policy);
  const Side b = Side::Of(Shuffled(policy, 2));
  for (auto _ : state) ReportProof(state, FindDifference(a, b));
}
BENCHMARK(BM_TenThousandValues)->Unit(benchmark::kMillisecond);

void BM_HostileEnds(benchmark::State& state) {
  const Side a = Side::Of(HostileProgram(static_cast<Hostile>(state.range(0))));
  const Side b = Side::Of(Program{{0x06, 0, 0, Allow().raw}});
  for (auto _ : state) benchmark::DoNotOptimize(FindDifference(a, b));
}
BENCHMARK(BM_HostileEnds)->DenseRange(0, 2)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace scbpf
