// Generated profiles, compiled and written again, patched, and merged in pairs.
#include "workflow/write_policy_as_profile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "arch/abi.h"
#include "scbpf/compile.h"
#include "syscall-tables/syscalls.h"
#include "tests/differential/description.h"
#include "tests/differential/generator.h"
#include "tests/differential/opponent.h"
#include "tests/proof/random_policy.h"
#include "workflow/combine_policies.h"
#include "workflow/filter_policy.h"
#include "workflow/patch_profile.h"

namespace scbpf {
namespace {

constexpr uint64_t kFirstSeed = 7;

size_t CountOfProfiles() {
  const char* asked = std::getenv("SCBPF_PROFILES");
  return asked == nullptr ? 200 : std::strtoul(asked, nullptr, 10);
}

Target DefaultTarget() {
  Target target;
  target.capabilities = DockerCapabilities();
  return target;
}

// The default one first.
std::vector<Target> OtherTargets() {
  std::vector<Target> targets(7, DefaultTarget());
  targets[1].multiplex = Multiplex::kStrict;
  targets[2].multiplex = Multiplex::kNone;
  targets[3].unknown_syscalls = UnknownSyscalls::kEnosys;
  targets[4] = targets[3];
  targets[4].unknown_syscalls_kernel = KernelVersion{6, 1};
  targets[5].int_args = IntArgs::kKernel;
  targets[6].arg_semantics = ArgSemantics::kAnd;
  return targets;
}

CompileOptions OptionsFor(const Target& target) {
  CompileOptions options;
  options.target = target;
  options.prove = false;
  options.split = true;
  return options;
}

std::optional<Compilation> CompileSeed(uint64_t seed, const Target& target) {
  Diagnostics findings;
  absl::StatusOr<Compilation> compilation = Compile(
      differential::GenerateProfile(seed), OptionsFor(target), findings);
  if (!compilation.ok()) return std::nullopt;
  return *std::move(compilation);
}

// SCBPF_SHOW=1 tells what cannot be said.
void Show(uint64_t seed, const absl::Status& status) {
  if (std::getenv("SCBPF_SHOW") == nullptr) return;
  std::printf("%s%s\n", differential::GenerateProfile(seed).c_str(),
              status.ToString().c_str());
}

// The policy of a profile's text.
Policy PolicyOfText(const std::string& text, const Target& target) {
  Diagnostics findings;
  const absl::StatusOr<Compilation> compilation =
      Compile(text, OptionsFor(target), findings);
  EXPECT_TRUE(compilation.ok()) << text;
  return compilation.ok() ? compilation->policy : Policy{};
}

// Almost all: where ABIs of two widths and data of one action meet, there may
// be a profile (there was one) that is not found.
TEST(WritePolicyAsProfile, SaysTheFiltersOfGeneratedProfiles) {
  size_t compiled = 0;
  size_t said = 0;
  const std::vector<Target> targets = OtherTargets();
  for (size_t t = 0; t < targets.size(); ++t) {
    const Target& target = targets[t];
    const size_t share = t == 0 ? 1 : 6;
    for (size_t i = 0; i < CountOfProfiles() / share; ++i) {
      const uint64_t seed = kFirstSeed + i;
      const std::optional<Compilation> of = CompileSeed(seed, target);
      if (!of) continue;
      ++compiled;
      std::vector<Program> stack;
      for (const Filter& older : of->older) stack.push_back(older.program);
      stack.push_back(of->filter.program);
      const absl::StatusOr<Policy> read = PolicyOf(Side{stack});
      const auto written = read.ok()
                               ? WritePolicyAsProfile(*read, target, {})
                               : absl::StatusOr<WrittenProfile>(read.status());
      if (!written.ok()) {
        EXPECT_EQ(written.status().code(), absl::StatusCode::kInvalidArgument);
        Show(seed, written.status());
        continue;
      }
      ++said;
      const auto difference = FindDifference(
          Side::Of(of->policy), Side::Of(PolicyOfText(written->text, target)));
      ASSERT_TRUE(difference.ok());
      EXPECT_FALSE(difference->has_value()) << seed << "\n" << written->text;
    }
  }
  std::printf("%zu of %zu filters can be said\n", said, compiled);
  EXPECT_GT(compiled, CountOfProfiles());
  EXPECT_GE(said * 100, compiled * 98);
}

// libseccomp's filters, right or wrong, are filters like others.
TEST(WritePolicyAsProfile, SaysTheFiltersOfLibseccomp) {
  const Target target = DefaultTarget();
  std::vector<differential::Description> descriptions;
  for (uint64_t seed = kFirstSeed; seed < kFirstSeed + 60; ++seed) {
    Diagnostics findings;
    const std::optional<Profile> profile = ParseProfile(
        differential::GenerateProfile(seed), Dialect::kAuto, findings);
    if (!profile) continue;
    descriptions.push_back(differential::Describe(*profile, target));
  }
  size_t made = 0;
  size_t said = 0;
  const auto take = [&](size_t i, const differential::Outcome& outcome) {
    if (outcome.kind != differential::Outcome::Kind::kProgram) return;
    for (const Program& program : outcome.levels) {
      ++made;
      const Side filter = Side::Of(program);
      const absl::StatusOr<Policy> policy = PolicyOf(filter);
      const auto written =
          policy.ok() ? WritePolicyAsProfile(*policy, target, {})
                      : absl::StatusOr<WrittenProfile>(policy.status());
      if (!written.ok()) {
        Show(kFirstSeed + i, written.status());
        continue;
      }
      ++said;
      const auto difference =
          FindDifference(filter, Side::Of(PolicyOfText(written->text, target)));
      ASSERT_TRUE(difference.ok());
      EXPECT_FALSE(difference->has_value()) << written->text;
    }
  };
  differential::RunOpponent(descriptions, 0.5, take);
  std::printf("%zu of %zu filters of libseccomp can be said\n", said, made);
  EXPECT_GT(made, 80);
  EXPECT_GE(said * 100, made * 90);
}

ReturnValue Expected(ReturnValue a, ReturnValue b, Combination combination) {
  const bool union_of = combination == Combination::kMostPermissive;
  const ReturnValue more = MoreRestrictive(a, b) ? b : a;
  const ReturnValue less = MoreRestrictive(b, a) ? b : a;
  return union_of ? more : less;
}

// What a merge of two generated profiles must be, and whether it can be said.
TEST(WritePolicyAsProfile, SaysMostMergesOfGeneratedPairs) {
  const Target target = DefaultTarget();
  size_t pairs = 0;
  size_t said = 0;
  std::mt19937_64 random(11);
  for (size_t i = 0; i < CountOfProfiles(); i += 2) {
    const std::optional<Compilation> a = CompileSeed(kFirstSeed + i, target);
    const std::optional<Compilation> b =
        CompileSeed(kFirstSeed + i + 1, target);
    if (!a || !b) continue;
    for (const Combination combination :
         {Combination::kMostPermissive, Combination::kMostRestrictive}) {
      const auto both = CombinePolicies({a->policy, b->policy}, combination);
      ASSERT_TRUE(both.ok()) << both.status();
      std::vector<Call> calls = BoundaryCalls(a->policy, 200, random);
      const std::vector<Call> more = BoundaryCalls(b->policy, 200, random);
      calls.insert(calls.end(), more.begin(), more.end());
      const auto written = WritePolicyAsProfile(*both, target, {});
      const std::optional<Policy> again =
          written.ok() ? std::optional(PolicyOfText(written->text, target))
                       : std::nullopt;
      ++pairs;
      said += written.ok();
      if (!written.ok()) {
        EXPECT_EQ(written.status().code(), absl::StatusCode::kInvalidArgument);
        Show(kFirstSeed + i, written.status());
      }
      for (const Call& call : calls) {
        const ReturnValue expected = AsKernelReads(
            Expected(AsKernelReads(Evaluate(a->policy, call)),
                     AsKernelReads(Evaluate(b->policy, call)), combination));
        EXPECT_EQ(AsKernelReads(Evaluate(*both, call)), expected);
        if (again) {
          EXPECT_EQ(AsKernelReads(Evaluate(*again, call)), expected);
        }
      }
    }
  }
  std::printf("%zu of %zu merges can be said\n", said, pairs);
  EXPECT_GT(said * 3, pairs);
}

// Whether `call` is one of the name's, or of its multiplexed form.
bool IsOf(const Call& call, const std::string& name) {
  const Abi* const abi = AbiOfCall(call.arch, call.nr);
  if (abi == nullptr) return false;
  if (NumberOf(*abi, name) == call.nr) return true;
  const auto twin = FindMultiplexed(name);
  return twin && call.nr == (twin->is_ipc ? abi->ipc : abi->socketcall) &&
         static_cast<uint32_t>(call.args[0]) == twin->call;
}

TEST(PatchProfile, ChangesTheCallAndNothingElse) {
  const Target target = DefaultTarget();
  std::mt19937_64 random(5);
  size_t made = 0;
  for (uint64_t seed = kFirstSeed; seed < kFirstSeed + 60; ++seed) {
    const std::optional<Compilation> old = CompileSeed(seed, target);
    if (!old || old->profile.syscalls.empty()) continue;
    const std::string name = old->profile.syscalls[0].names[0].value;
    for (const bool allow : {true, false}) {
      const auto step = ParsePatchStep((allow ? "+" : "-") + name);
      if (!step.ok()) continue;  // an unknown name
      Diagnostics findings;
      const auto patched = PatchProfile(differential::GenerateProfile(seed),
                                        {*step}, target, {}, findings);
      if (!patched.ok()) {
        Show(seed, patched.status());
        continue;
      }
      ++made;
      const Policy changed = PolicyOfText(patched->text, target);
      for (const Call& call : BoundaryCalls(old->policy, 300, random)) {
        const ReturnValue before = Evaluate(old->policy, call);
        const ReturnValue after = Evaluate(changed, call);
        if (!IsOf(call, name)) {
          EXPECT_EQ(before, after) << seed << patched->text;
          continue;
        }
        const Abi* const abi = AbiOfCall(call.arch, call.nr);
        const bool selected =
            std::count(old->abis.begin(), old->abis.end(), abi->id) > 0;
        if (!selected || NumberOf(*abi, name) != call.nr) continue;
        EXPECT_EQ(ActionOf(after) == Action::kAllow, allow)
            << seed << patched->text;
      }
    }
  }
  std::printf("%zu of 120 steps can be made\n", made);
  EXPECT_GT(made, 70);
}

}  // namespace
}  // namespace scbpf
