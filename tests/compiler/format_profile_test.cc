// The normal form of profiles, and that reading it gives the profile back.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "scbpf/profile.h"
#include "scbpf/program.h"

namespace scbpf {
namespace {

TEST(FormatProfile, WritesTheNormalForm) {
  Diagnostics findings;
  const auto profile = ParseProfile(R"({"syscalls":[
    {"names":["write","read"],"action":"SCMP_ACT_KILL","errnoRet":null},
    {"names":[],"action":"SCMP_ACT_ALLOW"},
    {"names":["socket"],"action":"SCMP_ACT_ERRNO","args":[
      {"op":"SCMP_CMP_MASKED_EQ","index":1,"value":15},
      {"op":"SCMP_CMP_EQ","index":2,"value":1,"valueTwo":0}]}],
    "flags":[],"listenerMetadata":"a\"\u0001\n",
    "architectures":["SCMP_ARCH_X86_64"],"defaultAction":"SCMP_ACT_TRACE"})",
                                    Dialect::kAuto, findings);
  ASSERT_TRUE(profile.has_value());
  EXPECT_EQ(FormatProfile(*profile), R"({
	"defaultAction": "SCMP_ACT_TRACE",
	"defaultErrnoRet": 1,
	"architectures": [
		"SCMP_ARCH_X86_64"
	],
	"flags": [],
	"listenerMetadata": "a\"\u0001\n",
	"syscalls": [
		{
			"names": [
				"read",
				"write"
			],
			"action": "SCMP_ACT_KILL_THREAD"
		},
		{
			"names": [
				"socket"
			],
			"action": "SCMP_ACT_ERRNO",
			"errnoRet": 1,
			"args": [
				{
					"index": 1,
					"value": 15,
					"valueTwo": 0,
					"op": "SCMP_CMP_MASKED_EQ"
				},
				{
					"index": 2,
					"value": 1,
					"op": "SCMP_CMP_EQ"
				}
			]
		}
	]
}
)");
}

TEST(FormatProfile, KeepsTheDialectsKeys) {
  Diagnostics findings;
  const auto profile = ParseProfile(R"({"defaultAction":"SCMP_ACT_ERRNO",
    "defaultErrno":"ENOSYS","archMap":[{"architecture":"SCMP_ARCH_X86_64",
    "subArchitectures":["SCMP_ARCH_X86"]}],"syscalls":[{"name":"read",
    "action":"SCMP_ACT_ALLOW","comment":"c","includes":{"caps":["CAP_BPF"]},
    "excludes":{"arches":["x86"]}}]})",
                                    Dialect::kAuto, findings);
  ASSERT_TRUE(profile.has_value());
  EXPECT_EQ(FormatProfile(*profile), R"({
	"defaultAction": "SCMP_ACT_ERRNO",
	"defaultErrnoRet": 38,
	"defaultErrno": "ENOSYS",
	"archMap": [
		{
			"architecture": "SCMP_ARCH_X86_64",
			"subArchitectures": [
				"SCMP_ARCH_X86"
			]
		}
	],
	"syscalls": [
		{
			"names": [
				"read"
			],
			"action": "SCMP_ACT_ALLOW",
			"comment": "c",
			"includes": {
				"caps": [
					"CAP_BPF"
				]
			},
			"excludes": {
				"arches": [
					"x86"
				]
			}
		}
	]
}
)");
}

// Draws profiles that are in normal form already.
class Drawer {
 public:
  explicit Drawer(uint32_t seed) : random_(seed) {}

  Profile Draw() {
    Profile out;
    out.dialect = Pick({Dialect::kOci, Dialect::kDocker, Dialect::kPodman});
    out.default_action = {DrawAction()};
    out.default_errno_ret = DrawErrno(out.default_action.value);
    if (out.dialect != Dialect::kOci && Chance()) {
      out.arch_map = {{{"x86_64"}, {{"x86"}, {"x32"}}}, {{"aarch64"}, {}}};
    } else if (Chance()) {
      out.architectures = {{"x86_64"}, {"x86"}};
    }
    if (Chance()) {
      out.flags = random_() & (kFlagTsync | kFlagLog | kFlagSpecAllow |
                               kFlagWaitKillableRecv);
    }
    if (Chance()) out.listener_path = "/run/\xc3\xa9\t\"";
    if (Chance()) out.listener_metadata = "{\\\n}";
    for (uint32_t i = Below(4); i > 0; --i) {
      out.syscalls.push_back(DrawEntry(out.dialect));
    }
    return out;
  }

 private:
  uint32_t Below(uint32_t end) { return random_() % end; }
  bool Chance() { return Below(2) == 0; }
  template <typename T>
  T Pick(std::initializer_list<T> values) {
    return *(values.begin() + Below(static_cast<uint32_t>(values.size())));
  }

  Action DrawAction() {
    return Pick({Action::kKillProcess, Action::kKillThread, Action::kTrap,
                 Action::kErrno, Action::kTrace, Action::kLog, Action::kAllow});
  }

  std::optional<At<uint16_t>> DrawErrno(Action action) {
    if (action == Action::kErrno) {
      return At<uint16_t>{static_cast<uint16_t>(Below(4096))};
    }
    if (action == Action::kTrace) {
      return At<uint16_t>{static_cast<uint16_t>(Below(65536))};
    }
    return std::nullopt;
  }

  ProfileFilter DrawFilter(bool min_kernel) {
    ProfileFilter out;
    if (Chance()) out.arches = {{"amd64"}, {"arm64"}};
    if (Chance()) out.caps = {{"CAP_BPF"}};
    if (min_kernel && Chance()) {
      out.min_kernel = At<KernelVersion>{
          {static_cast<int>(1 + Below(255)), static_cast<int>(Below(256))}};
    }
    return out;
  }

  ProfileEntry DrawEntry(Dialect dialect) {
    ProfileEntry out;
    for (uint32_t i = 1 + Below(3); i > 0; --i) {
      out.names.push_back({Pick<std::string>({"a", "b_2", "c\x01", "d\x7f"})});
    }
    std::sort(out.names.begin(), out.names.end(),
              [](const auto& a, const auto& b) { return a.value < b.value; });
    out.action = {DrawAction()};
    out.errno_ret = DrawErrno(out.action.value);
    for (uint32_t i = Below(3); i > 0; --i) {
      ProfileArg arg;
      arg.index = {Below(6)};
      arg.value = {Pick<uint64_t>({0, 1, uint64_t{1} << 32, ~uint64_t{0}})};
      arg.op = {static_cast<ProfileOp>(Below(7))};
      if (arg.op.value == ProfileOp::kMaskedEq) {
        arg.value_two = At<uint64_t>{Below(3)};
      }
      out.args.push_back(arg);
    }
    if (dialect != Dialect::kOci) {
      if (Chance()) out.comment = "why \xe2\x82\xac";
      out.includes = DrawFilter(dialect == Dialect::kDocker);
      out.excludes = DrawFilter(dialect == Dialect::kDocker);
    }
    return out;
  }

  std::mt19937 random_;
};

TEST(FormatProfile, IsReadBackAsItWas) {
  for (uint32_t seed = 0; seed < 500; ++seed) {
    const Profile profile = Drawer(seed).Draw();
    const std::string text = FormatProfile(profile);
    Diagnostics findings;
    const auto again = ParseProfile(text, profile.dialect, findings);
    ASSERT_TRUE(again.has_value())
        << text << FormatDiagnostics(text, findings, {"t"});
    EXPECT_EQ(*again, profile) << text;
    EXPECT_EQ(FormatProfile(*again), text);
  }
}

}  // namespace
}  // namespace scbpf
