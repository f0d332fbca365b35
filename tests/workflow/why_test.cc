// AskWhy against Evaluate, and edits against the profiles they make, on
// profiles drawn at random.
#include "workflow/why.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "syscall-tables/syscalls.h"
#include "workflow/allow_edit.h"
#include "workflow/call_groups.h"
#include "workflow/fall_backs.h"

namespace scbpf {
namespace {

using Random = std::mt19937_64;

size_t Draw(Random& random, size_t count) {
  return static_cast<size_t>(random() % count);
}

constexpr const char* kNames[] = {"read",   "socket", "personality", "clone",
                                  "accept", "mmap2",  "semop",       "openat2"};
constexpr const char* kActions[] = {
    "\"SCMP_ACT_ALLOW\"", "\"SCMP_ACT_ALLOW\"",
    "\"SCMP_ACT_LOG\"",   "\"SCMP_ACT_ERRNO\"",
    "\"SCMP_ACT_KILL\"",  "\"SCMP_ACT_ERRNO\", \"errnoRet\": 38"};
constexpr const char* kOps[] = {"EQ", "NE", "LT", "LE", "GT", "GE"};
constexpr uint64_t kValues[] = {0, 1, 2, 3, 0x100000001};

std::string DrawArgs(Random& random) {
  std::string text;
  const size_t count = Draw(random, 3);
  for (size_t i = 0; i < count; ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ", "{\"index\": ", Draw(random, 2),
                    ", \"value\": ", kValues[Draw(random, 5)]);
    if (Draw(random, 4) == 0) {
      absl::StrAppend(&text, ", \"valueTwo\": ", Draw(random, 4),
                      ", \"op\": \"SCMP_CMP_MASKED_EQ\"}");
    } else {
      absl::StrAppend(&text, ", \"op\": \"SCMP_CMP_", kOps[Draw(random, 6)],
                      "\"}");
    }
  }
  return count == 0 ? "" : absl::StrCat(", \"args\": [", text, "]");
}

std::string DrawProfile(Random& random) {
  constexpr const char* kDefaults[] = {"ERRNO", "KILL", "ALLOW", "LOG"};
  std::string text = absl::StrCat("{\"defaultAction\": \"SCMP_ACT_",
                                  kDefaults[Draw(random, 4)],
                                  "\", \"architectures\": [\"SCMP_ARCH_X86\", "
                                  "\"SCMP_ARCH_X32\"], \"syscalls\": [");
  const size_t entries = Draw(random, 6);
  for (size_t i = 0; i < entries; ++i) {
    absl::StrAppend(&text, i == 0 ? "\n" : ",\n", "  {");
    if (Draw(random, 5) == 0) {
      absl::StrAppend(&text, "\"name\": \"", kNames[Draw(random, 8)], "\"");
    } else {
      absl::StrAppend(&text, "\"names\": [\"", kNames[Draw(random, 8)],
                      "\", \"", kNames[Draw(random, 8)], "\"]");
    }
    absl::StrAppend(&text, ", \"action\": ", kActions[Draw(random, 6)],
                    DrawArgs(random), "}");
  }
  return text + "\n]}\n";
}

CallPattern DrawCall(Random& random) {
  CallPattern call;
  call.word = kNames[Draw(random, 8)];
  for (std::optional<uint64_t>& arg : call.args) {
    if (Draw(random, 2) == 0) arg = kValues[Draw(random, 5)];
  }
  return call;
}

// A call that the pattern stands for.
Call Complete(const CallWay& way, const KnownArgs& args, Random& random) {
  Call call{way.nr, way.abi->audit_value, 0, {}};
  for (size_t i = 0; i < args.size(); ++i) {
    call.args[i] = args[i].value_or(kValues[Draw(random, 5)]);
  }
  return call;
}

bool IsPass(ReturnValue value) {
  return ActionOf(value) == Action::kAllow || ActionOf(value) == Action::kLog;
}

AskedProfile Read(const std::string& text) {
  CompileOptions options;
  Diagnostics findings;
  auto profile = ReadAskedProfile(text, options, findings);
  EXPECT_TRUE(profile.ok()) << text;
  return profile.ok() ? *std::move(profile) : AskedProfile{};
}

// What is said of the ways holds for calls drawn from the pattern.
void CheckAnswers(const AskedProfile& profile, const CallAnswer& answer,
                  Random& random) {
  for (const CallWay& way : answer.ways) {
    if (!way.through.empty()) continue;
    for (int i = 0; i < 8; ++i) {
      const Call call = Complete(way, answer.call.args, random);
      const ReturnValue value = Evaluate(profile.policy, call);
      EXPECT_TRUE(std::any_of(way.answers.begin(), way.answers.end(),
                              [&](const PossibleAnswer& possible) {
                                return possible.result == value;
                              }))
          << profile.text << answer.call.word << " " << way.abi->id;
    }
  }
}

void CheckPermitted(const AskedProfile& profile, const CallAnswer& answer,
                    Random& random) {
  for (const CallWay& way : answer.ways) {
    if (!way.through.empty()) continue;
    for (int i = 0; i < 8; ++i) {
      const Call call = Complete(way, answer.call.args, random);
      EXPECT_TRUE(IsPass(Evaluate(profile.policy, call)))
          << profile.text << answer.call.word << " " << way.abi->id;
    }
  }
}

TEST(Why, SaysWhatThePolicyAnswersAndEditsAllowTheCall) {
  Random random(20261125);
  int edits = 0;
  int by_arguments = 0;
  for (int i = 0; i < 1500; ++i) {
    const AskedProfile profile = Read(DrawProfile(random));
    const CallPattern call = DrawCall(random);
    const auto answer = AskWhy(profile, call, {});
    ASSERT_TRUE(answer.ok());
    CheckAnswers(profile, *answer, random);
    if (IsPermitted(*answer)) {
      CheckPermitted(profile, *answer, random);
      continue;
    }
    const std::optional<AllowEdit> edit = FindAllowEdit(profile, *answer, {});
    ASSERT_TRUE(edit.has_value()) << profile.text << call.word;
    ASSERT_FALSE(edit->steps.empty());
    const AskedProfile changed = Read(edit->text);
    const auto then = AskWhy(changed, call, {});
    ASSERT_TRUE(then.ok());
    CheckPermitted(changed, *then, random);
    ++edits;
    if (edit->steps[0].text.find("these arguments") != std::string::npos) {
      ++by_arguments;
    }
  }
  EXPECT_GT(edits, 500);
  EXPECT_GT(by_arguments, 10);
}

// A call all of whose arguments are known has one answer.
TEST(Why, IsCertainWhereEveryArgumentIsKnown) {
  Random random(7);
  for (int i = 0; i < 300; ++i) {
    const AskedProfile profile = Read(DrawProfile(random));
    CallPattern call = DrawCall(random);
    for (auto& arg : call.args) arg = kValues[Draw(random, 5)];
    const auto answer = AskWhy(profile, call, {"x86_64", "x32"});
    if (!answer.ok()) continue;  // mmap2
    for (const CallWay& way : answer->ways) {
      ASSERT_EQ(way.answers.size(), 1u) << profile.text;
      EXPECT_EQ(way.answers[0].result,
                Evaluate(profile.policy, Complete(way, call.args, random)));
    }
  }
}

TEST(CallPattern, IsReadAsItIsWritten) {
  const struct {
    const char* text;
    const char* formatted;  // empty: an error
  } rows[] = {
      {"openat2", "openat2"},
      {"socket(AF_ALG, *, 0)", "socket(AF_ALG, *, 0)"},
      {"socket( 38 )", "socket(AF_ALG, *, *)"},
      {"read()", "read"},
      {"437", "437"},
      {"0x1b5(-1)", "0x1b5(0xffffffffffffffff)"},
      {"opnat2", ""},
      {"socket(AF_ALG", ""},
      {"socket(AF_NOTHING)", ""},
      {"mmap(1,2,3,4,5,6,7)", ""},
      {"", ""},
  };
  for (const auto& row : rows) {
    const auto pattern = ParseCallPattern(row.text);
    EXPECT_EQ(pattern.ok() ? FormatCallPattern(*pattern) : "", row.formatted)
        << row.text;
  }
}

TEST(CallGroups, HoldEveryNameOnce) {
  for (const std::string_view name : AllSyscallNames()) {
    EXPECT_TRUE(GroupOf(name).has_value()) << name;
  }
  EXPECT_EQ(GroupOf("no_such_call"), std::nullopt);
  EXPECT_EQ(GroupOf("mount"), CallGroup::kMounts);
  EXPECT_EQ(GroupOf("write"), CallGroup::kFiles);
}

TEST(FallBacks, AreOfCallsThatExist) {
  int known = 0;
  for (const std::string_view name : AllSyscallNames()) {
    const FallBack* fall_back = FindFallBack(name);
    if (fall_back == nullptr) continue;
    ++known;
    EXPECT_FALSE(fall_back->who.empty()) << name;
    EXPECT_FALSE(fall_back->else_.empty()) << name;
  }
  EXPECT_EQ(known, 31);
  EXPECT_EQ(FindFallBack("read"), nullptr);
}

}  // namespace
}  // namespace scbpf
