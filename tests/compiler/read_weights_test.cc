// Frequency files of every kind, and what is wrong with those that are none.
#include "compiler/read_weights.h"

#include <gtest/gtest.h>

#include <string>

namespace scbpf {
namespace {

using Counts = std::map<std::string, double, std::less<>>;

constexpr const char* kStrace = R"(strace: Process 12 attached
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 61.20    0.000123           4        30           mmap
 20.00    0.000040          20         2         2 access
  0.00    0.000000           0         1           syscall_0x1f5
------ ----------- ----------- --------- --------- ----------------
100.00    0.000163           5        33         2 total
)";

constexpr const char* kStraceBoth =
    R"(System call usage summary for 64 bit mode:
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
  0.00    0.000000           0         7           read
------ ----------- ----------- --------- --------- ----------------
100.00    0.000000           0         7           total
System call usage summary for 32 bit mode:
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
  0.00    0.000000           0         9         1 socketcall
------ ----------- ----------- --------- --------- ----------------
100.00    0.000000           0         9         1 total
System call usage summary for x32 mode:
% time     seconds  usecs/call     calls    errors syscall
  0.00    0.000000           0         3           write
)";

constexpr const char* kPerf = R"(
 Summary of events:

 ls (21630), 290 events, 97.3%

   syscall            calls  errors  total       min       avg       max       stddev
                                     (msec)    (msec)    (msec)    (msec)        (%)
   --------------- --------  ------ -------- --------- --------- ---------     ------
   openat                34     13     0.727     0.015     0.021     0.030      4.12%
   futex                  1      0     0.027     0.027     0.027     0.027      0.00%


 sh (21631), 2 events, 0.1%

   syscall            calls  errors  total       min       avg       max       stddev
                                     (msec)    (msec)    (msec)    (msec)        (%)
   --------------- --------  ------ -------- --------- --------- ---------     ------
   futex                  5      0     0.027     0.027     0.027     0.027      0.00%
)";

struct Good {
  const char* text;
  Counts counts;
  std::map<std::string, Counts> per_abi;
};

TEST(ReadWeightsTest, EveryKindOfFile) {
  const Good cases[] = {
      {R"({"read": 3, "futex": 7.5, "read": 1})",
       {{"read", 4}, {"futex", 7.5}},
       {}},
      {"\n { \"amd64\": {\"read\": 1e3}, \"write\": 2}",
       {{"write", 2}},
       {{"x86_64", {{"read", 1000}}}}},
      {"{}", {}, {}},
      {kStrace, {{"mmap", 30}, {"access", 2}}, {}},
      {kStraceBoth,
       {{"read", 7}},
       {{"x86", {{"socketcall", 9}}}, {"x32", {{"write", 3}}}}},
      {kPerf, {{"openat", 34}, {"futex", 6}}, {}},
  };
  for (const Good& c : cases) {
    Diagnostics findings;
    const auto weights = ReadWeights(c.text, findings);
    ASSERT_TRUE(weights.has_value()) << findings.front().text << "\n" << c.text;
    EXPECT_TRUE(findings.empty()) << c.text;
    EXPECT_EQ(weights->kind, Weights::Kind::kMeasured);
    EXPECT_EQ(weights->counts, c.counts) << c.text;
    EXPECT_EQ(weights->per_abi, c.per_abi) << c.text;
  }
}

struct Bad {
  const char* text;
  const char* message;
};

TEST(ReadWeightsTest, SaysThePlaceAndWhatIsWrong) {
  const Bad cases[] = {
      {"",
       "1:1: neither an object in JSON nor a table of strace -c or perf trace "
       "-s"},
      {"no table\n",
       "1:1: neither an object in JSON nor a table of strace -c or perf trace "
       "-s"},
      {"[1]",
       "1:1: neither an object in JSON nor a table of strace -c or perf trace "
       "-s"},
      {"{\"read\": 1e999}", "1:10: this number is past 64 bits"},
      {"{\"read\": 1",
       "1:11: the document ends too early: the object opened in line 1 is not "
       "closed"},
      {"{\n\"raed\": 1}",
       "2:1: \"raed\" is no syscall; did you mean \"read\"?"},
      {"{\"read\": \"1\"}", "1:10: \"read\" has no number for a count"},
      {"{\"read\": null}", "1:10: \"read\" has no number for a count"},
      {"{\"x86\": {\n\"read\": {}}}",
       "2:9: \"read\" has no number for a count"},
      {"{\"read\": -1}", "1:10: \"read\" is negative"},
      {"{\"x87\": {}}", "1:2: \"x87\" is no ABI, and holds an object"},
      {"syscall calls\nread x\n", "2:6: \"x\" is not a number of calls"},
      {"syscall calls\nread\n", "2:1: \"read\" is not a number of calls"},
      {"% time calls syscall\n---\n 1 5 raed\n",
       "3:6: \"raed\" is no syscall; did you mean \"read\"?"},
  };
  for (const Bad& c : cases) {
    Diagnostics findings;
    EXPECT_FALSE(ReadWeights(c.text, findings).has_value()) << c.text;
    ASSERT_EQ(findings.size(), 1u) << c.text;
    const Location at = Locate(c.text, findings.front().at.offset);
    EXPECT_EQ(std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
                  findings.front().text,
              c.message)
        << c.text;
  }
}

}  // namespace
}  // namespace scbpf
