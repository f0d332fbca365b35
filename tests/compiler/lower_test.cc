// The last two stages: loads where they are needed, offsets that reach.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bpf/check.h"
#include "bpf/disassemble.h"
#include "bpf/instruction.h"
#include "bpf/simulate.h"
#include "compiler/assembly.h"
#include "compiler/decision_builder.h"

namespace scbpf {
namespace {

constexpr uint32_t kAll = ~uint32_t{0};
constexpr uint32_t kBit30 = 1u << 30;

Test Eq(Word word, uint32_t value, uint32_t mask = kAll) {
  return {word, TestOp::kEq, mask, value};
}
Test Ge(Word word, uint32_t value, uint32_t mask = kAll) {
  return {word, TestOp::kGe, mask, value};
}

// The codes of a program, a letter each: L load, & AND, = JEQ, > JGE, s JSET,
// j JA, r RET.
std::string Codes(const Program& program) {
  std::string codes;
  for (const Instruction& in : program) {
    switch (in.code) {
      case op::kLdAbs:
        codes += 'L';
        break;
      case op::kAndK:
        codes += '&';
        break;
      case op::kJeqK:
        codes += '=';
        break;
      case op::kJgeK:
        codes += '>';
        break;
      case op::kJsetK:
        codes += 's';
        break;
      case op::kJaK:
        codes += 'j';
        break;
      case op::kRetK:
        codes += 'r';
        break;
      default:
        codes += '?';
    }
  }
  return codes;
}

class LowerTest : public testing::Test {
 protected:
  Program Build(NodeId root) {
    decision_ = builder_.Finish(root);
    Program program = Assemble(Lower(decision_));
    EXPECT_TRUE(CheckProgram(program).ok()) << Disassemble(program);
    return program;
  }
  NodeId Leaf(uint16_t error) { return builder_.Leaf(Errno(error)); }
  void ExpectAnswers(const Program& program, const std::vector<Call>& calls) {
    for (const Call& call : calls) {
      ASSERT_EQ(Simulate(program, call), Evaluate(decision_, call))
          << call.nr << "\n"
          << (program.size() < 100 ? Disassemble(program) : "");
    }
  }
  static std::vector<Call> Numbers(const std::vector<uint32_t>& numbers) {
    std::vector<Call> calls;
    for (uint32_t nr : numbers) {
      calls.push_back({nr, 7, 0, {}});
      calls.push_back({nr, 8, 0, {5, 5, 5, 5, 5, 5}});
    }
    return calls;
  }

