// Edits of a profile's text: what changes, and that nothing else does.
#include "workflow/edit_profile.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace scbpf {
namespace {

Profile Parse(const std::string& text) {
  Diagnostics findings;
  std::optional<Profile> profile = ParseProfile(text, Dialect::kAuto, findings);
  EXPECT_TRUE(profile.has_value()) << text;
  return profile.value_or(Profile{});
}

ProfileArg Equals(uint32_t index, uint64_t value) {
  ProfileArg arg;
  arg.index.value = index;
  arg.value.value = value;
  return arg;
}

ProfileEntry Allowing(const std::string& name,
                      const std::vector<ProfileArg>& args) {
  ProfileEntry entry;
  entry.names = {{name, {}}};
  entry.action.value = Action::kAllow;
  entry.args = args;
  return entry;
}

constexpr char kHead[] = R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [)";

struct Row {
  const char* what;
  std::string before;
  std::function<absl::StatusOr<std::string>(std::string_view, const Profile&)>
      edit;
  std::string after;
};

auto Insert(size_t entry, const char* name) {
  return [=](std::string_view text, const Profile& profile) {
    return InsertName(text, profile, entry, name);
  };
}
auto Remove(size_t entry, const char* name) {
  return [=](std::string_view text, const Profile& profile) {
    return RemoveName(text, profile, entry, name);
  };
}
auto Add(const ProfileEntry& entry) {
  return [=](std::string_view text, const Profile& profile) {
    return AddEntry(text, profile, entry);
  };
}

std::string OneLine(const std::string& entries) {
  return std::string(kHead) + entries + "]}\n";
}

const std::string kAllow = R"("action": "SCMP_ACT_ALLOW"})";

std::vector<Row> Rows() {
  const std::string lines =
      "{\r\n\t\"defaultAction\": \"SCMP_ACT_ERRNO\",\r\n\t\"syscalls\": "
      "[\r\n\t\t{\r\n\t\t\t\"names\": [\r\n\t\t\t\t\"read\"\r\n\t\t\t],\r\n"
      "\t\t\t\"action\": \"SCMP_ACT_ALLOW\"\r\n\t\t}";
  const std::string end = "\r\n\t]\r\n}\r\n";
  return {
      {"sorted names stay sorted",
       OneLine(R"({"names": ["bind", "read"], )" + kAllow), Insert(0, "open"),
       OneLine(R"({"names": ["bind", "open", "read"], )" + kAllow)},
      {"before the first", OneLine(R"({"names": ["bind", "read"], )" + kAllow),
       Insert(0, "accept"),
       OneLine(R"({"names": ["accept", "bind", "read"], )" + kAllow)},
      {"unsorted names grow at their end",
       OneLine(R"({"names": ["read","bind"], )" + kAllow), Insert(0, "close"),
       OneLine(R"({"names": ["read","bind","close"], )" + kAllow)},
      {"tabs and CRLF, one a line", lines + end, Insert(0, "write"),
       "{\r\n\t\"defaultAction\": \"SCMP_ACT_ERRNO\",\r\n\t\"syscalls\": "
       "[\r\n\t\t{\r\n\t\t\t\"names\": [\r\n\t\t\t\t\"read\",\r\n"
       "\t\t\t\t\"write\"\r\n\t\t\t],\r\n\t\t\t\"action\": "
       "\"SCMP_ACT_ALLOW\"\r\n\t\t}" +
           end},
      {"the blank of a wrapped line",
       OneLine("\n{\"names\": [\n  \"a\", \"b\",\n  \"d\"],\n " + kAllow),
       Insert(0, "c"),
       OneLine("\n{\"names\": [\n  \"a\", \"b\", \"c\",\n  \"d\"],\n " +
               kAllow)},
      {"a new line where a wrapped one would get too long",
       OneLine("\n{\"names\": [\n  \"a\", \"" + std::string(68, 'b') +
               "\",\n  \"d\"],\n " + kAllow),
       Insert(0, "c"),
       OneLine("\n{\"names\": [\n  \"a\", \"" + std::string(68, 'b') +
               "\",\n  \"c\",\n  \"d\"],\n " + kAllow)},
      {"a list on one line goes on on the next",
       OneLine("\n  {\n    \"names\": [\"" + std::string(60, 'a') +
               "\"],\n    " + kAllow),
       Insert(0, "b"),
       OneLine("\n  {\n    \"names\": [\"" + std::string(60, 'a') +
               "\",\n      \"b\"],\n    " + kAllow)},
      {"brackets in strings are text",
       OneLine(R"({"comment": "]}\"[", "names": ["read"], )" + kAllow),
       Insert(0, "write"),
       OneLine(R"({"comment": "]}\"[", "names": ["read", "write"], )" +
               kAllow)},
      {"every occurrence goes",
       OneLine(R"({"names": ["read", "bind", "read", "open", "read"], )" +
               kAllow),
       Remove(0, "read"), OneLine(R"({"names": ["bind", "open"], )" + kAllow)},
      {"the first of a wrapped line",
       OneLine("{\"names\": [\"a\", \"b\",\n  \"c\", \"d\"], " + kAllow),
       Remove(0, "c"),
       OneLine("{\"names\": [\"a\", \"b\",\n  \"d\"], " + kAllow)},
      {"an entry without names goes, with its comma",
       OneLine(R"({"name": "read", )" + kAllow + ", {\"name\": \"bind\", " +
               kAllow),
       Remove(1, "bind"), OneLine(R"({"name": "read", )" + kAllow)},
      {"the only entry goes", OneLine(R"({"names": ["a", "a"], )" + kAllow),
       Remove(0, "a"), OneLine("")},
      {"an entry as the others are", lines + end,
       Add(Allowing("socket", {Equals(0, 1)})),
       lines +
           ",\r\n\t\t{\r\n\t\t\t\"names\": [\r\n\t\t\t\t\"socket\"\r\n"
           "\t\t\t],\r\n\t\t\t\"action\": \"SCMP_ACT_ALLOW\",\r\n"
           "\t\t\t\"args\": [\r\n\t\t\t\t{\"index\": 0, \"value\": 1, "
           "\"op\": \"SCMP_CMP_EQ\"}\r\n\t\t\t]\r\n\t\t}" +
           end},
      {"an entry of the old form", OneLine(R"({"name": "read", )" + kAllow),
       Add(Allowing("open", {})),
       OneLine(R"({"name": "read", )" + kAllow + R"(, {"name": "open", )" +
               kAllow)},
      {"an entry without blanks",
       R"({"defaultAction":"SCMP_ACT_LOG","syscalls":[{"names":["read"],)"
       R"("action":"SCMP_ACT_ALLOW"}]})",
       Add(Allowing("open", {})),
       R"({"defaultAction":"SCMP_ACT_LOG","syscalls":[{"names":["read"],)"
       R"("action":"SCMP_ACT_ALLOW"},{"names":["open"],)"
       R"("action":"SCMP_ACT_ALLOW"}]})"},
      {"the first entry of a profile without a list",
       "{\n  \"defaultAction\": \"SCMP_ACT_ERRNO\"\n}\n",
       Add(Allowing("open", {})),
       "{\n  \"defaultAction\": \"SCMP_ACT_ERRNO\",\n  \"syscalls\": [\n    "
       "{\n      \"names\": [\"open\"],\n      \"action\": "
       "\"SCMP_ACT_ALLOW\"\n    }\n  ]\n}\n"},
      {"the first entry in place of null",
       R"({"syscalls": null, "defaultAction": "SCMP_ACT_ERRNO"})",
       Add(Allowing("open", {})),
       R"({"syscalls": [{"names": ["open"], "action": "SCMP_ACT_ALLOW"}], )"
       R"("defaultAction": "SCMP_ACT_ERRNO"})"},
      {"inside a config.json",
       R"({"linux": {"seccomp": {"defaultAction": "SCMP_ACT_ERRNO"}}})",
       Add(Allowing("open", {})),
       R"({"linux": {"seccomp": {"defaultAction": "SCMP_ACT_ERRNO", )"
       R"("syscalls": [{"names": ["open"], "action": "SCMP_ACT_ALLOW"}]}}})"},
      {"the first condition", OneLine(R"({"names": ["socket"], )" + kAllow),
       [](std::string_view text, const Profile& profile) {
         return AddArg(text, profile, 0, Equals(0, 2));
       },
       OneLine(R"({"names": ["socket"], "action": "SCMP_ACT_ALLOW", )"
               R"("args": [{"index": 0, "value": 2, "op": "SCMP_CMP_EQ"}]})")},
      {"one condition of two",
       OneLine(R"({"names": ["socket"], "args": [{"index": 0, "value": 2, )"
               R"("op": "SCMP_CMP_EQ"}, {"index": 1, "value": 3, )"
               R"("op": "SCMP_CMP_EQ"}], )" +
               kAllow),
       [](std::string_view text, const Profile& profile) {
         return RemoveArg(text, profile, 0, 0);
       },
       OneLine(R"({"names": ["socket"], "args": [{"index": 1, "value": 3, )"
               R"("op": "SCMP_CMP_EQ"}], )" +
               kAllow)},
  };
}

