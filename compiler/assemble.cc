// Turns labels into offsets: the only place that knows that a conditional
// jump reaches 255 instructions and no further.
//
// The program is built from its end. A target too far away is a RET, which is
// cloned, or is reached by a JA; either stands just behind the branch that
// needs it (nothing falls through there) and serves earlier branches too.
#include <algorithm>
#include <vector>

#include "bpf/instruction.h"
#include "compiler/assembly.h"

namespace scbpf {
namespace {

constexpr size_t kReach = 255;
constexpr size_t kNowhere = ~size_t{0};

class Assembler {
 public:
  explicit Assembler(const Assembly& assembly)
      : lines_(assembly.lines),
        nearest_(assembly.lines.size(), kNowhere),
        own_(assembly.lines.size(), kNowhere) {}

  Program Run() {
    reversed_.reserve(lines_.size() + lines_.size() / 64);
    for (Label label = static_cast<Label>(lines_.size()); label-- > 0;) {
      Write(label);
    }
    std::reverse(reversed_.begin(), reversed_.end());
    return std::move(reversed_);
  }

 private:
  // How many instructions a jump written next would skip to get there.
  size_t Distance(size_t position) const {
    return reversed_.size() - position - 1;
  }

  bool Reaches(Label target) const {
    return Distance(nearest_[target]) <= kReach;
  }

  void BringNear(Label target) {
    const Instruction& there = lines_[target].instruction;
    if (there.code == op::kRetK) {
      reversed_.push_back(there);
    } else {
      reversed_.push_back(
          op::Jump(static_cast<uint32_t>(Distance(own_[target]))));
    }
    nearest_[target] = reversed_.size() - 1;
  }

  void Write(Label label) {
    const Line& line = lines_[label];
    Instruction instruction = line.instruction;
    if (line.is_branch) {
      // Bringing one target near moves the other one further away.
      while (!Reaches(line.then_line) || !Reaches(line.else_line)) {
        BringNear(Reaches(line.then_line) ? line.else_line : line.then_line);
      }
      instruction.jt = static_cast<uint8_t>(Distance(nearest_[line.then_line]));
      instruction.jf = static_cast<uint8_t>(Distance(nearest_[line.else_line]));
    } else if (line.is_jump) {
      instruction.k = static_cast<uint32_t>(Distance(own_[line.then_line]));
    }
    reversed_.push_back(instruction);
    own_[label] = nearest_[label] = reversed_.size() - 1;
  }

  const std::vector<Line>& lines_;
  Program reversed_;
  std::vector<size_t> nearest_;  // the line, or what leads to it
  std::vector<size_t> own_;      // the line itself
};

}  // namespace

Program Assemble(const Assembly& assembly) { return Assembler(assembly).Run(); }

}  // namespace scbpf
