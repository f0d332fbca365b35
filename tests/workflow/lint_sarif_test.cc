// The log that FormatLintSarif writes, held against what the standard (SARIF
// 2.1.0) says of the objects it is made of: which members there are, which of
// them must be there, and of what type.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "workflow/lint_formats.h"
#include "workflow/lint_rules.h"

namespace scbpf {
namespace {

using Json = nlohmann::json;

// A member: its type ("string", "count": an integer from 1, "index": from 0,
// "bool", "uri", "level", "kind", or an object's name; in brackets an array of
// it), and whether the standard wants it.
struct Member {
  const char* name;
  const char* type;
  bool required = false;
};
using Members = std::vector<Member>;

// The objects, as far as scbpf writes them. No other members are allowed.
const std::map<std::string, Members>& Objects() {
  static const std::map<std::string, Members> kObjects = {
      {"sarifLog",
       {{"$schema", "uri"},
        {"version", "string", true},
        {"runs", "[run]", true}}},
      {"run",
       {{"tool", "tool", true},
        {"invocations", "[invocation]"},
        {"columnKind", "columnKind"},
        {"results", "[result]"}}},
      {"tool", {{"driver", "toolComponent", true}}},
      {"toolComponent",
       {{"name", "string", true},
        {"semanticVersion", "string"},
        {"rules", "[reportingDescriptor]"}}},
      {"reportingDescriptor",
       {{"id", "string", true},
        {"shortDescription", "multiformatMessageString"},
        {"fullDescription", "multiformatMessageString"},
        {"help", "multiformatMessageString"},
        {"defaultConfiguration", "reportingConfiguration"}}},
      {"multiformatMessageString",
       {{"text", "string", true}, {"markdown", "string"}}},
      {"reportingConfiguration", {{"level", "level"}}},
      {"invocation",
       {{"executionSuccessful", "bool", true},
        {"toolExecutionNotifications", "[notification]"}}},
      {"notification",
       {{"level", "level"},
        {"message", "message", true},
        {"locations", "[location]"}}},
      {"message", {{"text", "string", true}}},
      {"result",
       {{"ruleId", "string"},
        {"ruleIndex", "index"},
        {"level", "level"},
        {"message", "message", true},
        {"locations", "[location]"},
        {"relatedLocations", "[location]"},
        {"suppressions", "[suppression]"}}},
      {"location",
       {{"physicalLocation", "physicalLocation"},
        {"logicalLocations", "[logicalLocation]"},
        {"message", "message"}}},
      {"logicalLocation", {{"fullyQualifiedName", "string"}}},
      {"physicalLocation",
       {{"artifactLocation", "artifactLocation", true}, {"region", "region"}}},
      {"artifactLocation", {{"uri", "uri"}}},
      {"region",
       {{"startLine", "count", true},
        {"startColumn", "count"},
        {"endLine", "count"},
        {"endColumn", "count"}}},
      {"suppression", {{"kind", "kind", true}}},
  };
  return kObjects;
}

bool IsOneOf(const Json& value, std::initializer_list<const char*> words) {
  for (const char* word : words) {
    if (value == word) return true;
  }
  return false;
}

// RFC 3986: no blank, no byte past ASCII, '%' before two hex digits.
bool IsUriReference(const std::string& uri) {
  for (size_t i = 0; i < uri.size(); ++i) {
    const auto byte = static_cast<unsigned char>(uri[i]);
    if (byte <= 0x20 || byte >= 0x7f) return false;
    if (std::string("<>\"{}|\\^`").find(uri[i]) != std::string::npos) {
      return false;
    }
    if (uri[i] == '%' && (i + 2 >= uri.size() || !std::isxdigit(uri[i + 1]) ||
                          !std::isxdigit(uri[i + 2]))) {
      return false;
    }
  }
  return true;
}

// Appends to `wrong` what is not as the standard has it.
class Checker {
 public:
  void Check(const Json& value, const std::string& type,
             const std::string& path) {
    if (type[0] == '[') {
      if (!value.is_array()) return Tell(path, "no array");
      for (size_t i = 0; i < value.size(); ++i) {
        Check(value[i], type.substr(1, type.size() - 2),
              path + "/" + std::to_string(i));
      }
    } else if (const auto found = Objects().find(type);
               found != Objects().end()) {
      CheckObject(value, found->second, path);
    } else {
      CheckPlain(value, type, path);
    }
  }

  std::string wrong;

 private:
  void Tell(const std::string& path, const std::string& what) {
    wrong += path + ": " + what + "\n";
  }

  void CheckObject(const Json& value, const Members& members,
                   const std::string& path) {
    if (!value.is_object()) return Tell(path, "no object");
    std::map<std::string, const Member*> known;
    for (const Member& member : members) {
      known[member.name] = &member;
      if (member.required && !value.contains(member.name)) {
        Tell(path, std::string("no ") + member.name);
      }
    }
    for (const auto& [name, inner] : value.items()) {
      if (known.count(name) == 0) {
        Tell(path, "unknown " + name);
      } else {
        Check(inner, known[name]->type, path + "/" + name);
      }
    }
  }

