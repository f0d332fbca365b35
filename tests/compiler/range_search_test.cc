// SearchRanges against the exact optimum, family by family, and for what it
// answers.
#include "compiler/range_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/number_weights.h"
#include "tests/compiler/exact_search.h"
#include "tests/compiler/shorthand.h"

namespace scbpf {
namespace {

constexpr uint32_t kAll = ~uint32_t{0};

struct SegmentList {
  std::vector<Segment> segments;
  uint32_t last = kAll;
};

// How a family's random lists look.
enum class Spread : uint8_t { kEven, kFewHeavy, kMostlyNothing };
struct Family {
  const char* name;
  int answers;      // different ones
  int lone_in_ten;  // segments of one value
  Spread spread;
  int least, most;  // segments
};

// How near to the optimum the lists of a family must be, and those of a real
// policy with nearly all weight on a few numbers.
constexpr double kNear = 1.005;
constexpr double kMeasuredNear = 1.02;

uint32_t RandomWeight(Spread spread, std::mt19937& random) {
  const uint32_t r = random();
  switch (spread) {
    case Spread::kEven:
      return 1000 + r % 1000;
    case Spread::kFewHeavy:
      return 400000u >> (r % 12);
    case Spread::kMostlyNothing:
      return r % 4 == 0 ? r >> 16 : 0;
  }
  return 0;
}

SegmentList RandomList(const Family& family, std::mt19937& random) {
  const auto below = [&](int n) { return static_cast<int>(random() % n); };
  SegmentList list;
  const int n = family.least + below(family.most - family.least + 1);
  uint32_t first = 0;
  uint32_t sum = 0;
  for (int i = 0; i < n; ++i) {
    NodeId leaf = below(family.answers);
    if (i > 0 && leaf == list.segments.back().leaf) {
      leaf = (leaf + 1) % family.answers;
    }
    const uint32_t weight = RandomWeight(family.spread, random);
    list.segments.push_back({first, leaf, weight});
    sum += weight;
    first += below(10) < family.lone_in_ten ? 1 : 2 + below(20);
  }
  for (Segment& s : list.segments) {
    s.weight = static_cast<uint32_t>(uint64_t{s.weight} * kWholeWeight /
                                     std::max(sum, 1u));
  }
  if (below(3) == 0) list.last = first - 1;
  return list;
}

// Sums over a family, and its worst member.
class Judge {
 public:
  void Add(const SegmentList& list) {
    const uint64_t least = LeastCost(list.segments, list.last);
    const uint64_t found = CostOfSearch(list.segments, list.last);
    EXPECT_GE(found + found / 50, least);  // equal nodes may be one
    least_ += least;
    found_ += found;
    ++lists_;
    if (least > 0) {
      worst_ = std::max(worst_, static_cast<double>(found) / least);
    }
  }
  void ExpectWithin(const std::string& family, double ratio) const {
    std::printf("%s: %d lists, %.4f of the least cost, the worst %.4f\n",
                family.c_str(), lists_, Ratio(), worst_);
    EXPECT_LE(Ratio(), ratio) << family;
  }

