// Generated profiles against libseccomp: 20 000 of a fixed seed, 2 000 of a
// fresh one (SCBPF_SEED chooses it, SCBPF_PROFILES how many).
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/differential/generator.h"
#include "tests/differential/judge.h"
#include "tests/differential/shrink.h"

namespace scbpf::differential {
namespace {

constexpr uint64_t kFixedSeed = 20240607;
constexpr size_t kBatch = 500;    // profiles in memory at once
constexpr double kSeconds = 0.5;  // of processor time a profile

// How often each class was met, and how often libseccomp differed there.
struct Tally {
  size_t profiles = 0;
  size_t in_some_class = 0;
  size_t refused = 0;
  size_t unforetold = 0;
  size_t hung = 0;
  size_t crashed = 0;
  std::array<std::array<size_t, kClassCount>, 2> in{};
  std::array<std::array<size_t, kClassCount>, 2> differs{};
};

void Count(const Verdict& verdict, const Outcome& outcome, Tally& tally) {
  ++tally.profiles;
  tally.in_some_class += !verdict.in[0].empty() || !verdict.in[1].empty();
  tally.refused += outcome.kind == Outcome::Kind::kRefused;
  tally.hung += outcome.kind == Outcome::Kind::kHung;
  tally.crashed += outcome.kind == Outcome::Kind::kCrashed;
  tally.unforetold += verdict.unforetold_refusal;
  for (size_t level = 0; level < 2; ++level) {
    for (size_t i = 0; i < kClassCount; ++i) {
      const auto which = static_cast<DefectClass>(i);
      tally.in[level][i] += verdict.in[level].Has(which);
      tally.differs[level][i] += verdict.differs[level].Has(which);
    }
  }
}

void Print(const Tally& tally) {
  std::cout << tally.profiles << " profiles, " << tally.in_some_class
            << " in a class; libseccomp refused " << tally.refused << " ("
            << tally.unforetold << " unforetold), hung on " << tally.hung
            << ", crashed on " << tally.crashed << "\n";
  for (size_t level = 0; level < 2; ++level) {
    std::cout << "level " << level + 1 << ":";
    for (size_t i = 0; i < kClassCount; ++i) {
      std::cout << "  (" << static_cast<char>('a' + i) << ") "
                << tally.differs[level][i] << " differ of "
                << tally.in[level][i];
    }
    std::cout << "\n";
  }
}

// Judges the profiles of seeds first.. ; stops at the first failure.
void RunSeeds(uint64_t first, size_t count, Tally& tally) {
  const Target target = DefaultTarget();
  for (size_t done = 0; done < count; done += kBatch) {
    std::vector<std::unique_ptr<Case>> cases;
    std::vector<Description> descriptions;
    for (size_t i = done; i < std::min(count, done + kBatch); ++i) {
      const std::string text = GenerateProfile(first + i);
      std::string error;
      cases.push_back(MakeCase(text, target, error));
      ASSERT_NE(cases.back(), nullptr) << error << text;
      descriptions.push_back(cases.back()->description);
    }
    std::string failure;
    RunOpponent(descriptions, kSeconds, [&](size_t i, const Outcome& outcome) {
      if (!failure.empty()) return;
      const Verdict verdict = Judge(*cases[i], outcome);
      Count(verdict, outcome, tally);
      if (!verdict.failure.empty()) {
        failure = absl::StrCat("seed ", first + done + i, "\n",
                               TellShrunk(cases[i]->profile, target));
      } else if (verdict.unforetold_refusal) {
        std::cout << "unforetold " << DescribeOutcome(outcome) << ", seed "
                  << first + done + i << "\n";
      }
    });
    ASSERT_TRUE(failure.empty()) << failure;
  }
}

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* given = std::getenv(name);
  return given != nullptr ? std::strtoull(given, nullptr, 0) : otherwise;
}

void ExpectFewUnforetoldRefusals(const Tally& tally) {
  EXPECT_LE(tally.unforetold, 1 + tally.profiles / 1000);
}

TEST(GeneratedTest, FixedSeedIsEqualOutsideTheClasses) {
  Tally tally;
  RunSeeds(kFixedSeed, 20000, tally);
  Print(tally);
  ExpectFewUnforetoldRefusals(tally);
  // Each class is met, and shows what it is named for.
  for (size_t i = 0; i < kClassCount; ++i) {
    EXPECT_GT(tally.differs[0][i] + tally.differs[1][i], 0u) << i;
  }
  // Most profiles are compared whole.
  EXPECT_LT(tally.in_some_class, tally.profiles / 2);
}

TEST(GeneratedTest, FreshSeedIsEqualOutsideTheClasses) {
  const uint64_t seed = FromEnvironment("SCBPF_SEED", std::random_device()());
  const size_t count = FromEnvironment("SCBPF_PROFILES", 2000);
  std::cout << "SCBPF_SEED=" << seed << "\n";
  Tally tally;
  RunSeeds(seed, count, tally);
  Print(tally);
  ExpectFewUnforetoldRefusals(tally);
}

}  // namespace
}  // namespace scbpf::differential
