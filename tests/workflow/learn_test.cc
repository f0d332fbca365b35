// What is learned from any records: the compiled profile allows each of them,
// and beyond them what learn lists, no more and no less.
#include "workflow/learn.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "scbpf/compile.h"
#include "syscall-tables/syscalls.h"
#include "workflow/merge_learned.h"
#include "workflow/record_reader.h"

namespace scbpf {
namespace {

using Random = std::mt19937_64;

struct Seen {
  const Abi* abi;
  uint32_t nr;
};

std::string LineOf(const Seen& seen, uint64_t serial) {
  char arch[16];
  std::snprintf(arch, sizeof arch, "%x", seen.abi->audit_value);
  return "audit: type=1326 audit(1780000000.000:" + std::to_string(serial) +
         "): pid=1 comm=\"a\" exe=\"/a\" sig=0 arch=" + arch +
         " syscall=" + std::to_string(seen.nr) +
         " compat=0 ip=0x1 code=0x7ffc0000\n";
}

std::vector<Seen> RandomCalls(Random& random) {
  const std::array<const char*, 3> ids = {"x86_64", "x86", "x32"};
  const size_t abis = 1 + random() % 3;
  std::vector<Seen> calls;
  for (size_t i = 0; i < 1 + random() % 40; ++i) {
    const Abi* const abi = FindAbiById(ids[random() % abis]);
    const auto numbers = NumbersOf(*abi);
    calls.push_back({abi, numbers[random() % numbers.size()]});
    // Multiplexers and what they reach, more often than chance has them.
    if (random() % 4 == 0) calls.push_back({FindAbiById("x86"), 102});
    if (random() % 4 == 0) calls.push_back({FindAbiById("x86_64"), 41});
  }
  return calls;
}

Learned Learn(const LearnOptions& options, const std::string& text) {
  Learner learner(options);
  RecordReader reader(
      {FindAbiById("x86_64"), 0},
      [&](const Record& record, uint32_t log) { learner.Add(record, log); });
  reader.Feed(text);
  reader.EndLog();
  return learner.Finish();
}

// What the compiled profile answers.
Policy PolicyOf(const Profile& profile, const Target& target) {
  CompileOptions options;
  options.target = target;
  Diagnostics findings;
  auto compilation = Compile(FormatProfile(profile), options, findings);
  EXPECT_TRUE(compilation.ok()) << compilation.status();
  return compilation.ok() ? std::move(compilation->policy) : Policy{};
}

bool Allows(const Policy& policy, const Abi& abi, uint32_t nr, uint64_t first,
            Random& random) {
  Call call{nr, abi.audit_value, random(), {first}};
  for (size_t i = 1; i < 6; ++i) call.args[i] = random();
  return Evaluate(policy, call) == Allow();
}

using Reach = std::tuple<std::string, std::string, std::string>;

// All that the policy allows and no record has, in learn's words.
std::set<Reach> AllowedBeyond(const Policy& policy,
                              const std::vector<Seen>& calls, Random& random) {
  std::set<std::pair<std::string_view, uint32_t>> seen;
  for (const Seen& each : calls) seen.emplace(each.abi->id, each.nr);
  std::set<Reach> beyond;
  for (const char* id : {"x86_64", "x86", "x32"}) {
    const Abi& abi = *FindAbiById(id);
    for (const uint32_t nr : NumbersOf(abi)) {
      const bool is_multiplexer = nr == abi.socketcall || nr == abi.ipc;
      if (is_multiplexer || seen.count({abi.id, nr}) > 0) continue;
      if (!Allows(policy, abi, nr, random(), random)) continue;
      beyond.emplace(id, NameOf(abi, nr), "");
    }
    for (const std::string_view name : AllSyscallNames()) {
      const auto multiplexed = FindMultiplexed(name);
      if (!multiplexed) continue;
      const auto number = multiplexed->is_ipc ? abi.ipc : abi.socketcall;
      if (!number || seen.count({abi.id, *number}) > 0) continue;
      if (!Allows(policy, abi, *number, multiplexed->call, random)) continue;
      beyond.emplace(id, name,
                     (multiplexed->is_ipc ? "ipc(" : "socketcall(") +
                         std::to_string(multiplexed->call) + ")");
    }
  }
  return beyond;
}

TEST(Learn, AllowsTheRecordedCallsAndBeyondThemWhatItLists) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const std::vector<Seen> calls = RandomCalls(random);
    std::string text;
    for (size_t i = 0; i < calls.size(); ++i) text += LineOf(calls[i], i);
    LearnOptions options;
    options.target.kernel = NewestKernel();
    const Learned learned = Learn(options, text);
    EXPECT_EQ(learned.counted, calls.size());
    EXPECT_TRUE(learned.unknown.empty());
    const Policy policy = PolicyOf(learned.profile, options.target);
    for (const Seen& each : calls) {
      EXPECT_TRUE(Allows(policy, *each.abi, each.nr, random(), random))
          << each.abi->id << " " << each.nr;
    }
    std::set<Reach> listed;
    for (const BeyondCall& each : learned.beyond) {
      listed.emplace(each.abi, each.name, each.through);
    }
    EXPECT_EQ(listed, AllowedBeyond(policy, calls, random));
  }
}

