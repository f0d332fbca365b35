// FindRegions covers exactly the calls that differ, each once; and the words
// of TellDifference.
#include <gtest/gtest.h>

#include "bpf/instruction.h"
#include "bpf/simulate.h"
#include "scbpf/prove.h"
#include "tests/proof/random_policy.h"
#include "tests/proof/random_program.h"

namespace scbpf {
namespace {

bool Covers(const Region& region, const Call& call) {
  if (call.arch < region.arch || call.arch > region.arch_last ||
      call.nr < region.first || call.nr > region.last) {
    return false;
  }
  for (const Conjunction& all_of : region.any_of) {
    bool holds = true;
    for (const ArgCondition& condition : all_of) {
      holds = holds && Holds(condition, call);
    }
    if (holds) return true;
  }
  return region.any_of.empty();
}

void ExpectExact(const std::vector<Region>& regions, const Call& call,
                 ReturnValue a, ReturnValue b) {
  int covered = 0;
  bool partial = false;
  for (const Region& region : regions) {
    partial = partial || region.partial;
    if (!Covers(region, call) || (region.partial && region.any_of.empty())) {
      continue;
    }
    ++covered;
    EXPECT_EQ(region.a, a);
    EXPECT_EQ(region.b, b);
  }
  EXPECT_LE(covered, a == b ? 0 : 1);
  if (!partial) {
    EXPECT_EQ(covered, a == b ? 0 : 1);
  }
}

TEST(FindRegions, CoversExactlyWhatDiffersBetweenPolicies) {
  std::mt19937_64 random(31);
  size_t partial = 0;
  size_t told = 0;
  for (int i = 0; i < 300 && !HasFailure(); ++i) {
    PolicyShape shape;
    shape.clauses = 2;
    shape.values = 4;
    shape.arguments = 2;
    const Policy a = RandomPolicy(shape, random);
    const Policy b = RandomPolicy(shape, random);
    const auto regions = FindRegions(Side::Of(a), Side::Of(b));
    ASSERT_TRUE(regions.ok()) << regions.status();
    std::vector<Call> calls = BoundaryCalls(a, 100, random);
    for (const Region& region : *regions) calls.push_back(region.witness);
    for (const Call& call : calls) {
      ExpectExact(*regions, call, AsKernelReads(Evaluate(a, call)),
                  AsKernelReads(Evaluate(b, call)));
    }
    for (const Region& region : *regions) {
      EXPECT_TRUE(region.partial || Covers(region, region.witness));
      partial += region.partial ? 1 : 0;
    }
    told += regions->size();
  }
  // Masks and ranges mixed on one argument take too many words.
  EXPECT_LT(partial, told / 20);
}

TEST(FindRegions, CoversExactlyWhatDiffersBetweenPrograms) {
  Random random(32);
  int told = 0;
  for (int i = 0; i < 1200 && !HasFailure(); ++i) {
    const Flavor flavor = i % 2 == 0 ? Flavor::kPlain : Flavor::kAll;
    const Program a = RandomProgram(flavor, 5 + random() % 15, random);
    const Program b = Mutate(a, random);
    const auto regions = FindRegions(Side::Of(a), Side::Of(b), {50});
    if (absl::IsResourceExhausted(regions.status())) continue;
    ASSERT_TRUE(regions.ok()) << regions.status();
    ++told;
    std::vector<Call> calls = BoundaryCalls({a, b}, 50, random);
    for (const Region& region : *regions) {
      calls.push_back(region.witness);
      ASSERT_EQ(AsKernelReads(Simulate(a, region.witness)), region.a);
      ASSERT_EQ(AsKernelReads(Simulate(b, region.witness)), region.b);
      if (calls.size() > 200) break;
    }
    if (regions->size() > 500) continue;
    for (const Call& call : calls) {
      ExpectExact(*regions, call, AsKernelReads(Simulate(a, call)),
                  AsKernelReads(Simulate(b, call)));
    }
  }
  EXPECT_GT(told, 800);
}

constexpr uint32_t kX86_64 = 0xc000003eu;
constexpr uint32_t kX86 = 0x40000003u;

// Every call as `otherwise`, numbers of one token with clauses.
Policy With(uint32_t token, uint32_t nr, std::vector<Clause> clauses) {
  Policy policy;
  policy.bad_arch = KillThread();
  policy.arches = {{token,
                    {{0, {{}, Errno(1)}},
                     {nr, {std::move(clauses), Errno(1)}},
                     {nr + 1, {{}, Errno(1)}}}}};
  return policy;
}

std::string Tell(const Policy& a, const Policy& b) {
  const auto regions = FindRegions(Side::Of(a), Side::Of(b));
  if (!regions.ok()) return std::string(regions.status().message());
  std::string text;
  for (const DifferenceRow& row : TellDifference(*regions)) {
    for (const std::string& syscall : row.syscalls) text += syscall + " ";
    text += "|";
    for (const std::string& abi : row.abis) text += " " + abi;
    text += " | " + row.when + "\n";
  }
  return text;
}

struct WhenRow {
  std::vector<Clause> clauses;
  const char* when;
};

TEST(TellDifference, SaysConditionsAsPeopleWriteThem) {
  const ReturnValue yes = Allow();
  const WhenRow rows[] = {
      {{{{}, yes}}, ""},
      {{{{{0, CompareOp::kEq, 40}}, yes}}, "family == AF_VSOCK"},
      {{{{{0, CompareOp::kGe, 0x100000000}}, yes},
        {{{0, CompareOp::kEq, 40}}, yes}},
       "family >= 0x100000000 || family == AF_VSOCK"},
      {{{{{0, CompareOp::kNe, 1}, {0, CompareOp::kNe, 2}}, yes}},
       "family != AF_UNIX && family != AF_INET"},
      {{{{{2, CompareOp::kGt, 4}, {2, CompareOp::kLt, 9}}, yes}},
       "protocol >= 5 && protocol <= 8"},
      {{{{{1, CompareOp::kEq, 0, 0x7e020000}}, yes}}, "type & 0x7e020000 == 0"},
      {{{{{0, CompareOp::kEq, 1}}, yes}, {{{1, CompareOp::kEq, 2}}, yes}},
       "family == AF_UNIX || type == SOCK_DGRAM"},
      {{{{{0, CompareOp::kEq, 1}, {1, CompareOp::kEq, 2}}, yes},
        {{{2, CompareOp::kEq, 7}}, yes}},
       "protocol == 7 || (family == AF_UNIX && type == SOCK_DGRAM)"},
  };
  for (const WhenRow& row : rows) {
    EXPECT_EQ(Tell(With(kX86_64, 41, row.clauses), With(kX86_64, 41, {})),
              std::string("socket | x86_64 | ") + row.when + "\n");
  }
}

TEST(TellDifference, NamesNumbersAndTokens) {
  Policy a = With(kX86_64, 0, {});
  Policy b = a;
  // read, write, open differ, and some numbers that no call has.
  b.arches[0].ranges = {{0, {{}, Allow()}},
                        {3, {{}, Errno(1)}},
                        {600, {{}, Allow()}},
                        {602, {{}, Errno(1)}}};
  EXPECT_EQ(Tell(a, b), "read write open 600..601 | x86_64 | \n");
  b = a;
  b.bad_arch = KillProcess();
  EXPECT_EQ(Tell(a, b), "0..4294967295 | other architectures | \n");
  b = a;
  b.arches.push_back({0xc00000b7u, {{0, {{}, Allow()}}}});
  b.arches.insert(b.arches.begin(), {kX86, {{0, {{}, Errno(1)}}}});
  EXPECT_EQ(Tell(a, b), "0..4294967295 | x86 | \n0..4294967295 | aarch64 | \n");
}

TEST(TellDifference, GroupsAbisThatDifferAlike) {
  Policy a = With(kX86_64, 41, {});
  Policy b = With(kX86_64, 41, {{{{0, CompareOp::kEq, 40}}, Allow()}});
  const Range on_x86_64 = b.arches[0].ranges[1];
  a.arches[0].ranges.push_back({0x40000000u, {{}, Log()}});
  b.arches[0].ranges.push_back({0x40000000u, {{}, Log()}});
  Range on_x32 = on_x86_64;
  on_x32.first = 0x40000000u + 41;
  on_x32.behavior.otherwise = Log();
  on_x32.behavior.clauses[0].result = Allow();
  b.arches[0].ranges.push_back(on_x32);
  b.arches[0].ranges.push_back({0x40000000u + 42, {{}, Log()}});
  EXPECT_EQ(Tell(a, b),
            "socket | x86_64 | family == AF_VSOCK\n"
            "socket | x32 | family == AF_VSOCK\n");
  a.arches[0].ranges.back().behavior.otherwise = Errno(1);
  for (Range& range : b.arches[0].ranges) range.behavior.otherwise = Errno(1);
  EXPECT_EQ(Tell(a, b), "socket | x86_64 x32 | family == AF_VSOCK\n");
}

TEST(TellDifference, MarksWhatItDoesNotTell) {
  std::vector<Clause> clauses;
  for (uint64_t i = 0; i < 200; ++i) {
    clauses.push_back({{{0, CompareOp::kEq, i * i * 3 + 1}}, Allow()});
  }
  const auto regions = FindRegions(Side::Of(With(kX86_64, 41, clauses)),
                                   Side::Of(With(kX86_64, 41, {})));
  ASSERT_TRUE(regions.ok()) << regions.status();
  ASSERT_EQ(regions->size(), 1u);
  EXPECT_TRUE((*regions)[0].partial);
  EXPECT_LE((*regions)[0].any_of.size(), 64u);
  const auto rows = TellDifference(*regions);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_TRUE(rows[0].partial);
  EXPECT_TRUE(rows[0].when.ends_with(" || ...")) << rows[0].when;
}

}  // namespace
}  // namespace scbpf
