// What filters cost in the kernel: installing them, and calls under them.
//
// Each filter is installed by a child that ends soon: at most some hundred
// installations in all, with pauses, for the kernel frees filters slowly.
#include <benchmark/benchmark.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <map>

#include "bench/input.h"
#include "bpf/simulate.h"
#include "scbpf/install.h"
#include "syscall-tables/syscalls.h"
#ifdef SCBPF_LIBSECCOMP
#include "bench/libseccomp.h"
#endif

namespace scbpf::bench {
namespace {

constexpr int kInstalls = 12;
constexpr int kCalls = 20000;
constexpr int kBatches = 15;
constexpr useconds_t kPause = 3000;
constexpr uint32_t kX86_64 = 0xc000003e;

using Clock = std::chrono::steady_clock;

double NanosecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

// What `measure` returns in a child; negative: it could not say.
double InChild(const std::function<double()>& measure) {
  int ends[2];
  if (pipe(ends) != 0) return -1;
  const pid_t child = fork();
  if (child == 0) {
    const double result = measure();
    const ssize_t wrote = write(ends[1], &result, sizeof result);
    _exit(wrote == sizeof result ? 0 : 1);
  }
  close(ends[1]);
  double result = -1;
  if (read(ends[0], &result, sizeof result) != sizeof result) result = -1;
  close(ends[0]);
  if (child > 0) waitpid(child, nullptr, 0);
  usleep(kPause);
  return result;
}

// Nanoseconds of one installation.
double Install(const Program& program) {
  const auto start = Clock::now();
  const int status =
      InstallRaw(program.data(), program.size(), kFlagSpecAllow, nullptr);
  return status < 0 ? -1 : NanosecondsSince(start);
}

struct KernelCall {
  long nr = 0;
  long arg = 0;
};

// Nanoseconds of one call: the median of batches.
double TimeCalls(const KernelCall& call) {
  std::array<double, kBatches> batches{};
  for (double& batch : batches) {
    const auto start = Clock::now();
    for (int i = 0; i < kCalls; ++i) syscall(call.nr, call.arg);
    batch = NanosecondsSince(start) / kCalls;
  }
  std::sort(batches.begin(), batches.end());
  return batches[kBatches / 2];
}

void Report(benchmark::State& state, double nanoseconds) {
  if (nanoseconds < 0) {
    state.SkipWithError("the kernel refused the filter");
  } else {
    state.SetIterationTime(nanoseconds * 1e-9);
  }
}

struct NamedProgram {
  std::string name;
  Program program;
};

std::vector<NamedProgram> MakePrograms(int abis) {
  const CompileOptions options = OptionsFor(abis);
  std::vector<NamedProgram> programs = {
      {"scbpf", CompileProfile(options).filter.program}};
#ifdef SCBPF_LIBSECCOMP
  const LibseccompRules rules(ResolveProfile(options));
  programs.push_back({"libseccomp1", rules.Compile(1)});
  programs.push_back({"libseccomp2", rules.Compile(2)});
#endif
  return programs;
}

void RegisterInstalls(int abis) {
  for (const NamedProgram& named : MakePrograms(abis)) {
    const std::string name =
        "Install/" + named.name + "/" + std::to_string(abis);
    benchmark::RegisterBenchmark(
        name.c_str(),
        [program = named.program](benchmark::State& state) {
          for (auto _ : state) {
            Report(state, InChild([&] { return Install(program); }));
          }
          state.counters["instructions"] = static_cast<double>(program.size());
        })
        ->Iterations(1)
        ->Repetitions(kInstalls)
        ->UseManualTime()
        ->Unit(benchmark::kMicrosecond);
  }
}

// The numbers answered by ERRNO after the fewest and the most instructions:
// the kernel never runs them.
std::map<std::string, KernelCall> FindDenied(const Program& program) {
  std::map<std::string, KernelCall> found;
  uint32_t least = ~0u;
  uint32_t most = 0;
  for (uint32_t nr : NumbersOf(*FindAbiById("x86_64"))) {
    Call call;
    call.nr = nr;
    call.arch = kX86_64;
    const Execution execution = Execute(program, call);
    if (ActionOf(execution.result) != Action::kErrno) continue;
    if (execution.executed < least) {
      least = execution.executed;
      found["denied-early"] = {static_cast<long>(nr), 0};
    }
    if (execution.executed > most) {
      most = execution.executed;
      found["denied-late"] = {static_cast<long>(nr), 0};
    }
  }
  return found;
}

void RegisterCall(const std::string& filter, const Program& program,
                  const std::string& what, const KernelCall& call) {
  benchmark::RegisterBenchmark(
      ("Call/" + what + "/" + filter).c_str(),
      [program, call](benchmark::State& state) {
        for (auto _ : state) {
          Report(state, InChild([&] {
                   if (!program.empty() && Install(program) < 0) return -1.0;
                   return TimeCalls(call);
                 }));
        }
        Call simulated;
        simulated.nr = static_cast<uint32_t>(call.nr);
        simulated.arch = kX86_64;
        simulated.args[0] = static_cast<uint64_t>(call.arg);
        if (!program.empty()) {
          state.counters["executed"] = Execute(program, simulated).executed;
        }
      })
      ->Iterations(1)
      ->UseManualTime()
      ->Unit(benchmark::kNanosecond);
}

// personality(0xffffffff) asks and changes nothing.
void RegisterCalls() {
  const std::vector<NamedProgram> programs = MakePrograms(1);
  std::map<std::string, KernelCall> calls =
      FindDenied(programs.front().program);
  const std::map<std::string, KernelCall> harmless = {
      {"bitmap-hit", {SYS_getppid, 0}},
      {"argument-checked", {SYS_personality, 0xffffffff}}};
  for (const auto& [what, call] : harmless) {
    RegisterCall("none", {}, what, call);
  }
  calls.insert(harmless.begin(), harmless.end());
  for (const auto& [what, call] : calls) {
    for (const NamedProgram& named : programs) {
      RegisterCall(named.name, named.program, what, call);
    }
  }
}

}  // namespace
}  // namespace scbpf::bench

int main(int argc, char** argv) {
  scbpf::bench::TakeProfile(&argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  if (!scbpf::SetNoNewPrivs().ok()) return 3;
  for (int abis : {1, 3}) scbpf::bench::RegisterInstalls(abis);
  scbpf::bench::RegisterCalls();
  benchmark::RunSpecifiedBenchmarks();
}
