// How long compiling takes: by stage, as a whole against libseccomp, and as
// rules grow in number.
#include <benchmark/benchmark.h>

#include "bench/input.h"
#include "bpf/cost.h"
#include "compiler/assembly.h"
#include "compiler/decision.h"
#include "scbpf/prove.h"
#ifdef SCBPF_LIBSECCOMP
#include "bench/libseccomp.h"
#endif

namespace scbpf::bench {
namespace {

void BM_Parse(benchmark::State& state) {
  for (auto _ : state) {
    Diagnostics findings;
    benchmark::DoNotOptimize(
        ParseProfile(ProfileText(), Dialect::kAuto, findings));
  }
}

// Parse, Resolve and the warnings.
void BM_Resolve(benchmark::State& state) {
  const CompileOptions options = OptionsFor(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    Diagnostics findings;
    benchmark::DoNotOptimize(ResolveText(ProfileText(), options, findings));
  }
}

void BM_BuildPolicy(benchmark::State& state) {
  const Resolved resolved =
      ResolveProfile(OptionsFor(static_cast<int>(state.range(0))));
  for (auto _ : state) {
    benchmark::DoNotOptimize(BuildPolicy(resolved.rules, resolved.groups));
  }
}

void BM_BuildDecision(benchmark::State& state) {
  const Compilation compiled =
      CompileProfile(OptionsFor(static_cast<int>(state.range(0))));
  for (auto _ : state) {
    benchmark::DoNotOptimize(BuildDecision(compiled.policy, {}));
  }
}

void BM_LowerAndAssemble(benchmark::State& state) {
  const Compilation compiled =
      CompileProfile(OptionsFor(static_cast<int>(state.range(0))));
  const Decision decision = BuildDecision(compiled.policy, {});
  for (auto _ : state) benchmark::DoNotOptimize(Assemble(Lower(decision)));
}

void BM_Prove(benchmark::State& state) {
  const Compilation compiled =
      CompileProfile(OptionsFor(static_cast<int>(state.range(0))));
  for (auto _ : state) {
    benchmark::DoNotOptimize(Prove(compiled.policy, compiled.filter.program));
  }
}

void CompileText(benchmark::State& state, const std::string& text,
                 const CompileOptions& options) {
  for (auto _ : state) {
    Diagnostics findings;
    const auto compiled = Compile(text, options, findings);
    if (!compiled.ok()) {
      state.SkipWithError(std::string(compiled.status().message()).c_str());
      break;
    }
    size_t size = compiled->filter.program.size();
    for (const Filter& filter : compiled->older) size += filter.program.size();
    state.counters["instructions"] = static_cast<double>(size);
    state.counters["longest"] = LongestPath(compiled->filter.program);
  }
}

void BM_Compile(benchmark::State& state) {
  CompileText(state, ProfileText(),
              OptionsFor(static_cast<int>(state.range(0))));
}

void BM_CompileAndProve(benchmark::State& state) {
  CompileOptions options = OptionsFor(static_cast<int>(state.range(0)));
  options.prove = true;
  CompileText(state, ProfileText(), options);
}

// Growth: scattered values, and runs of 16.
void BM_ValuesScattered(benchmark::State& state) {
  CompileOptions options = OptionsFor(1);
  options.split = true;
  CompileText(state, ValuesProfile(static_cast<int>(state.range(0)), false),
              options);
}
void BM_ValuesDense(benchmark::State& state) {
  CompileOptions options = OptionsFor(1);
  options.split = true;
  CompileText(state, ValuesProfile(static_cast<int>(state.range(0)), true),
              options);
}

#ifdef SCBPF_LIBSECCOMP
// Ranges: ABIs, level.
void BM_Libseccomp(benchmark::State& state) {
  const LibseccompRules rules(
      ResolveProfile(OptionsFor(static_cast<int>(state.range(0)))));
  const int level = static_cast<int>(state.range(1));
  for (auto _ : state) {
    const Program program = rules.Compile(level);
    state.counters["instructions"] = static_cast<double>(program.size());
  }
}
BENCHMARK(BM_Libseccomp)
    ->ArgsProduct({{1, 3}, {1, 2}})
    ->Unit(benchmark::kMicrosecond);

// Ranges: values, level.
void BM_LibseccompValues(benchmark::State& state) {
  const std::string text =
      ValuesProfile(static_cast<int>(state.range(0)), false);
  Diagnostics findings;
  const auto resolved = ResolveText(text, OptionsFor(1), findings);
  if (!resolved.ok()) return state.SkipWithError("not resolved");
  const LibseccompRules rules(*resolved);
  for (auto _ : state) {
    const Program program = rules.Compile(static_cast<int>(state.range(1)));
    state.counters["instructions"] = static_cast<double>(program.size());
  }
}
BENCHMARK(BM_LibseccompValues)
    ->ArgsProduct({{10, 100, 1000}, {1, 2}})
    ->Unit(benchmark::kMicrosecond);
#endif

BENCHMARK(BM_Parse)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_Resolve)->Arg(1)->Arg(3)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_BuildPolicy)->Arg(1)->Arg(3)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_BuildDecision)->Arg(1)->Arg(3)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_LowerAndAssemble)->Arg(1)->Arg(3)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_Prove)->Arg(1)->Arg(3)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_Compile)->Arg(1)->Arg(3)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_CompileAndProve)->Arg(1)->Arg(3)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_ValuesScattered)
    ->RangeMultiplier(10)
    ->Range(10, 10000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_ValuesDense)
    ->RangeMultiplier(10)
    ->Range(10, 10000)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace scbpf::bench

int main(int argc, char** argv) {
  scbpf::bench::TakeProfile(&argc, argv);
#ifdef SCBPF_LIBSECCOMP
  benchmark::AddCustomContext("libseccomp", scbpf::bench::LibseccompVersion());
#else
  benchmark::AddCustomContext("libseccomp", "not installed");
#endif
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
