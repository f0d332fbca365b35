// AssembleText: one pass over the tokens, then the labels, then the kernel's
// own check.
#include "bpf/assembler.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "bpf/asm_lexer.h"
#include "bpf/asm_mnemonics.h"
#include "bpf/check.h"
#include "bpf/instruction.h"
#include "bpf/text.h"
#include "syscall-tables/names.h"

namespace scbpf {
namespace {

// `word` in quotes, cut when it is long.
std::string Quoted(std::string_view word) {
  const bool cut = word.size() > 60;
  return absl::StrCat("\"", std::string(word.substr(0, 60)), cut ? "..." : "",
                      "\"");
}

std::string Suggest(std::string_view word,
                    const std::vector<std::string_view>& known) {
  const std::string_view nearest = NearestName(word.substr(0, 60), known);
  return nearest.empty()
             ? ""
             : absl::StrCat("; did you mean \"", std::string(nearest), "\"?");
}

// A jump's way to a label.
struct Reference {
  enum class Field : uint8_t { kJt, kJf, kK };
  size_t pc = 0;
  Field field = Field::kK;
  AsmToken label;
};

struct Label {
  size_t pc = 0;
  SourceSpan at;
};

class Assembler {
 public:
  Assembler(std::string_view text, Diagnostics& findings)
      : findings_(findings), tokens_(ReadAsmTokens(text, findings)) {}

  Program Run() {
    while (Now().kind != AsmTokenKind::kEnd && !Full()) Statement();
    if (unplaced_ && findings_.empty()) {
      Error(unplaced_label_, "no instruction follows this label");
    }
    for (const Reference& each : references_) Resolve(each);
    return std::move(program_);
  }
  const std::vector<SourceSpan>& places() const { return places_; }

 private:
  const AsmToken& Now() const { return tokens_[next_]; }
  bool Full() const { return findings_.size() >= kMostAssemblyErrors; }
  bool IsSign(char sign) const {
    return Now().kind == AsmTokenKind::kSign && Now().text[0] == sign;
  }
  bool IsWord(std::string_view word) const {
    return Now().kind == AsmTokenKind::kWord &&
           absl::EqualsIgnoreCase({Now().text.data(), Now().text.size()},
                                  {word.data(), word.size()});
  }
  bool TakeSign(char sign) {
    if (!IsSign(sign)) return false;
    ++next_;
    return true;
  }

  void Error(SourceSpan at, std::string text) {
    if (!Full()) {
      findings_.push_back({Severity::kError, "assembly", at, std::move(text)});
    }
  }
  bool Expect(std::string_view what) {
    const std::string text =
        absl::StrCat("expected ", std::string(what), ", found ");
    const AsmToken& token = Now();
    const bool last_one = token.kind == AsmTokenKind::kEnd;
    if ((token.first_of_line || last_one) && next_ > 0) {
      const SourceSpan last = tokens_[next_ - 1].at;
      Error({last.offset + last.length, 0}, text + "the end of the line");
    } else {
      Error(token.at, text + Quoted(token.text));
    }
    return false;
  }

  void Statement();
  void DefineLabel(const AsmToken& name);
  bool Operands(const Mnemonic& mnemonic, Instruction& in);
  bool Number(uint32_t& value);
  bool Immediate(uint32_t& value);
  bool Register(std::string_view name);
  bool Bracketed(uint32_t& value);
  bool Load(const Mnemonic& mnemonic, Instruction& in);
  bool Operand(std::string_view what, Instruction& in);
  bool Return(Instruction& in);
  bool Reach(Reference::Field field);
  bool Branch(const Mnemonic& mnemonic, Instruction& in);
  void Resolve(const Reference& reference);
  size_t Distance(const Reference& reference, const Label& label);

