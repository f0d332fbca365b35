// The example profiles, proved equal to libseccomp's filters.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "tests/differential/generator.h"
#include "tests/differential/judge.h"

namespace scbpf::differential {
namespace {

std::vector<std::string> ExampleFiles() {
  std::vector<std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(SCBPF_EXAMPLES)) {
    if (file.path().extension() == ".json") files.push_back(file.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Both sides of a profile for one set of ABIs, in place of its own.
void ExpectEqual(const Profile& original, const std::vector<const char*>& abis,
                 const Target& target) {
  Profile profile = original;
  profile.arch_map.clear();
  profile.architectures.clear();
  for (ProfileEntry& entry : profile.syscalls) {
    // Newer calls than libseccomp's tables have.
    std::erase_if(entry.names, [](const At<std::string>& name) {
      const auto& disputed = Names().disputed;
      return std::find(disputed.begin(), disputed.end(), name.value) !=
             disputed.end();
    });
  }
  for (const char* abi : abis) profile.architectures.push_back({abi, {}});
  const std::unique_ptr<Case> item = MakeCase(profile, target);
  const Outcome outcome = RunOpponent(item->description, 10);
  ASSERT_EQ(DescribeOutcome(outcome), "");
  const Verdict verdict = Judge(*item, outcome);
  EXPECT_TRUE(verdict.failure.empty()) << verdict.failure;
  for (const ClassSet& differs : verdict.differs) {
    EXPECT_EQ(differs.Text(), "");
  }
}

TEST(ExamplesTest, ThereAreSome) { EXPECT_GE(ExampleFiles().size(), 4u); }

TEST(ExamplesTest, AreProvedEqualToLibseccomps) {
  for (const std::string& file : ExampleFiles()) {
    SCOPED_TRACE(file);
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    Diagnostics findings;
    const auto profile = ParseProfile(text.str(), Dialect::kAuto, findings);
    if (!profile.has_value()) continue;  // not a profile
    Target with_admin = DefaultTarget();
    with_admin.capabilities.insert("CAP_SYS_ADMIN");
    Target old = DefaultTarget();
    old.kernel = {4, 4};
    for (const Target& target : {DefaultTarget(), with_admin, old}) {
      ExpectEqual(*profile, {}, target);
      ExpectEqual(*profile, {"x86_64", "x86"}, target);
      ExpectEqual(*profile, {"x86_64", "x32"}, target);
      ExpectEqual(*profile, {"x86_64", "x86", "x32"}, target);
    }
  }
}

}  // namespace
}  // namespace scbpf::differential
