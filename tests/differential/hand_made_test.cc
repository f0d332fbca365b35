// Profiles made by hand: every operator, width, ABI and action, multiplexed
// calls, x32, empty rule sets, -1; each proved equal to libseccomp's filters.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/differential/judge.h"

namespace scbpf::differential {
namespace {

constexpr char kAllAbis[] =
    "\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X86\", \"SCMP_ARCH_X32\"";

std::string ProfileText(std::string_view default_action,
                        std::string_view architectures,
                        std::string_view entries) {
  return absl::StrCat("{\"defaultAction\": \"SCMP_ACT_",
                      std::string(default_action), "\", \"architectures\": [",
                      std::string(architectures), "], \"syscalls\": [",
                      std::string(entries), "]}");
}

// Both sides of every profile: equal, in no class or not.
void ExpectAllEqual(const std::vector<std::string>& texts,
                    const Target& target = DefaultTarget()) {
  std::vector<std::unique_ptr<Case>> cases;
  std::vector<Description> descriptions;
  for (const std::string& text : texts) {
    std::string error;
    cases.push_back(MakeCase(text, target, error));
    ASSERT_NE(cases.back(), nullptr) << error << text;
    descriptions.push_back(cases.back()->description);
  }
  size_t judged = 0;
  RunOpponent(descriptions, 5, [&](size_t i, const Outcome& outcome) {
    SCOPED_TRACE(texts[i]);
    EXPECT_EQ(DescribeOutcome(outcome), "");
    const Verdict verdict = Judge(*cases[i], outcome);
    EXPECT_TRUE(verdict.failure.empty()) << verdict.failure;
    EXPECT_EQ(verdict.differs[0].Text() + verdict.differs[1].Text(), "");
    ++judged;
  });
  EXPECT_EQ(judged, texts.size());
}

TEST(HandMadeTest, EveryOperatorWidthAndActionOnEveryAbi) {
  constexpr const char* kOps[] = {"EQ", "NE", "LT", "LE", "GT", "GE"};
  constexpr const char* kValues[] = {
      "0",          "5",          "4294967295",
      "4294967296", "4294967301", "18446744073709551615",
      "8589934592", "2147483648",
  };
  constexpr const char* kActions[] = {
      "ALLOW",        "LOG",    "TRACE\", \"errnoRet\": 7, \"comment\": \"",
      "TRAP",         "KILL",   "ERRNO\", \"errnoRet\": 38, \"comment\": \"",
      "KILL_PROCESS", "NOTIFY",
  };
  std::vector<std::string> texts;
  for (const char* action : kActions) {
    for (const char* value : kValues) {
      for (const char* op : kOps) {
        texts.push_back(ProfileText(
            "ERRNO", kAllAbis,
            absl::StrCat("{\"names\": [\"setuid\", \"readv\"], \"action\": "
                         "\"SCMP_ACT_",
                         action,
                         "\", \"args\": [{\"index\": 2, "
                         "\"op\": \"SCMP_CMP_",
                         op, "\", \"value\": ", value, "}]}")));
      }
      for (const char* two : kValues) {
        texts.push_back(ProfileText(
            "ALLOW", kAllAbis,
            absl::StrCat("{\"names\": [\"setuid\", \"readv\"], \"action\": "
                         "\"SCMP_ACT_",
                         action,
                         "\", \"args\": [{\"index\": 5, "
                         "\"op\": \"SCMP_CMP_MASKED_EQ\", \"value\": ",
                         value, ", \"valueTwo\": ", two, "}]}")));
      }
    }
  }
  // ALLOW beside the default ALLOW leaves no rule: that is a case as well.
  ExpectAllEqual(texts);
}

#define EQ(index, value)        \
  "{\"index\": " #index         \
  ", \"op\": \"SCMP_CMP_EQ\", " \
  "\"value\": " #value "}"
#define NAMES(names, action) \
  "{\"names\": [" names "], \"action\": \"SCMP_ACT_" action "\"}"
#define NAMES_IF(names, action, args)                       \
  "{\"names\": [" names "], \"action\": \"SCMP_ACT_" action \
  "\", \"args\": [" args "]}"

struct HandMade {
  const char* what;
  const char* default_action;
  const char* architectures;
  const char* entries;
};

const HandMade kHandMade[] = {
    {"no rules", "ERRNO", kAllAbis, ""},
    {"no rules, one ABI", "KILL_PROCESS", "", ""},
    {"no rules, default allow", "ALLOW", kAllAbis, ""},
    {"only unknown names", "ALLOW", kAllAbis, NAMES("\"no_such\"", "LOG")},
    {"only rules equal to the default", "LOG", kAllAbis,
     NAMES("\"read\"", "LOG")},
    {"equal to the default shadows nothing", "ERRNO", kAllAbis,
     NAMES("\"read\"", "ERRNO") "," NAMES_IF("\"read\"", "ALLOW", EQ(0, 1))},
    {"the same name twice", "ERRNO", kAllAbis,
     NAMES("\"read\", \"read\"", "ALLOW") "," NAMES("\"read\"", "ALLOW")},
    {"unconditional after conditional", "ERRNO", kAllAbis,
     NAMES_IF("\"read\"", "LOG", EQ(0, 1)) "," NAMES("\"read\"", "ALLOW")},
    {"conditional after unconditional", "ERRNO", kAllAbis,
     NAMES("\"read\"", "ALLOW") "," NAMES_IF("\"read\"", "LOG", EQ(0, 1))},
    {"the first unconditional rule decides", "ERRNO", kAllAbis,
     NAMES("\"read\"", "LOG") "," NAMES("\"read\"", "ALLOW")},
    {"two conditions", "ERRNO", kAllAbis,
     NAMES_IF("\"read\"", "ALLOW", EQ(0, 1) "," EQ(2, 4294967297))},
    {"a repeated index is OR", "ERRNO", kAllAbis,
     NAMES_IF("\"read\"", "ALLOW", EQ(0, 1) "," EQ(0, 2))},
    {"a repeated index is OR for all", "ERRNO", kAllAbis,
     NAMES_IF("\"read\"", "ALLOW", EQ(0, 1) "," EQ(1, 5) "," EQ(0, 2))},
    {"mask 0 is no condition", "ERRNO", kAllAbis,
     "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": ["
     "{\"index\": 0, \"op\": \"SCMP_CMP_MASKED_EQ\", \"value\": 0, "
     "\"valueTwo\": 7}]}"},
    {"a mask that is 0 on 32 bits", "ERRNO", kAllAbis,
     "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": ["
     "{\"index\": 0, \"op\": \"SCMP_CMP_MASKED_EQ\", "
     "\"value\": 4294967296, \"valueTwo\": 4294967296}]}"},
    {"socket, plain", "ERRNO", kAllAbis, NAMES("\"socket\"", "ALLOW")},
    {"socket, one family", "ERRNO", kAllAbis,
     NAMES_IF("\"socket\"", "ALLOW", EQ(0, 2))},
    {"socket, a type", "ERRNO", kAllAbis,
     NAMES_IF("\"socket\"", "ALLOW", EQ(1, 1))},
    {"socket, family and type", "ERRNO", kAllAbis,
     NAMES_IF("\"socket\"", "ALLOW", EQ(0, 2) "," EQ(1, 1))},
    {"socket and socketcall", "ERRNO", kAllAbis,
     NAMES("\"socket\"", "LOG") "," NAMES("\"socketcall\"", "ALLOW")},
    {"calls without a direct number", "ERRNO", "\"SCMP_ARCH_X86\"",
     NAMES("\"accept\", \"recv\", \"send\", \"read\"", "ALLOW")},
    {"every socket call", "KILL", kAllAbis,
     NAMES("\"socket\", \"bind\", \"connect\", \"listen\", \"accept\", "
           "\"getsockname\", \"getpeername\", \"socketpair\", \"send\", "
           "\"recv\", \"sendto\", \"recvfrom\", \"shutdown\", \"setsockopt\", "
           "\"getsockopt\", \"sendmsg\", \"recvmsg\", \"accept4\", "
           "\"recvmmsg\", \"sendmmsg\", \"read\"",
           "ALLOW")},
    {"every ipc call", "KILL", kAllAbis,
     NAMES("\"semop\", \"semget\", \"semctl\", \"semtimedop\", \"msgsnd\", "
           "\"msgrcv\", \"msgget\", \"msgctl\", \"shmat\", \"shmdt\", "
           "\"shmget\", \"shmctl\", \"read\"",
           "ALLOW")},
    {"ipc, with a condition", "ERRNO", "\"SCMP_ARCH_X86\"",
     NAMES("\"read\"", "ALLOW") "," NAMES_IF("\"shmctl\"", "ALLOW",
                                             EQ(0, 9) "," EQ(1, 2))},
    {"x32 alone beside native", "ERRNO", "\"SCMP_ARCH_X32\"",
     NAMES("\"read\", \"readv\", \"ioctl\", \"execve\"", "ALLOW")},
    {"x32 with conditions", "ERRNO", "\"SCMP_ARCH_X32\"",
     NAMES_IF("\"readv\", \"write\"", "ALLOW", EQ(0, 4294967299))},
    {"names of one ABI only", "ERRNO", kAllAbis,
     NAMES("\"waitpid\", \"arch_prctl\", \"epoll_wait_old\", \"read\"",
           "ALLOW")},
    {"native is kept", "ERRNO", "\"SCMP_ARCH_X86\"",
     NAMES("\"read\"", "ALLOW")},
    {"-1 stays the default where it is deny", "KILL_PROCESS", "",
     NAMES("\"read\"", "ALLOW")},
    {"-1 stays the default where it is allow", "ALLOW", "",
     NAMES("\"read\"", "KILL")},
    {"-1 with x32", "ALLOW", "\"SCMP_ARCH_X32\"", NAMES("\"read\"", "KILL")},
    {"-1 on x86", "TRAP", "\"SCMP_ARCH_X86\"", NAMES("\"read\"", "ALLOW")},
    {"number 0", "TRACE", kAllAbis,
     NAMES("\"read\", \"restart_syscall\"", "ALLOW")},
    {"several actions", "ERRNO", kAllAbis,
     NAMES("\"read\"", "ALLOW") "," NAMES("\"write\"", "LOG") "," NAMES(
         "\"open\"",
         "TRAP") "," NAMES("\"close\"",
                           "KILL") "," NAMES("\"stat\"",
                                             "TRACE") "," NAMES("\"fstat\"",
                                                                "KILL_"
                                                                "PROCESS")},
    {"several actions on one argument", "ERRNO", kAllAbis,
     NAMES_IF("\"read\"", "ALLOW", EQ(0, 1)) "," NAMES_IF(
         "\"read\"", "LOG", EQ(0, 2)) "," NAMES_IF("\"read\"", "TRAP",
                                                   EQ(0, 3))},
    {"many values", "ERRNO", kAllAbis,
     NAMES_IF("\"ioctl\"", "ALLOW", EQ(1, 21505)) "," NAMES_IF(
         "\"ioctl\"", "ALLOW",
         EQ(1,
            21506)) "," NAMES_IF("\"ioctl\"", "ALLOW",
                                 EQ(1,
                                    21523)) "," NAMES_IF("\"ioctl\"", "ALLOW",
                                                         EQ(1,
                                                            4294988802)) "," NAMES_IF("\"ioctl\"",
                                                                                      "ALLOW",
                                                                                      EQ(1,
                                                                                         35123))},
};

TEST(HandMadeTest, SpecialProfiles) {
  std::vector<std::string> texts;
  for (const HandMade& row : kHandMade) {
    texts.push_back(
        ProfileText(row.default_action, row.architectures, row.entries));
  }
  ExpectAllEqual(texts);
}

// What no runtime does, but --archs can: sets without the native ABI.
TEST(HandMadeTest, WithoutTheNativeAbi) {
  std::vector<std::string> texts;
  for (const HandMade& row : kHandMade) {
    texts.push_back(ProfileText(row.default_action, "", row.entries));
  }
  for (const std::vector<std::string>& abis :
       std::vector<std::vector<std::string>>{
           {"x86"}, {"x32"}, {"x86", "x32"}, {"x86_64", "x32"}}) {
    Target target = DefaultTarget();
    target.abis = abis;
    ExpectAllEqual(texts, target);
  }
}

}  // namespace
}  // namespace scbpf::differential
