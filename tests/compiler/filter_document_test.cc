// Filters as JSON: there and back, each error with its place, and the digest.
#include "compiler/filter_document.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bpf/instruction.h"
#include "compiler/sha256.h"

namespace scbpf {
namespace {

TEST(FilterDocument, IsReadAsItWasWritten) {
  const Program program = {
      op::Load(4), op::JumpIf(op::kJeqK, ~0u, 0, 255), {op::kTaxAll, 1, 2, 3}};
  Program accepted = program;
  accepted.insert(accepted.end(), 257, op::Return(0x7fff0000));
  const std::vector<std::vector<FilterRecord>> stacks = {
      {{{accepted, kFlagSpecAllow}, {"x86_64", "x86"}, Sha256("a")}},
      {{{accepted, 0}}, {{{op::Return(0)}, 0x3f}, {"s390x"}}},
  };
  for (const std::vector<FilterRecord>& stack : stacks) {
    Diagnostics findings;
    EXPECT_EQ(ReadFilterDocument(FormatFilterDocument(stack), findings), stack);
    EXPECT_TRUE(findings.empty()) << findings[0].text;
  }
}

TEST(FilterDocument, LooksLikeThis) {
  EXPECT_EQ(FormatFilterDocument({{{{op::Load(4), op::Return(0)}, kFlagLog},
                                   {"x86_64", "x32"},
                                   "ab"}}),
            R"({
  "scbpf": 1,
  "filters": [
    {
      "flags": ["SECCOMP_FILTER_FLAG_LOG"],
      "abis": ["x86_64", "x32"],
      "source_sha256": "ab",
      "program": [
        [32, 0, 0, 4],
        [6, 0, 0, 0]
      ]
    }
  ]
}
)");
}

// Flags that are not told are those of a raw filter.
TEST(FilterDocument, NeedsNoMoreThanThePrograms) {
  Diagnostics findings;
  const auto stack = ReadFilterDocument(
      R"({"filters":[{"program":[[6,0,0,0]]}],"scbpf":1})", findings);
  ASSERT_TRUE(stack.has_value());
  EXPECT_EQ(stack->at(0),
            (FilterRecord{{{op::Return(0)}, kFlagSpecAllow}, {}, ""}));
}

// "@" stands where the finding is.
TEST(FilterDocument, SaysWhatIsWrongAndWhere) {
  struct Row {
    std::string text;
    std::string message;
  };
  const auto filter = [](const std::string& members) {
    return "{\"scbpf\": 1, \"filters\": [{" + members + "}]}";
  };
  const auto program = [&](const std::string& lines) {
    return filter("\"program\": [" + lines + "]");
  };
  const std::vector<Row> rows = {
      {R"(@[])", "expected an object"},
      {R"(@{"scbpf": 1})", "the member \"filters\" is missing"},
      {R"(@{"filters": []})", "the member \"scbpf\" is missing"},
      {R"({"scbpf": @2})", "this scbpf reads version 1 of the document"},
      {R"({"scbpf": @"1"})", "this scbpf reads version 1 of the document"},
      {R"({"scbpf": 1, "filters": @{}})", "expected an array of filters"},
      {R"({"scbpf": 1, "filters": @[]})", "there is no filter"},
      {R"({"scbpf": 1, "filters": [@1]})", "expected a filter, an object"},
      {R"({"scbpf": 1, @"scbpf": 1})", "a second \"scbpf\""},
      {R"({"scbpf": 1, "filters": [@}])",
       "unexpected \"}\": it closes no bracket that is open"},
      {R"({"scbpf": 1, "filters": [@{}]})",
       "the member \"program\" is missing"},
      {filter(R"("flags": @1)"), "expected an array of flags"},
      {filter(R"("flags": [@1])"), "expected a string"},
      {filter(R"("flags": [@"SECCOMP_FILTER_FLAG_LOO"])"),
       "unknown flag \"SECCOMP_FILTER_FLAG_LOO\"; did you mean "
       "\"SECCOMP_FILTER_FLAG_LOG\"?"},
      {filter(R"("abis": [@"x86_65"])"),
       "unknown ABI \"x86_65\"; did you mean \"x86_64\"?"},
      {filter(R"("source_sha256": @null)"), "expected a string"},
      {filter(R"("program": @{})"), "expected an array of instructions"},
      {program("@6"), "expected an instruction, [code, jt, jf, k]"},
      {program("@[6, 0, 0]"), "expected an instruction, [code, jt, jf, k]"},
      {program("[@65536, 0, 0, 0]"), "code is a number from 0 to 65535"},
      {program("[6, @256, 0, 0]"), "jt is a number from 0 to 255"},
      {program("[6, 0, @-1, 0]"), "jf is a number from 0 to 255"},
      {program("[6, 0, 0, @4294967296]"), "k is a number from 0 to 4294967295"},
      {program("[6, 0, 0, @1.5]"), "k is a number from 0 to 4294967295"},
      {filter(R"("program": @[])"),
       "the kernel refuses this filter: the program is empty"},
      {program("[6, 0, 0, 0], @[32, 0, 0, 2], [6, 0, 0, 0]"),
       "the kernel refuses this filter: load at 2, not aligned to 4"},
  };
  for (const Row& row : rows) {
    const size_t at = row.text.find('@');
    std::string text = row.text;
    text.erase(at, 1);
    Diagnostics findings;
    EXPECT_FALSE(ReadFilterDocument(text, findings).has_value()) << text;
    ASSERT_FALSE(findings.empty()) << text;
    EXPECT_EQ(findings[0].text, row.message) << text;
    EXPECT_EQ(findings[0].at.offset, at) << text << findings[0].text;
  }
}

TEST(FilterDocument, WarnsOfMembersItDoesNotKnow) {
  Diagnostics findings;
  const auto stack = ReadFilterDocument(
      R"({"scbpf":1,"filters":[{"program":[[6,0,0,0]],"flag":{"a":[1]}}]})",
      findings);
  ASSERT_TRUE(stack.has_value());
  EXPECT_EQ(stack->size(), 1u);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Severity::kWarning);
  EXPECT_EQ(findings[0].text,
            "unknown member \"flag\"; did you mean \"flags\"?");
}

