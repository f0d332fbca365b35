// Filters as text for other programs, which judge them where they are there.
#include "bpf/formats.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "bpf/filter_flags.h"
#include "bpf/instruction.h"
#include "bpf/read_filter.h"
#include "tests/bpf/random_programs.h"

namespace scbpf {
namespace {

namespace fs = std::filesystem;

const Program& Example() {
  static const Program program = {op::Load(4),
                                  op::JumpIf(op::kJeqK, 0xc000003e, 0, 3),
                                  op::Load(0),
                                  op::JumpIf(op::kJgeK, 2, 1, 0),
                                  op::Return(0x7fff0000),
                                  op::Return(0)};
  return program;
}

// A folder that goes when the test does.
class Folder {
 public:
  Folder() {
    std::string name = fs::temp_directory_path() / "scbpf-formats.XXXXXX";
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }
  // The status of a command in the folder.
  int Run(const std::string& command) const {
    return std::system(
        ("cd '" + path_.string() + "' && " + command + " >log 2>&1").c_str());
  }
  std::string Read(const std::string& name) const {
    std::ifstream file(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  fs::path path_;
};

bool Has(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) ==
         0;
}

TEST(FormatHex, AnInstructionALineInBothByteOrders) {
  const Program program = {op::JumpIf(op::kJeqK, 0xc000003e, 2, 3),
                           op::Return(0x7fff0000)};
  EXPECT_EQ(FormatHex(program), "150002033e0000c0\n060000000000ff7f\n");
  EXPECT_EQ(FormatHex(program, true), "00150203c000003e\n000600007fff0000\n");
}

TEST(FormatHex, IsReadBack) {
  std::mt19937 random(5);
  for (int i = 0; i < 500; ++i) {
    const Program program = RandomProgram(random, true);
    for (const std::string& text :
         {FormatHex(program), EncodeBase64(program), EncodeRaw(program)}) {
      const absl::StatusOr<Program> back = ReadFilter(text);
      ASSERT_TRUE(back.ok()) << text << back.status();
      EXPECT_EQ(*back, program);
    }
  }
}

TEST(CIdentifier, IsOne) {
  struct Row {
    const char* path;
    const char* name;
  };
  for (const Row& row : std::vector<Row>{{"x/http-server.json", "http_server"},
                                         {"p.json", "p"},
                                         {"a.b.json", "a_b"},
                                         {"9p", "seccomp9p"},
                                         {"_x", "seccomp_x"},
                                         {".hidden", "seccomp_hidden"},
                                         {"\xc3\xa4", "seccomp__"},
                                         {"", "seccomp"}}) {
    EXPECT_EQ(CIdentifier(row.path), row.name);
  }
}

TEST(AllFilterFlags, AreEachOneBit) {
  uint32_t all = 0;
  for (const FilterFlagName& flag : AllFilterFlags()) all |= flag.bit;
  EXPECT_EQ(all, 0x3fu);
  EXPECT_EQ(
      FlagNames(kFlagLog | kFlagNewListener),
      (std::vector<std::string_view>{"SECCOMP_FILTER_FLAG_LOG",
                                     "SECCOMP_FILTER_FLAG_NEW_LISTENER"}));
}

// A program that writes what two headers hold, compiled without a warning.
TEST(FormatC, CompilesAsC99AndAsCxx) {
  if (!Has("gcc") || !Has("g++")) GTEST_SKIP() << "gcc and g++ are not there";
  std::mt19937 random(9);
  Program every;  // one of each operation's text
  for (int i = 0; i < 40; ++i) {
    const Program more = RandomProgram(random, true);
    every.insert(every.end(), more.begin(), more.end());
  }
  const std::vector<Filter> stack = {{Example(), 0},
                                     {every, kFlagLog | kFlagTsync}};
  const Folder folder;
  folder.Write("one.h", FormatC(std::vector<Filter>{{Example()}}, "one"));
  folder.Write("two.h", FormatC(stack, "two"));
  const std::string main =
      "#include \"one.h\"\n#include \"one.h\"\n#include \"two.h\"\n"
      "#include <stdio.h>\n"
      "static void put(const struct sock_fprog *p, unsigned int flags) {\n"
      "  printf(\"%u\\n\", flags);\n"
      "  fwrite(p->filter, sizeof *p->filter, p->len, stdout);\n}\n"
      "int main(void) {\n"
      "  put(&one_fprog, one_filter_flags);\n"
      "  put(&two_0_fprog, two_0_filter_flags);\n"
      "  put(&two_1_fprog, two_1_filter_flags);\n"
      "  return sizeof one_filter == 6 * 8 ? 0 : 1;\n}\n";
  folder.Write("main.c", main);
  folder.Write("main.cc", main);
  folder.Write("unused.c", "#include \"two.h\"\n");
  const std::string warnings = " -Wall -Wextra -pedantic -Werror ";
  EXPECT_EQ(folder.Run("gcc -std=c99 -c" + warnings + "unused.c"), 0)
      << folder.Read("log");
  const std::string wanted = "4\n" + EncodeRaw(Example()) + "0\n" +
                             EncodeRaw(Example()) + "3\n" + EncodeRaw(every);
  for (const std::string compiler : {"gcc -std=c99 main.c", "g++ main.cc"}) {
    ASSERT_EQ(folder.Run(compiler + warnings + "-o out"), 0)
        << compiler << folder.Read("log");
    EXPECT_EQ(folder.Run("./out"), 0);
    EXPECT_EQ(folder.Read("log"), wanted) << compiler;
  }
}

TEST(FormatDot, LooksLikeThis) {
  EXPECT_EQ(FormatDot(std::vector<Program>{Example()}),
            R"(digraph filter {
  node [shape=box, fontname="monospace"];
  edge [fontname="monospace"];
  subgraph cluster_0 {
    label="";
    f0_0 [label="0000: A = arch\l0001: if (A != ARCH_X86_64)\l"];
    f0_2 [label="0002: A = sys_number\l0003: if (A >= open)\l"];
    f0_4 [label="0004: return ALLOW\l"];
    f0_5 [label="0005: return KILL_THREAD\l"];
    f0_0 -> f0_5 [label="yes"];
    f0_0 -> f0_2 [label="no"];
    f0_2 -> f0_5 [label="yes"];
    f0_2 -> f0_4 [label="no"];
  }
}
)");
}

TEST(FormatDot, RendersWithGraphviz) {
  if (!Has("dot")) GTEST_SKIP() << "Graphviz' dot is not installed";
  std::mt19937 random(3);
  std::vector<Program> stack = {Example()};
  for (int i = 0; i < 20; ++i) stack.push_back(RandomProgram(random, false));
  const Folder folder;
  folder.Write("filter.dot", FormatDot(stack));
  EXPECT_EQ(folder.Run("dot -Tsvg -o filter.svg filter.dot"), 0);
  EXPECT_EQ(folder.Read("log"), "");
  EXPECT_NE(folder.Read("filter.svg").find("ARCH_X86_64"), std::string::npos);
}

}  // namespace
}  // namespace scbpf
