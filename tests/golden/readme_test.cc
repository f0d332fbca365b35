// Runs every sh block of the README after the two that set scbpf up, as it is
// written, against the built program.
//
// A text block right behind an sh block is what that prints, to the letter but
// for times; other blocks are not looked at.
//
// SCBPF_UPDATE_GOLDEN=1 writes what is printed now into the README.
//
// usage: readme_test [gtest options] README EXAMPLES PROGRAMS...
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/golden/run_command.h"

namespace scbpf::golden {
namespace {

struct Block {
  int line = 0;  // in the README
  std::string script;
  std::string printed;
  bool prints = false;  // whether a text block follows
};

std::vector<Block> ReadBlocks(const std::string& readme) {
  std::vector<Block> blocks;
  std::istringstream lines(readme);
  std::string line;
  std::string* body = nullptr;
  bool after_script = false;
  for (int number = 1; std::getline(lines, line); ++number) {
    const bool fence = line.compare(0, 3, "```") == 0;
    if (body != nullptr && !fence) {
      *body += line + "\n";
    } else if (body != nullptr) {
      after_script = body == &blocks.back().script;
      body = nullptr;
    } else if (line == "```sh") {
      blocks.push_back({number, "", "", false});
      body = &blocks.back().script;
    } else if (line == "```text" && after_script) {
      blocks.back().prints = true;
      body = &blocks.back().printed;
    } else if (!line.empty()) {
      after_script = false;
    }
  }
  return blocks;
}

class ReadmeTest : public testing::Test {
 public:
  ReadmeTest(std::string readme, std::vector<Block> blocks,
             std::string examples, std::string programs)
      : readme_(std::move(readme)),
        blocks_(std::move(blocks)),
        examples_(std::move(examples)),
        programs_(std::move(programs)) {}

  void TestBody() override {
    const Folder folder;
    std::filesystem::create_directory_symlink(examples_,
                                              folder.path() + "/examples");
    for (const Block& block : blocks_) {
      const ScriptRun run = RunScript("set -e\nexec 2>&1\n" + block.script,
                                      folder.path(), programs_);
      EXPECT_EQ(run.outcome.status, 0) << "README.md:" << block.line << "\n"
                                       << run.outcome.out;
      if (!block.prints) continue;
      const std::string printed = run.outcome.out;
      if (std::getenv("SCBPF_UPDATE_GOLDEN") != nullptr) {
        Update(block, printed);
        continue;
      }
      EXPECT_EQ(HideTimes(printed), HideTimes(block.printed))
          << "README.md:" << block.line;
    }
  }

 private:
  // Puts what the block prints now into the README, unless only times differ.
  void Update(const Block& block, const std::string& printed) {
    if (HideTimes(printed) == HideTimes(block.printed)) return;
    std::string text = ReadText(readme_);
    const std::string old = block.script + "```\n\n```text\n" + block.printed;
    const size_t place = text.find(old);
    ASSERT_NE(place, std::string::npos) << "README.md:" << block.line;
    text.replace(place, old.size(),
                 block.script + "```\n\n```text\n" + printed);
    WriteText(readme_, text);
  }

  std::string readme_;
  std::vector<Block> blocks_;
  std::string examples_;
  std::string programs_;
};

// What the README says without a command: C++ that stands in a file of
// examples/ as it is, and every verb with the summary that --help gives it.
class ReadmeTextTest : public testing::Test {
 public:
  ReadmeTextTest(const std::string& readme, std::string examples,
                 std::string programs)
      : text_(ReadText(readme)),
        examples_(std::move(examples)),
        programs_(std::move(programs)) {}

  void TestBody() override {
    constexpr std::string_view kFence = "```cpp\n";
    size_t blocks = 0;
    for (size_t at = text_.find(kFence); at != std::string::npos;
         at = text_.find(kFence, at + 1), ++blocks) {
      const size_t begin = at + kFence.size();
      EXPECT_TRUE(StandsInAnExample(
          text_.substr(begin, text_.find("```", begin) - begin)));
    }
    EXPECT_GT(blocks, 0u);
    std::istringstream help(
        RunScript("scbpf --help", Folder().path(), programs_).outcome.out);
    std::string line;
    while (std::getline(help, line) && line != "Verbs:") {
    }
    size_t verbs = 0;
    for (; std::getline(help, line) && line.size() > 14; ++verbs) {
      const std::string verb = line.substr(2, line.find(' ', 2) - 2);
      EXPECT_THAT(text_, testing::HasSubstr("| `" + verb + "` | " +
                                            line.substr(14) + " |\n"));
    }
    EXPECT_GT(verbs, 10u);
  }

 private:
  bool StandsInAnExample(const std::string& code) const {
    for (const auto& file : std::filesystem::directory_iterator(examples_)) {
      if (ReadText(file.path()).find(code) != std::string::npos) return true;
    }
    return false;
  }

  std::string text_;
  std::string examples_;
  std::string programs_;
};

TEST(ReadBlocks, TellsScriptsFromWhatTheyPrint) {
  const std::vector<Block> blocks = ReadBlocks(
      "a\n```sh\nls\n```\n\n```text\nx\ny\n```\n```sh\ntrue\n```\nprose\n"
      "```text\nz\n```\n");
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[0].script, "ls\n");
  EXPECT_EQ(blocks[0].printed, "x\ny\n");
  EXPECT_EQ(blocks[1].script, "true\n");
  EXPECT_FALSE(blocks[1].prints);
}

}  // namespace
}  // namespace scbpf::golden

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc < 4) return 2;
  auto blocks = scbpf::golden::ReadBlocks(scbpf::golden::ReadText(argv[1]));
  if (blocks.size() < 3) return 2;
  blocks.erase(blocks.begin(), blocks.begin() + 2);  // they set scbpf up
  std::string programs;
  for (int i = 3; i < argc; ++i) {
    programs += (programs.empty() ? "" : ":") + std::string(argv[i]);
  }
  const std::string readme = argv[1];
  const std::string examples = argv[2];
  testing::RegisterTest("Readme", "Blocks", nullptr, nullptr, argv[1], 1,
                        [=]() -> testing::Test* {
                          return new scbpf::golden::ReadmeTest(
                              readme, blocks, examples, programs);
                        });
  testing::RegisterTest(
      "Readme", "Text", nullptr, nullptr, argv[1], 1, [=]() -> testing::Test* {
        return new scbpf::golden::ReadmeTextTest(readme, examples, programs);
      });
  return RUN_ALL_TESTS();
}