 private:
  double Ratio() const {
    return least_ == 0 ? 1 : static_cast<double>(found_) / least_;
  }
  uint64_t least_ = 0;
  uint64_t found_ = 0;
  int lists_ = 0;
  double worst_ = 1;
};

constexpr Family kFamilies[] = {
    {"two answers, even", 2, 5, Spread::kEven, 2, 12},
    {"two answers, few heavy", 2, 5, Spread::kFewHeavy, 2, 12},
    {"two answers, lone values", 2, 9, Spread::kFewHeavy, 8, 11},
    {"two answers, mostly nothing", 2, 6, Spread::kMostlyNothing, 6, 12},
    {"three answers, even", 3, 5, Spread::kEven, 2, 12},
    {"four answers, few heavy", 4, 4, Spread::kFewHeavy, 6, 12},
    {"no lone value", 3, 0, Spread::kFewHeavy, 8, 12},
};

TEST(RangeSearchTest, RandomListsAreWithinTwoPercentOfTheOptimum) {
  std::mt19937 random(1);
  for (const Family& family : kFamilies) {
    Judge judge;
    for (int i = 0; i < 120; ++i) judge.Add(RandomList(family, random));
    judge.ExpectWithin(family.name, kNear);
  }
}

std::string ReadExample(const std::string& name) {
  std::ifstream file(std::string(SCBPF_EXAMPLES) + "/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A token's ranges below 2^30, with the weights of its numbers.
SegmentList ListOf(const ArchPolicy& arch, const Abi& abi,
                   const Weights& weights) {
  SegmentList list;
  list.last = (1u << 30) - 1;
  const std::vector<NumberWeight> rows = WeighNumbers(abi, weights);
  std::vector<const Behavior*> behaviors;
  for (const Range& range : arch.ranges) {
    if (range.first > list.last) break;
    size_t leaf = 0;
    while (leaf < behaviors.size() && *behaviors[leaf] != range.behavior) {
      ++leaf;
    }
    if (leaf == behaviors.size()) behaviors.push_back(&range.behavior);
    list.segments.push_back({range.first, static_cast<NodeId>(leaf), 0});
  }
  for (const NumberWeight& row : rows) {
    size_t i = list.segments.size() - 1;
    while (list.segments[i].first > row.nr) --i;
    list.segments[i].weight += row.weight;
  }
  return list;
}

struct RealCase {
  const char* example;
  const char* abi;
  Weights::Kind kind;
};
constexpr RealCase kRealCases[] = {
    {"runtime-default.json", "x86_64", Weights::Kind::kDefault},
    {"runtime-default.json", "x86_64", Weights::Kind::kUniform},
    {"runtime-default.json", "x86", Weights::Kind::kDefault},
    {"runtime-default.json", "x86", Weights::Kind::kUniform},
    {"fine-grained.json", "x86_64", Weights::Kind::kDefault},
    {"runtime-default.json", "x86_64", Weights::Kind::kMeasured},
    {"fine-grained.json", "x86_64", Weights::Kind::kMeasured},
};

// Every stretch of 12 neighbours of a real policy.
TEST(RangeSearchTest, RealPoliciesAreWithinTwoPercentOfTheOptimum) {
  constexpr size_t kStretch = 12;
  for (const RealCase& c : kRealCases) {
    Target target = PlainTarget();
    target.abis = std::vector<std::string>{c.abi};
    Meaning meaning;
    FindMeaning(ReadExample(c.example), target, meaning);
    ASSERT_EQ(meaning.policy.arches.size(), 1u);
    Weights weights;
    weights.kind = c.kind;
    weights.counts = {{"read", 40},   {"write", 30}, {"futex", 50},
                      {"recvmsg", 5}, {"mmap", 3},   {"epoll_wait", 15},
                      {"close", 6},   {"openat", 4}, {"clock_gettime", 2}};
    const SegmentList whole =
        ListOf(meaning.policy.arches[0], *FindAbi(c.abi), weights);
    const size_t n = whole.segments.size();
    Judge judge;
    for (size_t from = 0; from + kStretch <= n; from += 3) {
      SegmentList list;
      const auto begin = whole.segments.begin() + static_cast<ptrdiff_t>(from);
      list.segments.assign(begin, begin + kStretch);
      list.segments[0].first = 0;
      if (from + kStretch < n) {
        list.last = whole.segments[from + kStretch].first - 1;
      }
      judge.Add(list);
    }
    if (n < kStretch) judge.Add(whole);
    judge.ExpectWithin(
        std::string(c.example) + " " + c.abi + " " +
            std::to_string(static_cast<int>(c.kind)),
        c.kind == Weights::Kind::kMeasured ? kMeasuredNear : kNear);
  }
}

TEST(RangeSearchTest, AnswersAsTheSegmentsDo) {
  std::mt19937 random(2);
  for (int n : {1, 2, 3, 5, 20, 90, 96, 97, 150, 1000}) {
    for (const uint32_t mask : {kAll, ~(1u << 30)}) {
      const Family family{"", 3, 5, Spread::kFewHeavy, n, n};
      SegmentList list = RandomList(family, random);
      DecisionBuilder builder;
      for (Segment& s : list.segments) s.leaf = builder.Leaf({s.leaf});
      const NodeId root =
          SearchRanges(builder, kNrWord, mask, list.segments, list.last);
      const Decision decision = builder.Finish(root);
      const auto answer = [&](uint32_t nr) {
        Call call;
        call.nr = nr;
        return Evaluate(decision, call);
      };
      for (size_t i = 0; i < list.segments.size(); ++i) {
        const Segment& s = list.segments[i];
        const ReturnValue expected = builder.node(s.leaf).value;
        const uint32_t end = i + 1 < list.segments.size()
                                 ? list.segments[i + 1].first - 1
                                 : list.last & mask;
        for (uint32_t nr : {s.first, end}) {
          ASSERT_EQ(answer(nr), expected) << n << ": " << nr;
          ASSERT_EQ(answer(nr | ~mask), expected) << n << ": " << nr;
        }
      }
    }
  }
}

// Depth stays logarithmic in what is cut in two first.
TEST(RangeSearchTest, LongListsAreBalanced) {
  for (int n : {97, 1000, 10000}) {
    std::vector<Segment> segments;
    DecisionBuilder builder;
    const NodeId leaves[] = {builder.Leaf(Allow()), builder.Leaf(Errno(1))};
    for (int i = 0; i < n; ++i) {
      segments.push_back({static_cast<uint32_t>(4 * i), leaves[i % 2],
                          kWholeWeight / static_cast<uint32_t>(n)});
    }
    const NodeId root = SearchRanges(builder, kNrWord, kAll, segments, kAll);
    EXPECT_EQ(builder.CountTests(root), static_cast<uint32_t>(n - 1));
    int deepest = 0;
    for (int i = 0; i < n; ++i) {
      Call call;
      call.nr = static_cast<uint32_t>(4 * i);
      int depth = 0;
      for (NodeId id = root; !builder.node(id).leaf; ++depth) {
        const Node& node = builder.node(id);
        id = Holds(node.test, call) ? node.then_node : node.else_node;
      }
      deepest = std::max(deepest, depth);
    }
    EXPECT_LE(1u << (deepest - 2), static_cast<uint32_t>(n)) << n;
  }
}

}  // namespace
}  // namespace scbpf