  Diagnostics& findings_;
  std::vector<AsmToken> tokens_;
  size_t next_ = 0;
  Program program_;
  std::vector<SourceSpan> places_;  // of each instruction's mnemonic
  std::vector<Reference> references_;
  std::map<std::string, Label, std::less<>> labels_;
  bool unplaced_ = false;  // a label waits for its instruction
  SourceSpan unplaced_label_;
};

// A label's definition, or an instruction; after an error reading goes on in
// the next line.
void Assembler::Statement() {
  const AsmToken word = Now();
  if (word.kind == AsmTokenKind::kWord) {
    ++next_;
    if (TakeSign(':')) return DefineLabel(word);
    const Mnemonic* mnemonic = FindMnemonic(word.text);
    Instruction in;
    if (mnemonic == nullptr) {
      std::vector<std::string_view> known;
      for (const Mnemonic& each : AllMnemonics()) known.push_back(each.name);
      Error(word.at, absl::StrCat("unknown instruction ", Quoted(word.text),
                                  Suggest(word.text, known)));
    } else if (mnemonic->form == AsmForm::kForeign) {
      Error(word.at,
            absl::StrCat("seccomp has no ", std::string(mnemonic->name),
                         mnemonic->name == "mod"
                             ? ""
                             : ": it loads aligned words of seccomp_data"));
    } else if (in.code = mnemonic->code; Operands(*mnemonic, in)) {
      unplaced_ = false;
      program_.push_back(in);
      places_.push_back(word.at);
      return;
    }
  } else {
    Expect("an instruction or a label");
    ++next_;
  }
  // The place counts, so that labels keep their distance.
  unplaced_ = false;
  program_.push_back(op::Return(0));
  places_.push_back(word.at);
  while (Now().kind != AsmTokenKind::kEnd && !Now().first_of_line) ++next_;
}

void Assembler::DefineLabel(const AsmToken& name) {
  static constexpr std::string_view kTaken[] = {"a", "x", "m", "len"};
  const bool taken =
      FindMnemonic(name.text) != nullptr ||
      std::find(std::begin(kTaken), std::end(kTaken),
                absl::AsciiStrToLower(absl::string_view(
                    name.text.data(), name.text.size()))) != std::end(kTaken);
  if (taken) {
    return Error(name.at, absl::StrCat(Quoted(name.text),
                                       " is a word of the language, no label"));
  }
  const auto [found, fresh] = labels_.try_emplace(
      std::string(name.text), Label{program_.size(), name.at});
  if (!fresh) {
    return Error(name.at, absl::StrCat("a second label ", Quoted(name.text)));
  }
  unplaced_ = true;
  unplaced_label_ = name.at;
}

bool Assembler::Number(uint32_t& value) {
  if (Now().kind != AsmTokenKind::kNumber) return Expect("a number");
  if (!ReadAsmNumber(Now().text, value)) {
    Error(Now().at,
          absl::StrCat(Quoted(Now().text), " is no number of 32 bits"));
    return false;
  }
  ++next_;
  return true;
}

// #k
bool Assembler::Immediate(uint32_t& value) {
  return TakeSign('#') ? Number(value) : Expect("\"#\" and a number");
}

// a, %a
bool Assembler::Register(std::string_view name) {
  const size_t start = next_;
  TakeSign('%');
  if (IsWord(name)) {
    ++next_;
    return true;
  }
  next_ = start;
  return false;
}

// [k]
bool Assembler::Bracketed(uint32_t& value) {
  if (!TakeSign('[')) return Expect("\"[\"");
  if (IsWord("x") || IsSign('%')) {
    Error(Now().at, "seccomp has no loads that X moves");
    return false;
  }
  if (!Number(value)) return false;
  return TakeSign(']') || Expect("\"]\"");
}

bool Assembler::Load(const Mnemonic& mnemonic, Instruction& in) {
  const bool x = mnemonic.form == AsmForm::kLoadX;
  if (IsWord("m")) {
    ++next_;
    in.code = x ? op::kLdxMem : op::kLdMem;
    return Bracketed(in.k);
  }
  if (!x && IsSign('[')) {
    in.code = op::kLdAbs;
    return Bracketed(in.k);
  }
  const bool sharp = TakeSign('#');
  if (IsWord("len")) {
    ++next_;
    in.code = x ? op::kLdxLen : op::kLdLen;
    return true;
  }
  if (!sharp) return Expect(x ? "M[k], #k or #len" : "[k], M[k], #k or #len");
  in.code = x ? op::kLdxImm : op::kLdImm;
  return Number(in.k);
}

// #k | x
bool Assembler::Operand(std::string_view what, Instruction& in) {
  if (Register("x")) {
    in.code |= op::kX;
    return true;
  }
  return IsSign('#') ? Immediate(in.k) : Expect(what);
}

bool Assembler::Return(Instruction& in) {
  if (Register("a")) {
    in.code = op::kRetA;
    return true;
  }
  if (IsWord("x") || (IsSign('%') && tokens_[next_ + 1].text == "x")) {
    Error(Now().at, "seccomp has no \"ret x\"; txa, then \"ret a\"");
    return false;
  }
  in.code = op::kRetK;
  return IsSign('#') ? Immediate(in.k) : Expect("#k or a");
}

// A label that the instruction to come jumps to.
bool Assembler::Reach(Reference::Field field) {
  if (Now().kind != AsmTokenKind::kWord) return Expect("a label");
  references_.push_back({program_.size(), field, Now()});
  ++next_;
  return true;
}

bool Assembler::Branch(const Mnemonic& mnemonic, Instruction& in) {
  if (!Operand("#k or x", in)) return false;
  if (!TakeSign(',')) return Expect("\",\" and a label");
  if (mnemonic.form == AsmForm::kInverse) return Reach(Reference::Field::kJf);
  if (!Reach(Reference::Field::kJt)) return false;
  return !TakeSign(',') || Reach(Reference::Field::kJf);
}

bool Assembler::Operands(const Mnemonic& mnemonic, Instruction& in) {
  switch (mnemonic.form) {
    case AsmForm::kNone:
      return true;
    case AsmForm::kLoad:
    case AsmForm::kLoadX:
      return Load(mnemonic, in);
    case AsmForm::kValue:
      TakeSign('#');
      return Number(in.k);
    case AsmForm::kScratch:
      if (!IsWord("m")) return Expect("M[k]");
      ++next_;
      return Bracketed(in.k);
    case AsmForm::kOperand:
      return Operand("#k or x", in);
    case AsmForm::kJump:
      return Reach(Reference::Field::kK);
    case AsmForm::kBranch:
    case AsmForm::kInverse:
      return Branch(mnemonic, in);
    case AsmForm::kReturn:
      return Return(in);
    case AsmForm::kForeign:
      break;
  }
  return false;
}

// How many instructions lie between the jump and the label.
size_t Assembler::Distance(const Reference& reference, const Label& label) {
  if (label.pc <= reference.pc) {
    Error(reference.label.at,
          absl::StrCat("the label ", Quoted(reference.label.text),
                       " is not ahead: jumps only go forward"));
    return 0;
  }
  const size_t distance = label.pc - reference.pc - 1;
  if (reference.field == Reference::Field::kK || distance <= 255) {
    return distance;
  }
  Error(
      reference.label.at,
      absl::StrCat("the label ", Quoted(reference.label.text), " is ", distance,
                   " instructions away; a conditional jump goes "
                   "over 255 at most: jump to a \"jmp\""));
  return 0;
}

void Assembler::Resolve(const Reference& reference) {
  const auto found = labels_.find(reference.label.text);
  if (found == labels_.end()) {
    std::vector<std::string_view> known;
    for (const auto& [name, label] : labels_) known.emplace_back(name);
    const bool suggest = findings_.size() < 10;
    Error(reference.label.at,
          absl::StrCat("there is no label ", Quoted(reference.label.text),
                       suggest ? Suggest(reference.label.text, known) : ""));
    return;
  }
  const size_t distance = Distance(reference, found->second);
  Instruction& in = program_[reference.pc];
  switch (reference.field) {
    case Reference::Field::kJt:
      in.jt = static_cast<uint8_t>(distance);
      return;
    case Reference::Field::kJf:
      in.jf = static_cast<uint8_t>(distance);
      return;
    case Reference::Field::kK:
      in.k = static_cast<uint32_t>(distance);
      return;
  }
}

}  // namespace

std::optional<Program> AssembleText(std::string_view text,
                                    Diagnostics& findings) {
  Diagnostics found;
  Assembler assembler(text, found);
  Program program = assembler.Run();
  if (found.empty()) {
    const std::optional<Refusal> refusal = FindRefusal(program);
    if (refusal.has_value()) {
      const SourceSpan at = refusal->instruction
                                ? assembler.places()[*refusal->instruction]
                                : SourceSpan{};
      found.push_back({Severity::kError, "refused-program", at,
                       "the kernel refuses this: " + refusal->reason});
    }
  }
  const bool ok = found.empty();
  findings.insert(findings.end(), found.begin(), found.end());
  if (!ok) return std::nullopt;
  return program;
}

}  // namespace scbpf
