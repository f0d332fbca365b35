// The table of mnemonics.
#include "bpf/asm_mnemonics.h"

#include "absl/strings/match.h"
#include "bpf/instruction.h"

namespace scbpf {
namespace {

constexpr Mnemonic kMnemonics[] = {
    {"ld", AsmForm::kLoad, op::kLd},
    {"ldi", AsmForm::kValue, op::kLdImm},
    {"ldx", AsmForm::kLoadX, op::kLdx},
    {"ldxi", AsmForm::kValue, op::kLdxImm},
    {"st", AsmForm::kScratch, op::kSt},
    {"stx", AsmForm::kScratch, op::kStx},
    {"add", AsmForm::kOperand, op::kAlu | op::kAdd},
    {"sub", AsmForm::kOperand, op::kAlu | op::kSub},
    {"mul", AsmForm::kOperand, op::kAlu | op::kMul},
    {"div", AsmForm::kOperand, op::kAlu | op::kDiv},
    {"neg", AsmForm::kNone, op::kAlu | op::kNeg},
    {"and", AsmForm::kOperand, op::kAlu | op::kAnd},
    {"or", AsmForm::kOperand, op::kAlu | op::kOr},
    {"xor", AsmForm::kOperand, op::kAlu | op::kXor},
    {"lsh", AsmForm::kOperand, op::kAlu | op::kLsh},
    {"rsh", AsmForm::kOperand, op::kAlu | op::kRsh},
    {"jmp", AsmForm::kJump, op::kJaK},
    {"ja", AsmForm::kJump, op::kJaK},
    {"jeq", AsmForm::kBranch, op::kJeqK},
    {"jgt", AsmForm::kBranch, op::kJgtK},
    {"jge", AsmForm::kBranch, op::kJgeK},
    {"jset", AsmForm::kBranch, op::kJsetK},
    {"jneq", AsmForm::kInverse, op::kJeqK},
    {"jne", AsmForm::kInverse, op::kJeqK},
    {"jlt", AsmForm::kInverse, op::kJgeK},
    {"jle", AsmForm::kInverse, op::kJgtK},
    {"tax", AsmForm::kNone, op::kTaxAll},
    {"txa", AsmForm::kNone, op::kTxaAll},
    {"ret", AsmForm::kReturn, op::kRet},
    {"ldb", AsmForm::kForeign, 0},
    {"ldh", AsmForm::kForeign, 0},
    {"ldxb", AsmForm::kForeign, 0},
    {"mod", AsmForm::kForeign, 0},
};

}  // namespace

std::span<const Mnemonic> AllMnemonics() { return kMnemonics; }

const Mnemonic* FindMnemonic(std::string_view word) {
  for (const Mnemonic& each : AllMnemonics()) {
    if (absl::EqualsIgnoreCase({each.name.data(), each.name.size()},
                               {word.data(), word.size()})) {
      return &each;
    }
  }
  return nullptr;
}

}  // namespace scbpf
