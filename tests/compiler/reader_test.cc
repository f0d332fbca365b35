// What the reader finds, row by row, and what it makes of good profiles.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "scbpf/profile.h"
#include "scbpf/program.h"

namespace scbpf {
namespace {

enum Scope { kWhole, kEntry, kArgs };

struct Row {
  Scope scope;
  std::string text;
  std::vector<std::string> findings;
};

std::vector<Row> Rows() {
  return {
#include "tests/compiler/reader_rows.inc"
  };
}

std::string Whole(const Row& row) {
  const std::string entry =
      row.scope == kArgs
          ? R"({"names":["a"],"action":"SCMP_ACT_ERRNO","args":[)" + row.text +
                "]}"
          : row.text;
  if (row.scope == kWhole) return entry;
  return R"({"defaultAction":"SCMP_ACT_LOG","syscalls":[)" + entry + "]}";
}

// Takes the backticks out of `text`, and answers where they stood.
std::vector<uint32_t> TakeMarks(std::string& text) {
  std::vector<uint32_t> places;
  std::string out;
  for (const char c : text) {
    if (c == '`') {
      places.push_back(static_cast<uint32_t>(out.size()));
    } else {
      out += c;
    }
  }
  text = out;
  return places;
}

std::string SeverityName(Severity severity) {
  return severity == Severity::kError     ? "error"
         : severity == Severity::kWarning ? "warning"
                                          : "note";
}

Profile Parse(const std::string& text, Dialect dialect = Dialect::kAuto) {
  Diagnostics findings;
  std::optional<Profile> profile = ParseProfile(text, dialect, findings);
  EXPECT_TRUE(profile.has_value()) << text << "\n"
                                   << FormatDiagnostics(text, findings, {"t"});
  return profile.value_or(Profile{});
}

std::vector<std::string> Ids(const std::string& text,
                             Dialect dialect = Dialect::kAuto) {
  Diagnostics findings;
  ParseProfile(text, dialect, findings);
  std::vector<std::string> ids;
  for (const Diagnostic& each : findings) {
    ids.push_back(SeverityName(each.severity) + " " + each.id);
  }
  return ids;
}

TEST(Reader, FindsWhatEachRowSays) {
  for (const Row& row : Rows()) {
    std::string text = Whole(row);
    const std::vector<uint32_t> places = TakeMarks(text);
    ASSERT_EQ(places.size(), row.findings.size()) << row.text;
    Diagnostics findings;
    const auto profile = ParseProfile(text, Dialect::kAuto, findings);
    EXPECT_EQ(profile.has_value(), CountErrors(findings) == 0) << row.text;
    std::stable_sort(findings.begin(), findings.end(),
                     [](const Diagnostic& a, const Diagnostic& b) {
                       return a.at.offset < b.at.offset;
                     });
    std::vector<std::string> found;
    std::vector<std::string> expected;
    for (const Diagnostic& each : findings) {
      if (each.severity == Severity::kNote) continue;
      found.push_back(std::to_string(each.at.offset) + " " +
                      SeverityName(each.severity) + " " + each.id);
    }
    for (size_t i = 0; i < places.size(); ++i) {
      expected.push_back(std::to_string(places[i]) + " " + row.findings[i]);
    }
    EXPECT_EQ(found, expected) << text << "\n"
                               << FormatDiagnostics(text, findings, {"t"});
  }
}

TEST(Reader, KeepsEverythingAnOciProfileSays) {
  const std::string text = R"({
  "defaultAction": "SCMP_ACT_ERRNO",
  "defaultErrnoRet": 38,
  "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32"],
  "flags": ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_TSYNC"],
  "listenerPath": "/run/agent.sock",
  "listenerMetadata": "a\nb",
  "syscalls": [
    {"names": ["read", "cl\u006fse"], "action": "SCMP_ACT_ALLOW"},
    {"names": ["socket"], "action": "SCMP_ACT_TRACE", "errnoRet": 7, "args": [
      {"index": 1, "value": 15, "valueTwo": 3, "op": "SCMP_CMP_MASKED_EQ"},
      {"index": 2, "value": 9, "op": "SCMP_CMP_GE"}]},
    {"names": ["mount"], "action": "SCMP_ACT_NOTIFY"}
  ]
})";
  const Profile profile = Parse(text);
  EXPECT_EQ(profile.dialect, Dialect::kOci);
  EXPECT_EQ(profile.default_action.value, Action::kErrno);
  EXPECT_EQ(profile.default_errno_ret->value, 38);
  ASSERT_EQ(profile.architectures.size(), 2u);
  EXPECT_EQ(profile.architectures[1].value, "x32");
  EXPECT_EQ(profile.flags, uint32_t{kFlagLog | kFlagTsync});
  EXPECT_EQ(profile.listener_path, "/run/agent.sock");
  EXPECT_EQ(profile.listener_metadata, "a\nb");
  ASSERT_EQ(profile.syscalls.size(), 3u);
  EXPECT_EQ(profile.syscalls[0].names[1].value, "close");
  const ProfileEntry& socket = profile.syscalls[1];
  EXPECT_EQ(socket.errno_ret->value, 7);
  ASSERT_EQ(socket.args.size(), 2u);
  EXPECT_EQ(socket.args[0].value_two->value, 3u);
  EXPECT_EQ(socket.args[0].op.value, ProfileOp::kMaskedEq);
  EXPECT_EQ(socket.args[1].index.value, 2u);
  // Every value knows its place.
  const auto said = [&](SourceSpan at) {
    return text.substr(at.offset, at.length);
  };
  EXPECT_EQ(said(profile.default_errno_ret->at), "38");
  EXPECT_EQ(said(profile.syscalls[0].names[1].at), R"("cl\u006fse")");
  EXPECT_EQ(said(socket.args[0].value.at), "15");
  EXPECT_EQ(said(socket.args[1].at),
            R"({"index": 2, "value": 9, "op": "SCMP_CMP_GE"})");
  EXPECT_EQ(said(socket.at).substr(0, 20), R"({"names": ["socket"])");
  EXPECT_EQ(said(profile.flags_at).front(), '[');
  EXPECT_EQ(said(profile.flags_at).back(), ']');
}