TEST(FilterDocument, BoundsWhatItReads) {
  std::string text = "{\"scbpf\": 1, \"filters\": [{\"program\": [";
  for (int i = 0; i < 250'000; ++i) text += "0,";
  text += "0]}]}";
  Diagnostics findings;
  EXPECT_FALSE(ReadFilterDocument(text, findings).has_value());
  EXPECT_EQ(findings.at(0).id, "too-large");
  // Deep nesting alone does no harm.
  findings.clear();
  EXPECT_FALSE(
      ReadFilterDocument("{\"scbpf\":" + std::string(100'000, '['), findings));
  EXPECT_EQ(findings.at(0).id, "syntax");
}

// The examples of FIPS 180-4, and lengths around a block's end.
TEST(Sha256, TestVectors) {
  struct Row {
    std::string bytes;
    const char* digest;
  };
  const std::vector<Row> rows = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc",
       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {std::string(1'000'000, 'a'),
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
      {std::string(55, '\xff'),
       "aadaed00a3c5fbb8072ae7f1984ba8199fbe5272de427d11eaf31583af37db51"},
      {std::string(56, '\xff'),
       "528ff50ab05e77bbbd224a9ec86165dbb6824a9a9efb544be0a1d57d5b416457"},
      {std::string(63, '\xff'),
       "d12449c8124182545ae91924286cc6af13528bcf62a5ddbd5e00b891fffc1b48"},
      {std::string(64, '\xff'),
       "8667e718294e9e0df1d30600ba3eeb201f764aad2dad72748643e4a285e1d1f7"},
      {std::string(119, '\xff'),
       "b863f94597d433ef2280e3b4656f13ea265a79bb8047287321c218905b03c99b"},
      {std::string(120, '\xff'),
       "9088fee917e5a748c2f0b4f5458c1cbdabbd696291c69be6e605bae0ef779e8f"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Sha256(row.bytes), row.digest) << row.bytes.size();
  }
}

}  // namespace
}  // namespace scbpf
