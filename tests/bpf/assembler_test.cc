// The language of bpf_asm: each mnemonic, each error, and the way back from a
// listing.
#include "bpf/assembler.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "bpf/formats.h"
#include "bpf/instruction.h"
#include "tests/bpf/random_programs.h"

namespace scbpf {
namespace {

// One instruction in front of "ok: ret #1" and "no: ret #2".
TEST(AssembleText, EachMnemonic) {
  struct Row {
    const char* text;
    Instruction in;
  };
  const std::vector<Row> rows = {
      {"ld [4]", {0x20, 0, 0, 4}},
      {"ld #7", {0x00, 0, 0, 7}},
      {"ld M[0]", {0x60, 0, 0, 0}},
      {"ld #len", {0x80, 0, 0, 0}},
      {"ld len", {0x80, 0, 0, 0}},
      {"ldi #7", {0x00, 0, 0, 7}},
      {"ldi 7", {0x00, 0, 0, 7}},
      {"ldx #7", {0x01, 0, 0, 7}},
      {"ldx M[0]", {0x61, 0, 0, 0}},
      {"ldx #len", {0x81, 0, 0, 0}},
      {"ldxi #0xffffffff", {0x01, 0, 0, 0xffffffff}},
      {"st M[0]", {0x02, 0, 0, 0}},
      {"stx M[15]", {0x03, 0, 0, 15}},
      {"add #1", {0x04, 0, 0, 1}},
      {"add x", {0x0c, 0, 0, 0}},
      {"sub #1", {0x14, 0, 0, 1}},
      {"sub %x", {0x1c, 0, 0, 0}},
      {"mul #1", {0x24, 0, 0, 1}},
      {"mul x", {0x2c, 0, 0, 0}},
      {"div #1", {0x34, 0, 0, 1}},
      {"div x", {0x3c, 0, 0, 0}},
      {"or #1", {0x44, 0, 0, 1}},
      {"or x", {0x4c, 0, 0, 0}},
      {"and #-2", {0x54, 0, 0, 0xfffffffe}},
      {"and x", {0x5c, 0, 0, 0}},
      {"lsh #31", {0x64, 0, 0, 31}},
      {"lsh x", {0x6c, 0, 0, 0}},
      {"rsh #1", {0x74, 0, 0, 1}},
      {"rsh x", {0x7c, 0, 0, 0}},
      {"neg", {0x84, 0, 0, 0}},
      {"xor #1", {0xa4, 0, 0, 1}},
      {"xor x", {0xac, 0, 0, 0}},
      {"jmp no", {0x05, 0, 0, 1}},
      {"ja no", {0x05, 0, 0, 1}},
      {"jeq #1, no", {0x15, 1, 0, 1}},
      {"jeq #1, ok, no", {0x15, 0, 1, 1}},
      {"jeq x, no, ok", {0x1d, 1, 0, 0}},
      {"jneq #1, no", {0x15, 0, 1, 1}},
      {"jne x, no", {0x1d, 0, 1, 0}},
      {"jgt #1, no", {0x25, 1, 0, 1}},
      {"jgt x, ok, no", {0x2d, 0, 1, 0}},
      {"jle #1, no", {0x25, 0, 1, 1}},
      {"jge #1, no, no", {0x35, 1, 1, 1}},
      {"jge x, no", {0x3d, 1, 0, 0}},
      {"jlt #1, no", {0x35, 0, 1, 1}},
      {"jlt x, no", {0x3d, 0, 1, 0}},
      {"jset #1, no", {0x45, 1, 0, 1}},
      {"jset %x, ok, no", {0x4d, 0, 1, 0}},
      {"ret #0x7fff0000", {0x06, 0, 0, 0x7fff0000}},
      {"ret a", {0x16, 0, 0, 0}},
      {"RET %A", {0x16, 0, 0, 0}},
      {"tax", {0x07, 0, 0, 0}},
      {"txa", {0x87, 0, 0, 0}},
      // Numbers, comments, blanks.
      {"ldi 0b101", {0x00, 0, 0, 5}},
      {"ldi 052", {0x00, 0, 0, 42}},
      {"ldi +9", {0x00, 0, 0, 9}},
      {"ldi -2147483648", {0x00, 0, 0, 0x80000000}},
      {"/* a ; */ ldi /* b\n */ #1 ; jmp", {0x00, 0, 0, 1}},
      {"# a line\nldi\t#\r\n 1", {0x00, 0, 0, 1}},
      {"jeq # 1 ,\n ok ,\n no", {0x15, 0, 1, 1}},
  };
  std::set<uint16_t> seen;
  for (const Row& row : rows) {
    const std::string text =
        absl::StrCat("st M[0]\n", row.text, "\nok: ret #1\nno: ret #2");
    Diagnostics findings;
    const auto program = AssembleText(text, findings);
    ASSERT_TRUE(program.has_value()) << row.text << ": " << findings[0].text;
    EXPECT_EQ((*program)[1], row.in) << row.text;
    EXPECT_EQ(program->size(), 4u) << row.text;
    seen.insert(row.in.code);
  }
  for (const uint16_t code : AllOpcodes()) {
    EXPECT_EQ(seen.count(code), 1u) << "no row has opcode " << code;
  }
}

TEST(AssembleText, SaysWhatIsWrongAndWhere) {
  struct Row {
    std::string text;
    std::string place;  // the source at the finding
    std::string message;
  };
  std::string far = "jeq #1, far\n";
  for (int i = 0; i < 256; ++i) far += "txa\n";
  const std::string loads = ": it loads aligned words of seccomp_data";
  const std::vector<Row> rows = {
      {"rett #1", "rett",
       "unknown instruction \"rett\"; did you mean \"ret\"?"},
      {"frobnicate", "frobnicate", "unknown instruction \"frobnicate\""},
      {"ldh [4]", "ldh", "seccomp has no ldh" + loads},
      {"ldxb 4*([0]&0xf)", "ldxb", "seccomp has no ldxb" + loads},
      {"mod #3", "mod", "seccomp has no mod"},
      {"ld [x + 4]", "x", "seccomp has no loads that X moves"},
      {"ret x", "x", "seccomp has no \"ret x\"; txa, then \"ret a\""},
      {"ld 4", "4", "expected [k], M[k], #k or #len, found \"4\""},
      {"ld #proto", "proto", "expected a number, found \"proto\""},
      {"ldx [4]", "[", "expected M[k], #k or #len, found \"[\""},
      {"st 4", "4", "expected M[k], found \"4\""},
      {"add 1", "1", "expected #k or x, found \"1\""},
      {"ret 1", "1", "expected #k or a, found \"1\""},
      {"ld [4", "", "expected \"]\", found the end of the line"},
      {"jeq #1\nret #0", "",
       "expected \",\" and a label, found the end of the "
       "line"},
      {"jeq #1, 2", "2", "expected a label, found \"2\""},
      {"ret #0x100000000", "0x100000000",
       "\"0x100000000\" is no number of 32 bits"},
      {"ret #-2147483649", "-2147483649",
       "\"-2147483649\" is no number of 32 bits"},
      {"ret #08", "08", "\"08\" is no number of 32 bits"},
      {"ret #0b2", "0b2", "\"0b2\" is no number of 32 bits"},
      {"ret #0x", "0x", "\"0x\" is no number of 32 bits"},
      {", ret #0", ",", "expected an instruction or a label, found \",\""},
      {"\xc3\xa4 ret #0", "\xc3\xa4",
       "expected an instruction or a label, found \"\xc3\xa4\""},
      {"ret #0 /* x", "/*", "this comment is not closed"},
      {"ret: ret #0", "ret", "\"ret\" is a word of the language, no label"},
      {"len: ret #0", "len", "\"len\" is a word of the language, no label"},
      {"jmp ende\nend: ret #0", "ende",
       "there is no label \"ende\"; did you mean \"end\"?"},
      {"up: txa\njmp up\nret #0", "up",
       "the label \"up\" is not ahead: jumps only go forward"},
      {"own: jmp own\nret #0", "own",
       "the label \"own\" is not ahead: jumps only go forward"},
      {"l1: txa\nl1: ret #0", "l1", "a second label \"l1\""},
      {"jmp end\nret #0\nend:", "end", "no instruction follows this label"},
      {far + "far: ret #0", "far",
       "the label \"far\" is 256 instructions away; a conditional jump goes "
       "over 255 at most: jump to a \"jmp\""},
      {"", "", "the kernel refuses this: the program is empty"},
      {"ld [64]\nret #0", "ld",
       "the kernel refuses this: load at 64, past the 64 bytes of "
       "seccomp_data"},
      {"ret #0\ntxa", "txa",
       "the kernel refuses this: the last instruction is not a RET"},
  };
  for (const Row& row : rows) {
    Diagnostics findings;
    EXPECT_FALSE(AssembleText(row.text, findings).has_value()) << row.text;
    ASSERT_FALSE(findings.empty()) << row.text;
    EXPECT_EQ(findings[0].text, row.message) << row.text;
    EXPECT_EQ(row.text.substr(findings[0].at.offset, findings[0].at.length),
              row.place)
        << row.text;
  }
}

TEST(AssembleText, GoesOnInTheNextLine) {
  Diagnostics findings;
  EXPECT_FALSE(
      AssembleText("jeq #1, end\nfoo #2, bar\nld 4\nend: rett #0", findings));
  ASSERT_EQ(findings.size(), 3u);
  EXPECT_EQ(findings[0].text, "unknown instruction \"foo\"");
  EXPECT_EQ(findings[1].at, (SourceSpan{27, 1}));
  EXPECT_EQ(findings[2].text.substr(0, 19), "unknown instruction");
}

TEST(AssembleText, EndsAfterAHundredErrors) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "foo\n";
  Diagnostics findings;
  EXPECT_FALSE(AssembleText(text, findings));
  EXPECT_EQ(findings.size(), 100u);
}

TEST(AssembleText, JumpsAsFarAsTheyGo) {
  std::string text = "jeq #1, far\njmp end\n";
  for (int i = 0; i < 254; ++i) text += "txa\n";
  text += "far: ret #1\n";
  for (int i = 0; i < 1000; ++i) text += "txa\n";
  text += "end: ret #2\n";
  Diagnostics findings;
  const auto program = AssembleText(text, findings);
  ASSERT_TRUE(program.has_value()) << findings[0].text;
  EXPECT_EQ((*program)[0], (Instruction{op::kJeqK, 255, 0, 1}));
  EXPECT_EQ((*program)[1], op::Jump(1255));
}

TEST(FormatBpfAsm, AssemblesToTheSameProgram) {
  std::mt19937 random(20);
  for (int i = 0; i < 3000; ++i) {
    const bool dirty = i % 2 == 1;
    const Program program = RandomProgram(random, dirty);
    Program wanted;
    for (const Instruction& in : program) {
      wanted.push_back(op::WithoutUnused(in));
    }
    const std::string text = FormatBpfAsm(program);
    Diagnostics findings;
    const auto back = AssembleText(text, findings);
    ASSERT_TRUE(back.has_value()) << text << findings[0].text;
    EXPECT_EQ(*back, wanted) << text;
    // What was zeroed is told, and nothing else.
    const bool zeroed = wanted != program;
    EXPECT_EQ(text.find("unused") != std::string::npos, zeroed) << text;
    EXPECT_EQ(FindUnusedFields(program).empty(), !zeroed);
  }
}

TEST(FormatBpfAsm, LooksLikeThis) {
  EXPECT_EQ(FormatBpfAsm(Program{op::Load(4),
                                 op::JumpIf(op::kJeqK, 0xc000003e, 0, 2),
                                 {op::kTaxAll, 1, 2, 3},
                                 op::JumpIf(op::kJsetK, 8, 0, 0),
                                 op::Return(0)}),
            R"(        ld [4]                       ; A = arch
        jneq #0xc000003e, L0004      ; if (A != ARCH_X86_64) goto 0004
        tax                          ; X = A (unused, written as 0: jt 1, jf 2, k 0x3)
        jset #0x8, L0004, L0004      ; goto 0004
L0004:  ret #0x0                     ; return KILL_THREAD
)");
}

}  // namespace
}  // namespace scbpf