TEST(Reader, KeepsWhatDockerAdds) {
  const Profile profile = Parse(R"({"defaultAction":"SCMP_ACT_ERRNO",
    "archMap":[{"architecture":"SCMP_ARCH_X86_64",
                "subArchitectures":["SCMP_ARCH_X86"]}],
    "syscalls":[{"name":"read","action":"SCMP_ACT_KILL","comment":"why",
      "includes":{"arches":["amd64"],"caps":["CAP_BPF"],"minKernel":"4.8"},
      "excludes":{"caps":["CAP_SYS_ADMIN"]}}]})");
  EXPECT_EQ(profile.dialect, Dialect::kDocker);
  ASSERT_EQ(profile.arch_map.size(), 1u);
  EXPECT_EQ(profile.arch_map[0].architecture.value, "x86_64");
  EXPECT_EQ(profile.arch_map[0].sub_architectures[0].value, "x86");
  const ProfileEntry& entry = profile.syscalls[0];
  EXPECT_TRUE(entry.name_alone);
  EXPECT_EQ(entry.names[0].value, "read");
  EXPECT_EQ(entry.action.value, Action::kKillThread);
  EXPECT_EQ(entry.comment, "why");
  EXPECT_EQ(entry.includes.arches[0].value, "amd64");
  EXPECT_EQ(entry.includes.caps[0].value, "CAP_BPF");
  EXPECT_EQ(entry.includes.min_kernel->value, (KernelVersion{4, 8}));
  EXPECT_EQ(entry.excludes.caps[0].value, "CAP_SYS_ADMIN");
}

