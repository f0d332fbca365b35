// Places and the look of diagnostics.
#include <gtest/gtest.h>

#include <string>

#include "scbpf/diagnostic.h"

namespace scbpf {
namespace {

TEST(Locate, TellsLineColumnAndPointer) {
  const std::string text =
      "{\r\n"
      "\t\"a\": [1, {\"b/~\": \"x\"}],\r\n"
      "\t\"\\u00e9\\n\": {\"c\": true}\r\n"
      "}";
  struct Row {
    std::string at;
    int line;
    int column;
    std::string pointer;
  };
  const Row rows[] = {
      {"{\r", 1, 1, ""},
      {"\"a\"", 2, 2, "/a"},
      {"[1", 2, 7, "/a"},
      {"1, ", 2, 8, "/a/0"},
      {"{\"b", 2, 11, "/a/1"},
      {"\"b/~\"", 2, 12, "/a/1/b~1~0"},
      {"\"x\"", 2, 19, "/a/1/b~1~0"},
      {"true", 3, 20, "/\xc3\xa9\n/c"},
  };
  for (const Row& row : rows) {
    const auto offset = static_cast<uint32_t>(text.find(row.at));
    const Location location = Locate(text, offset);
    EXPECT_EQ(location.line, row.line) << row.at;
    EXPECT_EQ(location.column, row.column) << row.at;
    EXPECT_EQ(location.pointer, row.pointer) << row.at;
  }
  const Location end = Locate(text, static_cast<uint32_t>(text.size()));
  EXPECT_EQ(end.line, 4);
  EXPECT_EQ(end.column, 2);
  EXPECT_EQ(Locate(text, 1'000'000).line, 4);
}

Diagnostic At(Severity severity, std::string id, SourceSpan at,
              std::string text, std::string folded = "") {
  return {severity, std::move(id), at, std::move(text), std::move(folded)};
}

TEST(FormatDiagnostics, ShowsPlaceSeverityPointerAndCaret) {
  const std::string text = "{\n\t\"op\": \"X\"\r\n}";
  EXPECT_EQ(FormatDiagnostics(text, {At(Severity::kError, "a", {9, 3}, "no X")},
                              {"p.json"}),
            "p.json:2:8: error: no X [/op]\n"
            "\t\"op\": \"X\"\n"
            "\t      ^~~\n");
}

TEST(FormatDiagnostics, SortsHidesNotesAndRaisesWarnings) {
  const std::string text = "{\"a\":1}";
  const Diagnostics all = {At(Severity::kNote, "n", {5, 1}, "third"),
                           At(Severity::kWarning, "w", {1, 3}, "second"),
                           At(Severity::kError, "e", {0, 1}, "first")};
  const std::string head = "f:1:1: error: first\n{\"a\":1}\n^\n";
  const std::string body = "second [/a]\n{\"a\":1}\n ^~~\n";
  const std::string note = "f:1:6: note: third [/a]\n{\"a\":1}\n     ^\n";
  EXPECT_EQ(FormatDiagnostics(text, all, {"f"}),
            head + "f:1:2: warning: " + body);
  EXPECT_EQ(FormatDiagnostics(text, all, {"f", true, true}),
            head + "f:1:2: error: " + body + note);
  EXPECT_EQ(CountErrors(all), 1);
  EXPECT_EQ(CountErrors(all, true), 2);
  EXPECT_EQ(CountWarnings(all), 1);
}

TEST(FormatDiagnostics, FoldsUnlessVerbose) {
  const std::string text = "[1,2,3]";
  const Diagnostics two = {At(Severity::kWarning, "w", {1, 1}, "one", "all"),
                           At(Severity::kWarning, "w", {3, 1}, "two", "all"),
                           At(Severity::kWarning, "v", {5, 1}, "lone", "V")};
  EXPECT_EQ(FormatDiagnostics(text, two, {"f"}),
            "f:1:2: warning: all (2 times; -v tells each) [/0]\n[1,2,3]\n ^\n"
            "f:1:6: warning: lone [/2]\n[1,2,3]\n     ^\n");
  EXPECT_EQ(FormatDiagnostics(text, two, {"f", true}),
            "f:1:2: warning: one [/0]\n[1,2,3]\n ^\n"
            "f:1:4: warning: two [/1]\n[1,2,3]\n   ^\n"
            "f:1:6: warning: lone [/2]\n[1,2,3]\n     ^\n");
}

TEST(FormatDiagnostics, FoldsWhatHasOneLine) {
  const Diagnostics three = {At(Severity::kWarning, "w", {1, 1}, "one", "A"),
                             At(Severity::kWarning, "w", {3, 1}, "two", "B"),
                             At(Severity::kWarning, "w", {5, 1}, "three", "A")};
  EXPECT_EQ(FormatDiagnostics("[1,2,3]", three, {"f"}),
            "f:1:2: warning: A (2 times; -v tells each) [/0]\n[1,2,3]\n ^\n"
            "f:1:4: warning: two [/1]\n[1,2,3]\n   ^\n");
}

TEST(FormatDiagnostics, TellsAThousandAndCountsTheRest) {
  Diagnostics many(1234, At(Severity::kError, "e", {0, 1}, "x"));
  const std::string out = FormatDiagnostics("{}", many, {"f"});
  EXPECT_EQ(std::count(out.begin(), out.end(), '^'), 1000);
  EXPECT_NE(out.find("\nf: 234 more not told\n"), std::string::npos);
}

TEST(FormatDiagnostics, CutsLongLinesAroundTheCaret) {
  const std::string text(5000, 'x');
  for (const uint32_t offset : {0u, 50u, 99u, 500u, 2500u, 4990u, 4999u}) {
    std::string marked = text;
    marked[offset] = '!';
    const std::string out = FormatDiagnostics(
        marked, {At(Severity::kError, "e", {offset, 300}, "t")}, {"f"});
    const size_t first = out.find('\n') + 1;
    const size_t second = out.find('\n', first) + 1;
    const std::string source = out.substr(first, second - first - 1);
    EXPECT_LE(source.size(), 103u) << offset;
    EXPECT_EQ(source.find('!'), out.find('^') - second) << offset;
    EXPECT_LE(out.size() - second, 104u) << offset;
  }
}

TEST(FormatDiagnostics, LetsNothingReachTheTerminal) {
  const std::string text = "{\"\x1b[2J\": \"\xe2\x80\xae\xff\xc3\xa9\"}";
  const std::string out = FormatDiagnostics(
      text, {At(Severity::kError, "e", {9, 3}, "t")}, {"a\x1b"});
  EXPECT_EQ(out,
            "a?:1:10: error: t [/?[2J]\n"
            "{\"?[2J\": \"?"
            "?\xc3\xa9\"}\n"
            "         ^~\n");
}

TEST(FormatDiagnostics, ColoursOnRequest) {
  const std::string out =
      FormatDiagnostics("{}", {At(Severity::kWarning, "w", {0, 1}, "t")},
                        {"f", false, false, true});
  EXPECT_EQ(out,
            "\033[1mf:1:1:\033[0m \033[1;35mwarning:\033[0m \033[1mt\033[0m\n"
            "{}\n\033[1;32m^\033[0m\n");
}

TEST(FormatDiagnostics, AnEmptyTextHasNoSourceLine) {
  EXPECT_EQ(FormatDiagnostics("", {At(Severity::kError, "e", {}, "t")}, {"f"}),
            "f:1:1: error: t\n");
}

}  // namespace
}  // namespace scbpf