  void CheckPlain(const Json& value, const std::string& type,
                  const std::string& path) {
    bool good = false;
    if (type == "string") {
      good = value.is_string() && !value.get<std::string>().empty();
    } else if (type == "bool") {
      good = value.is_boolean();
    } else if (type == "uri") {
      good = value.is_string() && IsUriReference(value.get<std::string>());
    } else if (type == "count") {
      good = value.is_number_unsigned() && value.get<uint64_t>() >= 1;
    } else if (type == "index") {
      good = value.is_number_unsigned();
    } else if (type == "level") {
      good = IsOneOf(value, {"none", "note", "warning", "error"});
    } else if (type == "kind") {
      good = IsOneOf(value, {"inSource", "external"});
    } else if (type == "columnKind") {
      good = IsOneOf(value, {"utf16CodeUnits", "unicodeCodePoints"});
    }
    if (!good) Tell(path, "no " + type + ": " + value.dump());
  }
};

LintedFile Linted(const std::string& name, const std::string& text) {
  LintedFile file;
  file.name = name;
  file.text = text;
  file.report = Lint(text, {});
  return file;
}

// Something of everything: errors, warnings and notes, an allowed finding, a
// file that is no profile and one that cannot be read, odd names.
std::vector<LintedFile> Everything() {
  std::vector<LintedFile> files;
  files.push_back(Linted("dir/a b%\xc3\xa4\xff.json", R"({
  "defaultAction": "SCMP_ACT_ERRNO",
  "syscalls": [
    {"names": ["execve", "bpf"], "action": "SCMP_ACT_ALLOW"},
    {"names": ["umask", "umask"], "action": "SCMP_ACT_ALLOW",
     "comment": "scbpf-lint: allow duplicate-rule"},
    {"comment": "äö😀", "names": ["wait3", "read"], "action": "SCMP_ACT_ALLOW",
     "args": [{"index": 1, "value": 0, "op": "SCMP_CMP_NE"},
              {"index": 1, "value": 1, "op": "SCMP_CMP_NE"}]}
  ]
})"));
  files.push_back(Linted("/abs/b.json", "{\"defaultAction\": 1,\r\n}"));
  files.push_back(Linted("<stdin>", ""));
  LintedFile missing;
  missing.name = "missing.json";
  missing.error = "missing.json: No such file or directory";
  missing.status = 3;
  files.push_back(missing);
  return files;
}

TEST(LintSarif, IsMadeOfTheStandardsObjects) {
  const Json log = Json::parse(FormatLintSarif(Everything(), "1.2.3"));
  Checker checker;
  checker.Check(log, "sarifLog", "");
  EXPECT_EQ(checker.wrong, "");
  EXPECT_EQ(log["version"], "2.1.0");
  EXPECT_FALSE(log["runs"][0]["invocations"][0]["executionSuccessful"]);
}

TEST(LintSarif, ResultsNameTheirRules) {
  const Json log = Json::parse(FormatLintSarif(Everything(), "1.2.3"));
  const Json& run = log["runs"][0];
  const Json& rules = run["tool"]["driver"]["rules"];
  ASSERT_GT(run["results"].size(), 6u);
  for (const Json& result : run["results"]) {
    ASSERT_LT(result["ruleIndex"].get<size_t>(), rules.size());
    EXPECT_EQ(rules[result["ruleIndex"].get<size_t>()]["id"], result["ruleId"]);
    ASSERT_EQ(result["locations"].size(), 1u);
    const Json& region = result["locations"][0]["physicalLocation"]["region"];
    EXPECT_LE(region["startLine"], region["endLine"]);
    if (region["startLine"] == region["endLine"]) {
      EXPECT_LE(region["startColumn"], region["endColumn"]);
    }
  }
}

TEST(LintSarif, UrisAreRelativeWhereNamesAre) {
  const Json log = Json::parse(FormatLintSarif(Everything(), "1.2.3"));
  std::vector<std::string> uris;
  for (const Json& result : log["runs"][0]["results"]) {
    const std::string uri =
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    if (uris.empty() || uris.back() != uri) uris.push_back(uri);
  }
  EXPECT_EQ(uris,
            (std::vector<std::string>{"dir/a%20b%25%C3%A4%FF.json",
                                      "file:///abs/b.json", "%3Cstdin%3E"}));
}

TEST(LintSarif, ColumnsCountCharacters) {
  const Json log = Json::parse(FormatLintSarif(Everything(), "1.2.3"));
  bool seen = false;
  for (const Json& result : log["runs"][0]["results"]) {
    if (result["ruleId"] != "unknown-syscall") continue;
    seen = true;
    // Behind three characters that take eight bytes.
    const Json& region = result["locations"][0]["physicalLocation"]["region"];
    EXPECT_EQ(region["startLine"], 7);
    EXPECT_EQ(region["startColumn"], 34);
    EXPECT_EQ(region["endColumn"], 41);
  }
  EXPECT_TRUE(seen);
}

TEST(LintSarif, WhatACommentAllowsIsSuppressed) {
  const Json log = Json::parse(FormatLintSarif(Everything(), "1.2.3"));
  size_t suppressed = 0;
  for (const Json& result : log["runs"][0]["results"]) {
    if (!result.contains("suppressions")) continue;
    ++suppressed;
    EXPECT_EQ(result["ruleId"], "duplicate-rule");
  }
  EXPECT_EQ(suppressed, 1u);
}

TEST(LintSarif, TheCheckerSeesWhatIsWrong) {
  const auto wrong = [](const char* text, const char* type) {
    Checker checker;
    checker.Check(Json::parse(text), type, "");
    return checker.wrong;
  };
  EXPECT_EQ(wrong(R"({"text": "x"})", "message"), "");
  EXPECT_EQ(wrong("{}", "message"), ": no text\n");
  EXPECT_EQ(wrong(R"({"level": "bad"})", "reportingConfiguration"),
            "/level: no level: \"bad\"\n");
  EXPECT_EQ(wrong(R"({"startLine": 0})", "region"),
            "/startLine: no count: 0\n");
  EXPECT_EQ(wrong(R"([{"uri": "a b"}])", "[artifactLocation]"),
            "/0/uri: no uri: \"a b\"\n");
  EXPECT_EQ(wrong(R"({"kind": "inSource", "x": 1})", "suppression"),
            ": unknown x\n");
}

}  // namespace
}  // namespace scbpf