  DecisionBuilder builder_;
  Decision decision_;
};

TEST_F(LowerTest, AWordIsLoadedOnceOnAPath) {
  const NodeId tree = builder_.If(
      Ge(kNrWord, 10), builder_.If(Eq(kNrWord, 12), Leaf(1), Leaf(2)),
      builder_.If(Eq(kNrWord, 3), Leaf(1), Leaf(2)));
  const Program program = Build(builder_.If(Eq(kArchWord, 7), tree, Leaf(3)));
  EXPECT_EQ(Codes(program).substr(0, 6), "L=L>==");
  EXPECT_EQ(program.size(), 9u);
  ExpectAnswers(program, Numbers({0, 3, 4, 9, 10, 11, 12, 13}));
}

TEST_F(LowerTest, ASharedBlockIsEnteredWithAndWithoutItsLoad) {
  const Word arg = ArgWord(0, false);
  const NodeId block = builder_.If(Eq(arg, 5), Leaf(1), Leaf(2));
  const NodeId first = builder_.If(Eq(arg, 9), Leaf(3), block);
  const Program program = Build(builder_.If(Eq(kNrWord, 1), first, block));
  // The block's load is passed over where the word is there already.
  EXPECT_EQ(program.size(), 2u + 2u + 2u + 3u);
  Call call{1, 7, 0, {5}};
  EXPECT_EQ(Execute(program, call).executed, 6u);
  call.nr = 2;
  EXPECT_EQ(Execute(program, call).executed, 5u);
  ExpectAnswers(program, Numbers({0, 1, 2}));
}

// x32: bit 30 is cleared once, and not where it is known to be clear.
TEST_F(LowerTest, ClearsBit30OnlyWhereItMayBeSet) {
  const NodeId shared = builder_.If(
      Ge(kNrWord, 10, ~kBit30),
      builder_.If(Eq(kNrWord, 12, ~kBit30), Leaf(1), Leaf(2)), Leaf(3));
  const NodeId high = builder_.If(Eq(kNrWord, 4, ~kBit30), Leaf(4), shared);
  const Program program = Build(builder_.If(Ge(kNrWord, kBit30), high, shared));
  EXPECT_EQ(Codes(program).substr(0, 6), "L>&=>=");
  EXPECT_EQ(program.size(), 10u);
  const Call low{12, 7, 0, {}};
  EXPECT_EQ(Execute(program, low).executed, 5u);
  const Call x32{kBit30 | 12, 7, 0, {}};
  EXPECT_EQ(Execute(program, x32).executed, 7u);
  ExpectAnswers(program, Numbers({4, 9, 10, 12, 13, kBit30, kBit30 | 4,
                                  kBit30 | 12, kBit30 | 13}));
}

TEST_F(LowerTest, AMaskIsUndoneByALoad) {
  const Word arg = ArgWord(1, false);
  const NodeId second = builder_.If(Eq(arg, 5), Leaf(1), Leaf(2));
  const Program program = Build(builder_.If(Eq(arg, 3, 0xf), Leaf(3), second));
  EXPECT_EQ(Codes(program), "L&=L=rrr");
  ExpectAnswers(program, Numbers({0}));
}

TEST_F(LowerTest, JsetNeedsNoAndAndLeavesTheWord) {
  const Word arg = ArgWord(0, false);
  const NodeId second = builder_.If(Eq(arg, 5), Leaf(1), Leaf(2));
  const Program program =
      Build(builder_.If({arg, TestOp::kAnySet, 0x18, 0}, Leaf(3), second));
  EXPECT_EQ(Codes(program), "Ls=rrr");
  ExpectAnswers(program, Numbers({0}));
}

// `count` numbers one after the other, each to `then_node`.
NodeId ChainOf(DecisionBuilder& builder, uint32_t count, NodeId then_node,
               NodeId else_node) {
  NodeId node = else_node;
  for (uint32_t nr = count; nr-- > 0;) {
    node = builder.If(Eq(kNrWord, 3 * nr), then_node, node);
  }
  return node;
}

std::vector<uint32_t> Upto(uint32_t last) {
  std::vector<uint32_t> numbers;
  for (uint32_t nr = 0; nr <= last; ++nr) numbers.push_back(nr);
  return numbers;
}

struct FarCase {
  uint32_t tests;
  size_t instructions;
};

// A RET is at most 255 instructions away; a clone serves those before it.
TEST_F(LowerTest, FarReturnsAreCloned) {
  for (const FarCase& c :
       {FarCase{255, 258}, FarCase{256, 259}, FarCase{257, 261},
        FarCase{600, 605}, FarCase{4070, 4088}}) {
    const NodeId root = ChainOf(builder_, c.tests, Leaf(1), Leaf(2));
    const Program program = Build(root);
    EXPECT_EQ(program.size(), c.instructions) << c.tests;
    EXPECT_EQ(Codes(program).find('j'), std::string::npos);
    ExpectAnswers(program, Numbers(Upto(3 * c.tests)));
    // A clone costs no call anything.
    const Call last{3 * c.tests, 7, 0, {}};
    EXPECT_EQ(Execute(program, last).executed, 1 + c.tests + 1);
  }
}

TEST_F(LowerTest, FarBlocksAreReachedByAJump) {
  const NodeId block = builder_.If(Eq(ArgWord(0, false), 5), Leaf(1), Leaf(2));
  for (const FarCase& c :
       {FarCase{200, 206}, FarCase{600, 608}, FarCase{3000, 3017}}) {
    const Program program = Build(ChainOf(builder_, c.tests, block, Leaf(3)));
    EXPECT_EQ(program.size(), c.instructions) << c.tests;
    const bool far = c.tests > 255;
    EXPECT_EQ(Codes(program).find('j') != std::string::npos, far);
    ExpectAnswers(program, Numbers(Upto(3 * c.tests)));
  }
}

// Both targets of one branch are far away.
TEST_F(LowerTest, TwoFarTargetsOfOneBranch) {
  const NodeId tail = ChainOf(builder_, 700, Leaf(1), Leaf(2));
  const NodeId block = builder_.If(Eq(ArgWord(0, false), 5), Leaf(3), Leaf(4));
  const NodeId other = builder_.If(Eq(ArgWord(1, false), 5), Leaf(5), Leaf(6));
  const NodeId both = builder_.If(Ge(kNrWord, 1000), block, other);
  const NodeId root =
      builder_.If(Eq(kArchWord, 7), builder_.If(Ge(kNrWord, 1000), tail, both),
                  builder_.If(Eq(kNrWord, 2), tail, both));
  const Program program = Build(root);
  ExpectAnswers(program, Numbers(Upto(2200)));
}

}  // namespace
}  // namespace scbpf