TEST(Learn, MergedProfilesAllowWhatTheyDidAndTheRecordedCalls) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    LearnOptions options;
    options.target.kernel = NewestKernel();
    std::vector<Seen> before = RandomCalls(random);
    std::vector<Seen> calls = RandomCalls(random);
    std::string text;
    for (size_t i = 0; i < before.size(); ++i) text += LineOf(before[i], i);
    Profile into = Learn(options, text).profile;
    // Some names are refused by an entry of their own.
    ProfileEntry refused;
    refused.action.value = Action::kKillProcess;
    for (const Seen& each : calls) {
      if (random() % 3 == 0) {
        refused.names.push_back({std::string(NameOf(*each.abi, each.nr))});
      }
    }
    into.syscalls.push_back(refused);
    text.clear();
    for (size_t i = 0; i < calls.size(); ++i) text += LineOf(calls[i], i);
    Learned learned = Learn(options, text);
    Diagnostics findings;
    const absl::Status status = MergeLearned(options, into, learned, findings);
    ASSERT_TRUE(status.ok()) << status;
    // What the old profile lets through a multiplexer stays what it was.
    std::set<std::string> conditional;
    for (const WideCall& each : learned.conditional) {
      EXPECT_TRUE(each.name == "socketcall" || each.name == "ipc") << each.name;
      conditional.insert(each.name);
    }
    const Policy policy = PolicyOf(learned.profile, options.target);
    calls.insert(calls.end(), before.begin(), before.end());
    for (const Seen& each : calls) {
      const std::string name(NameOf(*each.abi, each.nr));
      if (conditional.count(name) > 0) continue;
      EXPECT_TRUE(Allows(policy, *each.abi, each.nr, random(), random))
          << each.abi->id << " " << each.nr;
    }
  }
}

ProfileEntry RandomSocketEntry(Random& random) {
  constexpr std::array kActions = {Action::kAllow, Action::kErrno,
                                   Action::kKillProcess};
  constexpr std::array kOps = {ProfileOp::kEq, ProfileOp::kEq, ProfileOp::kNe,
                               ProfileOp::kLt, ProfileOp::kGe};
  ProfileEntry entry;
  entry.names.push_back({random() % 4 == 0 ? "personality" : "socket"});
  entry.action.value = kActions[random() % kActions.size()];
  for (size_t i = random() % 4; i > 0; --i) {
    ProfileArg arg;
    arg.index.value = random() % 4 == 0 ? 1 : 0;
    arg.op.value = kOps[random() % kOps.size()];
    arg.value.value = random() % 4;
    entry.args.push_back(arg);
  }
  return entry;
}

TEST(Learn, MergedValuesAreAllowedOrAnEntryIsNamedThatRefusesMore) {
  size_t merged = 0;
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    LearnOptions options;
    options.narrow_arguments = true;
    Profile into;
    into.default_action.value =
        random() % 3 == 0 ? Action::kAllow : Action::kErrno;
    into.architectures.push_back({"x86_64"});
    if (random() % 3 == 0) into.architectures.push_back({"x86"});
    for (size_t i = 1 + random() % 4; i > 0; --i) {
      into.syscalls.push_back(RandomSocketEntry(random));
    }
    std::string text =
        random() % 2 == 0 ? "" : "[ Process PID=1 runs in 32 bit mode. ]\n";
    for (const char* call : {"socket", "personality"}) {
      text += call + ("(" + std::to_string(random() % 4)) + ", 0) = 0\n";
    }
    Learned learned = Learn(options, text);
    Diagnostics findings;
    const absl::Status status = MergeLearned(options, into, learned, findings);
    if (!status.ok()) {
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
      EXPECT_FALSE(findings.empty());
      continue;
    }
    ++merged;
    const Policy before = PolicyOf(into, options.target);
    const Policy after = PolicyOf(learned.profile, options.target);
    for (const uint32_t nr : {41u, 135u}) {
      for (uint64_t i = 0; i < 16; ++i) {
        const Call call{nr, 0xc000003e, 0, {i % 4, i / 4}};
        if (Evaluate(before, call) != Allow()) continue;
        EXPECT_EQ(Evaluate(after, call), Allow()) << nr << " " << i;
      }
    }
  }
  EXPECT_GT(merged, 200u);
}