TEST(EditProfile, ChangesThatAndNothingElse) {
  for (const Row& row : Rows()) {
    const absl::StatusOr<std::string> after =
        row.edit(row.before, Parse(row.before));
    ASSERT_TRUE(after.ok()) << row.what << ": " << after.status().message();
    EXPECT_EQ(*after, row.after) << row.what;
    Parse(*after);
  }
}

TEST(EditProfile, SaysWhatItCannotEdit) {
  const std::string escaped = OneLine(R"({"n\u0061mes": ["read"], )" + kAllow);
  EXPECT_FALSE(InsertName(escaped, Parse(escaped), 0, "open").ok());
  const std::string old_form = OneLine(R"({"name": "read", )" + kAllow);
  EXPECT_FALSE(InsertName(old_form, Parse(old_form), 0, "open").ok());
}

TEST(UnifiedDiff, IsWhatDiffWrites) {
  EXPECT_EQ(UnifiedDiff("a\nb\n", "a\nb\n", "f"), "");
  EXPECT_EQ(UnifiedDiff("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\nx\n5\n6\n", "f"),
            "--- f\n+++ f\n@@ -2,5 +2,6 @@\n 2\n 3\n 4\n+x\n 5\n 6\n");
  EXPECT_EQ(UnifiedDiff("a\nb", "a", "f"),
            "--- f\n+++ f\n@@ -1,2 +1 @@\n-a\n-b\n\\ No newline at end of "
            "file\n+a\n\\ No newline at end of file\n");
  EXPECT_EQ(UnifiedDiff("1\n2\n3\n4\n5\n6\n7\n8\n9\n0\n",
                        "x\n2\n3\n4\n5\n6\n7\n8\n9\ny\n", "f"),
            "--- f\n+++ f\n@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n"
            "@@ -7,4 +7,4 @@\n 7\n 8\n 9\n-0\n+y\n");
}

}  // namespace
}  // namespace scbpf