TEST(Reader, ReadsErrnosOfPodmanByNameAndNumber) {
  const Profile profile = Parse(R"({"defaultAction":"SCMP_ACT_ERRNO",
    "defaultErrno":"ENOSYS","syscalls":[
    {"names":["a"],"action":"SCMP_ACT_ERRNO","errno":"EPERM","errnoRet":1},
    {"names":["b"],"action":"SCMP_ACT_ERRNO","errno":"22"},
    {"names":["c"],"action":"SCMP_ACT_ERRNO","errno":"EACCES","errnoRet":1},
    {"names":["d"],"action":"SCMP_ACT_ERRNO","errno":"","errnoRet":9}]})");
  EXPECT_EQ(profile.dialect, Dialect::kPodman);
  EXPECT_EQ(profile.default_errno_ret->value, 38);
  EXPECT_EQ(profile.syscalls[0].errno_ret->value, 1);
  EXPECT_EQ(profile.syscalls[1].errno_ret->value, 22);
  EXPECT_EQ(profile.syscalls[2].errno_ret->value, 13);
  EXPECT_EQ(profile.syscalls[3].errno_ret->value, 9);
}

TEST(Reader, TheDialectDecidesWhoseKeysCount) {
  const std::string text = R"({"defaultAction":"SCMP_ACT_ERRNO","syscalls":[
    {"names":["a"],"action":"SCMP_ACT_ERRNO","errno":"ENOSYS",
     "includes":{"minKernel":"4.8","caps":["CAP_BPF"]}}]})";
  const Profile oci = Parse(text, Dialect::kOci);
  EXPECT_TRUE(oci.syscalls[0].includes.empty());
  EXPECT_FALSE(oci.syscalls[0].errno_ret.has_value());
  const Profile docker = Parse(text, Dialect::kDocker);
  EXPECT_TRUE(docker.syscalls[0].includes.min_kernel.has_value());
  EXPECT_FALSE(docker.syscalls[0].errno_ret.has_value());
  const Profile podman = Parse(text, Dialect::kPodman);
  EXPECT_FALSE(podman.syscalls[0].includes.min_kernel.has_value());
  EXPECT_EQ(podman.syscalls[0].includes.caps.size(), 1u);
  EXPECT_EQ(podman.syscalls[0].errno_ret->value, 38);
  EXPECT_EQ(Parse(text).dialect, Dialect::kPodman);
}

TEST(Reader, AnExplicitDialectHoldsInsideADocumentToo) {
  const std::string text = R"({"linux":{"seccomp":{
    "defaultAction":"SCMP_ACT_ERRNO","syscalls":[
    {"name":"a","action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_BPF"]}}]}}})";
  const Profile profile = Parse(text, Dialect::kDocker);
  EXPECT_EQ(profile.dialect, Dialect::kDocker);
  EXPECT_EQ(profile.syscalls[0].names[0].value, "a");
  EXPECT_EQ(profile.syscalls[0].includes.caps.size(), 1u);
  EXPECT_EQ(
      Ids(text, Dialect::kOci),
      (std::vector<std::string>{"error missing-names", "warning docker-key",
                                "warning docker-key"}));
}

TEST(Reader, NotesWhatKubernetesIgnores) {
  EXPECT_EQ(Ids(R"({"defaultAction":"SCMP_ACT_LOG","archMap":[]})"),
            (std::vector<std::string>{"note kubernetes"}));
  EXPECT_EQ(Ids(R"({"defaultAction":"SCMP_ACT_LOG","syscalls":[
    {"names":["a"],"action":"SCMP_ACT_ALLOW","excludes":{}},
    {"names":["b"],"action":"SCMP_ACT_ALLOW","includes":{}}]})"),
            (std::vector<std::string>{"note kubernetes"}));
}

TEST(Reader, NullArgsAreOrdinaryInPodmansFiles) {
  EXPECT_EQ(Ids(R"({"defaultAction":"SCMP_ACT_LOG","syscalls":[
    {"names":["a"],"action":"SCMP_ACT_ERRNO","errno":"EPERM","args":null}]})"),
            (std::vector<std::string>{"note null-args"}));
}

TEST(Reader, PlacesInsideADocumentAreThoseOfTheDocument) {
  const std::string text =
      R"({"ociVersion":"1","process":{"args":["a"]},"linux":{"x":[{}],
      "seccomp":{"defaultAction":"SCMP_ACT_LOG"},"seccomps":1}})";
  const Profile profile = Parse(text);
  EXPECT_EQ(profile.dialect, Dialect::kOci);
  const SourceSpan at = profile.default_action.at;
  EXPECT_EQ(text.substr(at.offset, at.length), "\"SCMP_ACT_LOG\"");
  EXPECT_EQ(Locate(text, at.offset).pointer, "/linux/seccomp/defaultAction");
}

