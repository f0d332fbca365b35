// Runs every *.case file below a folder against the built program.
//
// usage: golden_test [gtest options] PROGRAMS CASES
// SCBPF_UPDATE_GOLDEN=1 writes what the program answers into the cases.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/golden/case_file.h"
#include "tests/golden/run_command.h"

namespace scbpf::golden {
namespace {

namespace fs = std::filesystem;

// Whatever the input, an answer comes within this time.
#ifdef __SANITIZE_ADDRESS__
constexpr double kMostCpuSeconds = 20;
#else
constexpr double kMostCpuSeconds = 1;
#endif

class GoldenTest : public testing::Test {
 public:
  GoldenTest(fs::path file, std::string programs)
      : file_(std::move(file)), programs_(std::move(programs)) {}

  void TestBody() override {
    std::string error;
    const std::string text = ReadText(file_);
    Case golden = ReadCase(text, error);
    ASSERT_EQ(error, "") << file_;
    const Folder folder;
    for (const auto& [name, body] : golden.files) {
      WriteText(folder.path() + "/" + name, body);
    }
    const bool update = std::getenv("SCBPF_UPDATE_GOLDEN") != nullptr;
    for (Step& step : golden.steps) {
      ScriptRun run = RunScript(step.script, folder.path(), programs_);
      run.outcome.out = HideTimes(run.outcome.out);
      run.outcome.err = HideTimes(run.outcome.err);
      EXPECT_LT(run.cpu_seconds, kMostCpuSeconds) << step.script;
      if (update) {
        step.expected = run.outcome;
        continue;
      }
      EXPECT_EQ(run.outcome.out, step.expected.out) << step.script;
      EXPECT_EQ(run.outcome.err, step.expected.err) << step.script;
      EXPECT_EQ(run.outcome.status, step.expected.status) << step.script;
    }
    if (update) WriteText(file_, WriteCase(golden));
  }

 private:
  fs::path file_;
  std::string programs_;
};

// The cases below `folder`, in order.
std::vector<fs::path> FindCases(const fs::path& folder) {
  std::vector<fs::path> cases;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".case") cases.push_back(entry.path());
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

// "findings/unknown-operator.case" -> "findings_unknown_operator".
std::string NameOf(const fs::path& file, const fs::path& folder) {
  std::string name = fs::relative(file, folder).replace_extension().string();
  for (char& c : name) {
    if (c == '/' || c == '-' || c == '.') c = '_';
  }
  return name;
}

TEST(CaseFile, IsWrittenAsItWasRead) {
  const std::string text =
      "About.\n== file a b\nx\n== run\ntrue\n== stdout\no\n== stderr\ne\n"
      "== status 3\n== run\nfalse\n";
  std::string error;
  EXPECT_EQ(WriteCase(ReadCase(text, error)), text);
  EXPECT_EQ(error, "");
  ReadCase("== stdout\n", error);
  EXPECT_NE(error, "");
}

TEST(HideTimes, TouchesTimesAlone) {
  EXPECT_EQ(HideTimes("a; proved in 0.05 ms; b"), "a; proved in TIME; b");
  EXPECT_EQ(HideTimes("proved in a day"), "proved in a day");
}

}  // namespace
}  // namespace scbpf::golden

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 3) return 2;
  const std::string programs = argv[1];
  const std::filesystem::path folder = argv[2];
  for (const auto& file : scbpf::golden::FindCases(folder)) {
    testing::RegisterTest(
        "Golden", scbpf::golden::NameOf(file, folder).c_str(), nullptr, nullptr,
        file.c_str(), 1, [file, programs]() -> testing::Test* {
          return new scbpf::golden::GoldenTest(file, programs);
        });
  }
  return RUN_ALL_TESTS();
}
