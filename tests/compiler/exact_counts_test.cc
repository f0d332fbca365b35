// What filters cost, frozen: the examples and a fixed set of policies. The
// numbers may only go down, and are changed together with what lowers them.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "bpf/cost.h"
#include "bpf/simulate.h"
#include "compiler/assembly.h"
#include "scbpf/compile.h"
#include "syscall-tables/syscalls.h"
#include "tests/compiler/shorthand.h"

namespace scbpf {
namespace {

struct Counts {
  size_t size = 0;        // instructions
  uint32_t mean = 0;      // executed on the first ABI, in thousandths
  uint32_t most = 0;      // executed there, arguments 0
  uint32_t longest = 0;   // path
  uint32_t unmapped = 0;  // unconditional ALLOWs outside the action bitmap
};

Counts Measure(const Policy& policy, const Program& program, const Abi& abi) {
  Counts counts;
  counts.size = program.size();
  const ExecutedCost cost = MeasureExecuted(program, abi);
  counts.mean = static_cast<uint32_t>(std::lround(cost.mean * 1000));
  counts.most = cost.max;
  counts.longest = LongestPath(program);
  for (const ArchPolicy& arch : policy.arches) {
    for (const Abi* each : AllAbis()) {
      if (!each->has_table || each->audit_value != arch.audit_arch) continue;
      for (uint32_t nr : NumbersOf(*each)) {
        const Behavior& behavior = FindRange(arch, nr).behavior;
        if (!behavior.clauses.empty() || behavior.otherwise != Allow()) {
          continue;
        }
        if (!IsInActionBitmap(program, arch.audit_arch, nr)) ++counts.unmapped;
      }
    }
  }
  return counts;
}

// No number is greater; lower ones are told, to be frozen as well.
void ExpectNoMore(const std::string& name, const Counts& is,
                  const Counts& frozen) {
  const std::string row =
      absl::StrCat("{", is.size, ", ", is.mean, ", ", is.most, ", ", is.longest,
                   ", ", is.unmapped, "}");
  EXPECT_LE(is.size, frozen.size) << name << ": " << row;
  EXPECT_LE(is.mean, frozen.mean) << name << ": " << row;
  EXPECT_LE(is.most, frozen.most) << name << ": " << row;
  EXPECT_LE(is.longest, frozen.longest) << name << ": " << row;
  EXPECT_LE(is.unmapped, frozen.unmapped) << name << ": " << row;
  const bool lower = is.size < frozen.size || is.mean < frozen.mean ||
                     is.most < frozen.most || is.longest < frozen.longest;
  if (lower) std::printf("lower now: %s: %s\n", name.c_str(), row.c_str());
}

Compilation CompileText(const std::string& text, const std::string& abis,
                        const Weights& weights) {
  CompileOptions options;
  options.target = PlainTarget();
  options.target.abis = std::vector<std::string>(absl::StrSplit(abis, ','));
  options.weights = weights;
  options.prove = false;
  Diagnostics findings;
  auto compiled = Compile(text, options, findings);
  EXPECT_TRUE(compiled.ok()) << compiled.status();
  return compiled.ok() ? *std::move(compiled) : Compilation{};
}

std::string ReadExample(const std::string& name) {
  std::ifstream file(std::string(SCBPF_EXAMPLES) + "/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct ExampleRow {
  const char* example;
  const char* abis;
  Weights::Kind kind;
  Counts counts;
};
constexpr auto kDefault = Weights::Kind::kDefault;
constexpr auto kUniform = Weights::Kind::kUniform;
constexpr auto kBitmap = Weights::Kind::kBitmap;
constexpr auto kMeasured = Weights::Kind::kMeasured;
constexpr const char* kThree = "x86_64,x86,x32";

constexpr ExampleRow kExamples[] = {
    {"runtime-default.json", "x86_64", kDefault, {74, 9494, 16, 17, 0}},
    {"runtime-default.json", "x86_64", kUniform, {73, 9161, 14, 15, 0}},
    {"runtime-default.json", "x86_64", kBitmap, {70, 10514, 14, 15, 0}},
    {"runtime-default.json", "x86_64", kMeasured, {73, 10449, 17, 18, 0}},
    {"runtime-default.json", kThree, kDefault, {211, 10481, 17, 28, 0}},
    {"runtime-default.json", kThree, kUniform, {208, 10148, 15, 25, 0}},
    {"runtime-default.json", kThree, kBitmap, {197, 11501, 15, 29, 0}},
    {"fine-grained.json", "x86_64", kDefault, {51, 9382, 13, 13, 0}},
    {"fine-grained.json", kThree, kDefault, {132, 10140, 14, 22, 0}},
    {"fine-grained.json", kThree, kUniform, {137, 9727, 14, 22, 0}},
    {"violation.json", kThree, kDefault, {5, 3000, 3, 4, 0}},
    {"audit.json", kThree, kDefault, {5, 3000, 3, 4, 0}},
};

TEST(ExactCountsTest, Examples) {
  for (const ExampleRow& row : kExamples) {
    Weights weights;
    weights.kind = row.kind;
    weights.counts = {{"read", 40},
                      {"futex", 50},
                      {"write", 30},
                      {"epoll_wait", 15},
                      {"recvmsg", 5}};
    const Compilation compiled =
        CompileText(ReadExample(row.example), row.abis, weights);
    ExpectNoMore(
        absl::StrCat(row.example, " ", row.abis, " ",
                     static_cast<int>(row.kind)),
        Measure(compiled.policy, compiled.filter.program, *FindAbi("x86_64")),
        row.counts);
  }
}

// `--weights bitmap` leaves more of the filter's short paths to what the
// bitmap does not answer.
TEST(ExactCountsTest, BitmapWeightsSpareWhatTheBitmapDoesNotAnswer) {
  double executed[2] = {0, 0};
  for (int i = 0; i < 2; ++i) {
    Weights weights;
    weights.kind = i == 0 ? kDefault : kBitmap;
    const Compilation compiled =
        CompileText(ReadExample("runtime-default.json"), kThree, weights);
    const Abi& abi = *FindAbi("x86_64");
    for (uint32_t nr : NumbersOf(abi)) {
      Call call;
      call.nr = nr;
      call.arch = abi.audit_value;
      const Program& program = compiled.filter.program;
      if (IsInActionBitmap(program, abi.audit_value, nr)) continue;
      executed[i] += Execute(program, call).executed;
    }
  }
  EXPECT_LT(executed[1], executed[0]);
}

// One value of an argument allowed by each of `count` rules on five calls.
enum class Values : uint8_t { kScattered, kDense, kMixed };
std::string ValuesText(Values values, int count) {
  constexpr const char* kNames[] = {"ioctl", "fcntl", "prctl", "socket",
                                    "keyctl"};
  std::string text = R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
{"names": ["read", "write", "execve"], "action": "SCMP_ACT_ALLOW"})";
  uint32_t state = 1;
  uint32_t value = 0;
  for (int i = 0; i < count; ++i) {
    state = state * 1664525 + 1013904223;
    const bool follows = values == Values::kDense && i % 16 != 0;
    value = follows ? value + 1 : state;
    const int call = (values == Values::kDense ? i / 16 : i) % 5;
    const bool masked = values == Values::kMixed && i % 3 == 0;
    const bool less = values == Values::kMixed && i % 3 == 1;
    absl::StrAppend(&text, ",\n{\"names\": [\"", kNames[call],
                    "\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": "
                    "[{\"index\": ",
                    values == Values::kMixed ? i % 2 : 1);
    if (masked) {
      absl::StrAppend(&text, ", \"op\": \"SCMP_CMP_MASKED_EQ\", \"value\": ",
                      1u << (state >> 27), ", \"valueTwo\": 0}]}");
    } else {
      absl::StrAppend(&text, ", \"op\": \"SCMP_CMP_", less ? "LT" : "EQ",
                      "\", \"value\": ", less ? value % 64 : value, "}]}");
    }
  }
  return text + "]}";
}

struct ValuesRow {
  Values values;
  int count;
  Counts counts;
};
constexpr ValuesRow kValues[] = {
    {Values::kScattered, 10, {43, 7629, 14, 14, 0}},
    {Values::kScattered, 100, {168, 7668, 17, 18, 0}},
    {Values::kScattered, 1000, {1322, 8400, 24, 25, 0}},
    {Values::kDense, 100, {47, 7621, 13, 14, 0}},
    {Values::kDense, 1000, {159, 7655, 16, 17, 0}},
    {Values::kDense, 10000, {1296, 8294, 21, 22, 0}},
    {Values::kMixed, 10, {50, 7605, 12, 16, 0}},
    {Values::kMixed, 60, {278, 7642, 15, 28, 0}},
};

TEST(ExactCountsTest, Values) {
  for (const ValuesRow& row : kValues) {
    const Compilation compiled =
        CompileText(ValuesText(row.values, row.count), "x86_64", {});
    ExpectNoMore(
        absl::StrCat("values ", static_cast<int>(row.values), " ", row.count),
        Measure(compiled.policy, compiled.filter.program, *FindAbi("x86_64")),
        row.counts);
  }
}

}  // namespace
}  // namespace scbpf