std::string Repeat(const std::string& piece, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += piece;
  return out;
}

TEST(Reader, DepthAndSizeAreBounded) {
  const std::string head = R"({"defaultAction":"SCMP_ACT_LOG","x":)";
  for (const char* const piece : {"[", "{\"a\":"}) {
    EXPECT_EQ(Ids(head + Repeat(piece, 100'000)).back(), "error too-deep");
  }
  EXPECT_EQ(Ids(Repeat("[", 100'000)).back(), "error not-a-profile");
  EXPECT_EQ(Ids(Repeat("{\"a\":", 100'000)).back(), "error too-deep");
  const size_t limit = size_t{8} << 20;
  const std::string fits = R"({"defaultAction":"SCMP_ACT_LOG"})";
  EXPECT_EQ(Ids(fits + std::string(limit - fits.size(), ' ')).size(), 0u);
  EXPECT_EQ(Ids(fits + std::string(limit - fits.size() + 1, ' ')),
            (std::vector<std::string>{"error too-large"}));
}

TEST(Reader, StopsAfterTenThousandErrors) {
  const std::string text = R"({"defaultAction":"SCMP_ACT_LOG","syscalls":[)" +
                           Repeat("{},", 1'000'000) + "{}]}";
  const std::vector<std::string> ids = Ids(text);
  EXPECT_EQ(ids.back(), "error too-many-errors");
  EXPECT_LT(ids.size(), 10'010u);
}

TEST(Reader, EveryTruncationIsAnErrorAndNothingElse) {
  const std::string text = R"({"defaultAction":"SCMP_ACT_ERRNO",
    "archMap":[{"architecture":"SCMP_ARCH_X86_64","subArchitectures":[]}],
    "syscalls":[{"names":["read","\u00e9\""],"action":"SCMP_ACT_ERRNO",
    "errnoRet":12,"args":[{"index":0,"value":123,"op":"SCMP_CMP_EQ"}],
    "includes":{"caps":["CAP_BPF"]}}]})";
  ASSERT_EQ(Ids(text), (std::vector<std::string>{"note kubernetes"}));
  for (size_t size = 0; size < text.size(); ++size) {
    Diagnostics findings;
    const std::string cut = text.substr(0, size);
    EXPECT_FALSE(ParseProfile(cut, Dialect::kAuto, findings)) << cut;
    EXPECT_EQ(CountErrors(findings), 1) << cut;
    EXPECT_LE(findings[0].at.offset, size);
    FormatDiagnostics(cut, findings, {"t"});
  }
}

TEST(Reader, SaysWhatWasMeant) {
  const auto text_of = [](const std::string& text) {
    Diagnostics findings;
    ParseProfile(text, Dialect::kAuto, findings);
    return findings.empty() ? std::string() : findings[0].text;
  };
  EXPECT_EQ(text_of(R"({"defaultAction":"SCMP_ACT_ALOW"})"),
            "unknown action \"SCMP_ACT_ALOW\"; did you mean "
            "\"SCMP_ACT_ALLOW\"?");
  EXPECT_EQ(text_of(R"({"defaultAction":"SCMP_ACT_LOG",
                        "architectures":["amd64"]})"),
            "unknown architecture \"amd64\"; did you mean "
            "\"SCMP_ARCH_X86_64\"?");
  EXPECT_EQ(text_of(R"({"defaultAction":"SCMP_ACT_LOG","sycalls":1})"),
            "unknown field \"sycalls\" is ignored; did you mean "
            "\"syscalls\"?");
  // What is quoted cannot act on a terminal.
  EXPECT_EQ(text_of("{\"defaultAction\":\"\\u001b[2J\"}"),
            "unknown action \"\\x1b[2J\"");
}

TEST(Reader, ExplainsSyntax) {
  struct Case {
    std::string text;
    std::string place;
    std::string words;
  };
  const Case cases[] = {
      {R"({"defaultAction":nul})", "1:18",
       "unexpected word \"nul\"; did you mean \"null\"?"},
      {R"({"defaultAction":SCMP})", "1:18",
       "unexpected word \"SCMP\"; strings stand in double quotes"},
      {R"({defaultAction:"X"})", "1:2",
       "keys stand in double quotes: \"defaultAction\""},
      {R"({"defaultAction" "X"})", "1:18", "expected a colon before this"},
      {R"({"defaultAction"="X"})", "1:17", "expected a colon in place of this"},
      {R"({"defaultAction":"X" "syscalls":[]})", "1:22",
       "expected a comma before this"},
      {R"({"defaultAction":"X,"syscalls":[]})", "1:22",
       "expected a comma before this; is a quote missing in this line?"},
      {R"({"defaultAction":"X",,"a":1})", "1:22",
       "a comma with nothing before it"},
      {R"({"defaultAction":})", "1:18", "expected a value behind the colon"},
      {"{\"a\":\n[1,\"b\":2]}", "2:7",
       "a colon inside an array: is the array opened in line 2 not closed?"},
      {R"({"a":[]]})", "1:8",
       "unexpected \"]\": it closes no bracket that is open"},
      {R"({"a":1}})", "1:8", "unexpected text behind the end of the profile"},
      {R"({"a":0x1f})", "1:7",
       "JSON has no hexadecimal numbers; write it in decimal"},
      {R"({"a":010})", "1:7", "a number has no leading zero in JSON"},
      {R"({"a":+1})", "1:6", "a number has no plus sign in JSON"},
      {R"({"a":.5})", "1:6", "a number starts with a digit in JSON"},
      {R"({"a":1e999})", "1:6", "this number is past 64 bits"},
      {R"({"a":-})", "1:6", "this is no number in JSON"},
      {R"({"a":'b'})", "1:6", "strings stand in double quotes"},
      {"{\"a\":\xe2\x80\x9c}", "1:6",
       "typographic quotes; strings stand in plain double quotes"},
      {"{\"a\":\"b\nc\"}", "1:8", "this string is not closed in its line"},
      {"{\"a\":\"b\tc\"}", "1:8", "a control character inside a string"},
      {"{\"a\":[\n{\"b\":\"c", "2:8",
       "the document ends too early: the object opened in line 2 is not "
       "closed"},
      {"https://example.org/p.json\r\n{}", "1:1",
       "expected \"{\", found \"https\""},
  };
  for (const Case& each : cases) {
    Diagnostics findings;
    ParseProfile(each.text, Dialect::kAuto, findings);
    ASSERT_FALSE(findings.empty()) << each.text;
    EXPECT_EQ(findings.back().text, each.words) << each.text;
    const Location at = Locate(each.text, findings.back().at.offset);
    EXPECT_EQ(std::to_string(at.line) + ":" + std::to_string(at.column),
              each.place)
        << each.text;
  }
}

TEST(MakeReturnValue, ErrnoAndTraceHaveData) {
  EXPECT_EQ(MakeReturnValue(Action::kErrno, std::nullopt), Errno(1));
  EXPECT_EQ(MakeReturnValue(Action::kErrno, 38), Errno(38));
  EXPECT_EQ(MakeReturnValue(Action::kTrace, std::nullopt), Trace(1));
  EXPECT_EQ(MakeReturnValue(Action::kTrace, 300), Trace(300));
  EXPECT_EQ(MakeReturnValue(Action::kAllow, 38), Allow());
  EXPECT_EQ(MakeReturnValue(Action::kTrap, 38), Trap());
  EXPECT_EQ(MakeReturnValue(Action::kKillThread, 1), KillThread());
  EXPECT_EQ(MakeReturnValue(Action::kKillProcess, 1), KillProcess());
  EXPECT_EQ(MakeReturnValue(Action::kUserNotif, 1), UserNotif());
  EXPECT_EQ(MakeReturnValue(Action::kLog, 1), Log());
}

}  // namespace
}  // namespace scbpf