TEST(Learn, NarrowedArgumentsAllowTheValuesSeenAlone) {
  LearnOptions options;
  options.narrow_arguments = true;
  const Learned learned = Learn(options,
                                "socket(AF_UNIX, SOCK_STREAM, 0) = 3\n"
                                "ioctl(1, 0x80045430, 0x7ffd) = 0\n");
  const Policy policy = PolicyOf(learned.profile, options.target);
  const auto answer = [&](uint32_t nr, uint64_t first, uint64_t second) {
    return Evaluate(policy, {nr, 0xc000003e, 0, {first, second}}) == Allow();
  };
  EXPECT_TRUE(answer(41, 1, 5));
  EXPECT_FALSE(answer(41, 2, 5));
  EXPECT_TRUE(answer(16, 9, 0x80045430));
  // As musl passes it.
  EXPECT_TRUE(answer(16, 9, 0xffffffff80045430));
  EXPECT_FALSE(answer(16, 9, 0x80045431));
}

TEST(Learn, TooManyValuesLeaveTheCallOpen) {
  std::string text;
  for (int i = 0; i < 257; ++i) {
    text += "ioctl(1, " + std::to_string(i) + ", 0) = 0\n";
  }
  LearnOptions options;
  options.narrow_arguments = true;
  const Learned learned = Learn(options, text);
  ASSERT_EQ(learned.wide.size(), 1u);
  EXPECT_EQ(learned.wide[0].why, WideCall::Why::kMany);
  EXPECT_EQ(learned.wide[0].first.line, 257u);
  EXPECT_TRUE(learned.profile.syscalls[0].args.empty());
}

TEST(Learn, UnknownCallsAreCountedPastTheThousandThatAreTold) {
  std::string text;
  for (uint32_t i = 0; i < 1003; ++i) {
    text += LineOf({FindAbiById("x86_64"), 5000 + i}, i);
  }
  text += LineOf({FindAbiById("x86_64"), 0}, 2000);
  const Learned learned = Learn({}, text);
  EXPECT_EQ(learned.unknown.size(), 1000u);
  EXPECT_EQ(learned.more_unknown, 3u);
  ASSERT_EQ(learned.calls.size(), 1u);
  EXPECT_EQ(learned.calls[0].name, "read");
}

TEST(Learn, CallsNewerThanTheKernelAnswerEnosys) {
  LearnOptions options;
  options.target.kernel = {5, 10};
  options.newer_is_enosys = true;
  const Learned learned = Learn(options, LineOf({FindAbiById("x86_64"), 0}, 1));
  const Policy policy = PolicyOf(learned.profile, options.target);
  const auto answer = [&](std::string_view name) {
    const uint32_t nr = *NumberOf(*FindAbiById("x86_64"), name);
    return Evaluate(policy, {nr, 0xc000003e, 0, {}});
  };
  EXPECT_EQ(answer("read"), Allow());
  EXPECT_EQ(answer("write"), Errno(1));
  EXPECT_EQ(answer("openat2"), Errno(1));                  // 5.6
  EXPECT_EQ(answer("landlock_restrict_self"), Errno(38));  // 5.13
}

TEST(Learn, TheBaseIsAllowedAndListed) {
  LearnOptions options;
  options.base = {"close", "read"};
  options.base_name = "a runtime";
  const Learned learned = Learn(options, LineOf({FindAbiById("x86_64"), 0}, 1));
  const Policy policy = PolicyOf(learned.profile, options.target);
  EXPECT_EQ(Evaluate(policy, {3, 0xc000003e, 0, {}}), Allow());
  ASSERT_EQ(learned.beyond.size(), 1u);
  EXPECT_EQ(learned.beyond[0].name, "close");
  EXPECT_TRUE(learned.beyond[0].of_base);
}

}  // namespace
}  // namespace scbpf
