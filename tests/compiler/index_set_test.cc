// A set of small numbers against std::set.
#include "compiler/index_set.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace scbpf {
namespace {

TEST(IndexSetTest, FindsTheNextAsASetDoes) {
  std::mt19937 random(1);
  for (const uint32_t bound : {1u, 63u, 64u, 65u, 4096u, 4097u, 20000u}) {
    IndexSet numbers(bound);
    std::set<uint32_t> expected;
    EXPECT_EQ(numbers.Next(0), bound);
    for (int i = 0; i < 3000; ++i) {
      const uint32_t number = random() % bound;
      if (random() % 3 == 0) {
        numbers.Insert(number);
        expected.insert(number);
      } else {
        numbers.Erase(number);
        expected.erase(number);
      }
      const uint32_t from = random() % (bound + 1);
      const auto next = expected.lower_bound(from);
      ASSERT_EQ(numbers.Next(from), next == expected.end() ? bound : *next);
    }
  }
}

}  // namespace
}  // namespace scbpf
