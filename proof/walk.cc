// The numbers of a program as intervals, followed through its instructions.
//
// Tokens are taken one after the other: the program runs with one of them,
// and each test tells up to which token its outcome stays the same. Jumps go
// forward only, so instructions are visited once in ascending order; each
// holds the numbers that reach it, sorted, for every shape of the accumulator.
#include <algorithm>
#include <bit>
#include <limits>

#include "bpf/instruction.h"
#include "proof/interval.h"
#include "proof/partition.h"
#include "proof/strand.h"
#include "proof/value.h"

namespace scbpf {
namespace {

constexpr uint32_t kMax = std::numeric_limits<uint32_t>::max();
// Pieces into which one test may cut one interval; more is work for bits.
constexpr int kMaxCuts = 64;
constexpr size_t kMaxCells = 10000;

struct Found {
  Interval numbers;
  Answer answer;
};

class Walk {
 public:
  Walk(std::span<const Instruction> program, const Flow& flow, bool in_stack,
       Budget& budget)
      : program_(program),
        flow_(flow),
        in_stack_(in_stack),
        budget_(budget),
        strands_(program.size()) {}

  // The pieces for token `arch`; false: not by intervals. *arch_last is the
  // last token with these.
  bool Run(uint32_t arch, std::vector<Piece>* pieces, uint32_t* arch_last);

 private:
  bool Visit(size_t pc);
  bool Enter(size_t pc);
  bool Mask(size_t pc, uint32_t mask);
  bool Branch(size_t pc);
  bool BranchArch(uint16_t operation, uint32_t mask, uint32_t k);
  bool BranchNumber(const Instruction& instruction, size_t pc, Strand* strand);
  bool BranchMasked(const Instruction& instruction, size_t pc, Strand* strand);
  void CutAt(uint64_t cut, size_t below, size_t from, Strand* strand);
  void TakeOut(uint32_t number, size_t equal, size_t other, Strand* strand);
  void Send(size_t pc, Shape shape, std::vector<Interval> list);
  void SendOne(size_t pc, Shape shape, Interval numbers);
  Strand* StrandAt(size_t pc, Shape shape);
  void Answered(const std::vector<Interval>& list, Answer answer);
  void Collect(std::vector<Piece>* pieces);

  std::span<const Instruction> program_;
  const Flow& flow_;
  bool in_stack_;
  Budget& budget_;
  std::vector<std::vector<Strand>> strands_;  // by instruction
  std::vector<Found> found_;
  uint32_t arch_ = 0;
  uint32_t arch_last_ = 0;
};

bool Walk::Run(uint32_t arch, std::vector<Piece>* pieces, uint32_t* arch_last) {
  arch_ = arch;
  arch_last_ = kMax;
  found_.clear();
  SendOne(0, {Shape::Kind::kConstant, 0}, {0, kMax});
  for (size_t pc = 0; pc < program_.size(); ++pc) {
    if (strands_[pc].empty()) continue;
    for (Strand& strand : strands_[pc]) Sort(&strand);
    if (!Visit(pc)) return false;
    strands_[pc].clear();
  }
  Collect(pieces);
  *arch_last = arch_last_;
  return !budget_.spent();
}

void Walk::Collect(std::vector<Piece>* pieces) {
  std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
    return a.numbers.first < b.numbers.first;
  });
  pieces->clear();
  for (const Found& found : found_) {
    if (!pieces->empty() && pieces->back().answer == found.answer) continue;
    pieces->push_back({found.numbers.first, found.answer});
  }
}

Strand* Walk::StrandAt(size_t pc, Shape shape) {
  if (!flow_.IsLive(pc, kRegisterA)) shape = {};
  for (Strand& strand : strands_[pc]) {
    if (strand.shape == shape) return &strand;
  }
  strands_[pc].push_back({shape, true, {}});
  return &strands_[pc].back();
}

void Walk::Send(size_t pc, Shape shape, std::vector<Interval> list) {
  if (list.empty()) return;
  Strand* strand = StrandAt(pc, shape);
  if (strand->list.empty()) {
    strand->list = std::move(list);
    return;
  }
  strand->sorted = false;
  strand->list.insert(strand->list.end(), list.begin(), list.end());
}

void Walk::SendOne(size_t pc, Shape shape, Interval numbers) {
  budget_.TakeUnit();
  Strand* strand = StrandAt(pc, shape);
  strand->sorted = strand->list.empty();
  strand->list.push_back(numbers);
}

void Walk::Answered(const std::vector<Interval>& list, Answer answer) {
  for (const Interval& numbers : list) found_.push_back({numbers, answer});
}

bool Walk::Visit(size_t pc) {
  const Instruction& instruction = program_[pc];
  std::vector<Strand>& strands = strands_[pc];
  switch (op::Class(instruction.code)) {
    case op::kRet: {
      for (const Strand& strand : strands) {
        uint32_t raw = instruction.k;
        if ((instruction.code & 0x18) == op::kA) {
          if (strand.shape.kind != Shape::Kind::kConstant) return false;
          raw = strand.shape.data;
        }
        Answered(strand.list,
                 {Answer::Kind::kValue, CanonicalReturn(raw, in_stack_)});
      }
      return true;
    }
    case op::kLd: {
      Shape shape{Shape::Kind::kConstant, instruction.k};
      if (instruction.code == op::kLdLen) shape.data = op::kDataSize;
      if (instruction.code == op::kLdAbs) {
        if (instruction.k >= op::kIpOffset) return Enter(pc);
        shape = instruction.k == op::kNrOffset
                    ? Shape{Shape::Kind::kNumber, 0}
                    : Shape{Shape::Kind::kArch, kMax};
      }
      if (instruction.code == op::kLdMem) return Enter(pc);
      for (Strand& strand : strands) {
        Send(pc + 1, shape, std::move(strand.list));
      }
      return true;
    }
    case op::kAlu:
      if (instruction.code != op::kAndK) return Enter(pc);
      return Mask(pc, instruction.k);
    case op::kJmp:
      return Branch(pc);
    default:
      return Enter(pc);
  }
}

// From here on the arguments decide, unless nr, arch or an accumulator made
// of them are needed behind.
bool Walk::Enter(size_t pc) {
  if (flow_.reads_number[pc] != 0 || flow_.IsLive(pc, kRegisterA)) {
    return false;
  }
  for (const Strand& strand : strands_[pc]) {
    Answered(strand.list, {Answer::Kind::kEntry, static_cast<uint32_t>(pc)});
  }
  return true;
}

// nr & mask is nr less a constant where the cleared bits are constant, and a
// constant where the others are.
bool Walk::Mask(size_t pc, uint32_t mask) {
  for (Strand& strand : strands_[pc]) {
    Shape shape = strand.shape;
    if (shape.kind == Shape::Kind::kDead) {
      Send(pc + 1, shape, std::move(strand.list));
      continue;
    }
    if (shape.kind != Shape::Kind::kNumber || mask == kMax) {
      if (shape.kind != Shape::Kind::kNumber) shape.data &= mask;
      Send(pc + 1, shape, std::move(strand.list));
      continue;
    }
    const bool keep = (mask & 1) != 0;
    const int run = std::countr_zero(keep ? ~mask : mask);
    if (run < 16 && mask != 0) return false;
    const uint32_t low =
        static_cast<uint32_t>((uint64_t{1} << std::min(run, 32)) - 1);
    for (const Interval& numbers : strand.list) {
      uint32_t first = numbers.first - shape.data;
      const uint32_t last = numbers.last - shape.data;
      for (int cuts = 0;; ++cuts) {
        if (cuts == kMaxCuts) return false;
        const uint32_t end = std::min(last, first | low);
        const uint32_t masked = first & mask;
        const Shape part =
            keep ? Shape{Shape::Kind::kNumber, shape.data + (first - masked)}
                 : Shape{Shape::Kind::kConstant, masked};
        SendOne(pc + 1, part, {first + shape.data, end + shape.data});
        if (end == last) break;
        first = end + 1;
      }
    }
  }
  return true;
}

bool Walk::Branch(size_t pc) {
  const Instruction& instruction = program_[pc];
  const uint16_t operation = op::Operation(instruction.code);
  if (operation == op::kJa) {
    for (Strand& strand : strands_[pc]) {
      Send(pc + 1 + instruction.k, strand.shape, std::move(strand.list));
    }
    return true;
  }
  if (op::Source(instruction.code) == op::kX) return Enter(pc);
  for (Strand& strand : strands_[pc]) {
    bool holds = false;
    switch (strand.shape.kind) {
      case Shape::Kind::kNumber:
        if (!BranchNumber(instruction, pc, &strand)) return false;
        continue;
      case Shape::Kind::kDead:
        return false;
      case Shape::Kind::kConstant:
        holds = TestHolds(operation, strand.shape.data, instruction.k);
        break;
      case Shape::Kind::kArch:
        holds = TestHolds(operation, arch_ & strand.shape.data, instruction.k);
        if (!BranchArch(operation, strand.shape.data, instruction.k)) {
          return false;
        }
        break;
    }
    Send(pc + 1 + (holds ? instruction.jt : instruction.jf), strand.shape,
         std::move(strand.list));
  }
  return true;
}

// Lowers arch_last_ to the last token for which the test stays as it is.
bool Walk::BranchArch(uint16_t operation, uint32_t mask, uint32_t k) {
  const bool now = TestHolds(operation, arch_ & mask, k);
  if (mask == kMax && operation != op::kJset) {
    const bool at_k = operation != op::kJge;  // the outcome changes behind k
    if (arch_ < k) arch_last_ = std::min(arch_last_, k - 1);
    if (arch_ == k && at_k) arch_last_ = k;
    return true;
  }
  uint32_t first = arch_;
  for (int cuts = 0; cuts < kMaxCuts; ++cuts) {
    const Interval block = ConstantBlock(first, arch_last_, operation, mask, k);
    if (TestHolds(operation, first & mask, k) != now) {
      arch_last_ = first - 1;
      return true;
    }
    if (block.last == arch_last_) return true;
    first = block.last + 1;
  }
  // Many small blocks alike: the cell may end early, it is only longer work.
  arch_last_ = first - 1;
  return true;
}

// Sends the accumulator's values below `cut` one way and those from it on
// the other.
void Walk::CutAt(uint64_t cut, size_t below, size_t from, Strand* strand) {
  cut += strand->shape.data;
  auto& list = strand->list;
  const auto at = std::lower_bound(
      list.begin(), list.end(), cut,
      [](const Interval& i, uint64_t value) { return i.last < value; });
  std::vector<Interval> upper(at, list.end());
  list.erase(at, list.end());
  if (!upper.empty() && upper.front().first < cut) {
    list.push_back({upper.front().first, static_cast<uint32_t>(cut - 1)});
    upper.front().first = static_cast<uint32_t>(cut);
    budget_.TakeUnit();
  }
  Send(below, strand->shape, std::move(list));
  Send(from, strand->shape, std::move(upper));
}

void Walk::TakeOut(uint32_t number, size_t equal, size_t other,
                   Strand* strand) {
  auto& list = strand->list;
  const auto at = std::lower_bound(
      list.begin(), list.end(), number,
      [](const Interval& i, uint32_t value) { return i.last < value; });
  if (at != list.end() && at->first <= number) {
    SendOne(equal, strand->shape, {number, number});
    if (at->first == at->last) {
      list.erase(at);
    } else if (at->first == number) {
      ++at->first;
    } else if (at->last == number) {
      --at->last;
    } else {
      const Interval lower{at->first, number - 1};
      at->first = number + 1;
      list.insert(at, lower);
    }
  }
  Send(other, strand->shape, std::move(list));
}

bool Walk::BranchNumber(const Instruction& instruction, size_t pc,
                        Strand* strand) {
  const size_t on_true = pc + 1 + instruction.jt;
  const size_t on_false = pc + 1 + instruction.jf;
  if (on_true == on_false) {
    Send(on_true, strand->shape, std::move(strand->list));
    return true;
  }
  const uint64_t number = uint64_t{instruction.k} + strand->shape.data;
  switch (op::Operation(instruction.code)) {
    case op::kJeq:
      if (number > kMax) {
        Send(on_false, strand->shape, std::move(strand->list));
      } else {
        TakeOut(static_cast<uint32_t>(number), on_true, on_false, strand);
      }
      return true;
    case op::kJgt:
      CutAt(uint64_t{instruction.k} + 1, on_false, on_true, strand);
      return true;
    case op::kJge:
      CutAt(instruction.k, on_false, on_true, strand);
      return true;
    default:
      return BranchMasked(instruction, pc, strand);
  }
}

// JSET: by blocks on which the tested bits are constant.
bool Walk::BranchMasked(const Instruction& instruction, size_t pc,
                        Strand* strand) {
  const uint32_t shift = strand->shape.data;
  for (const Interval& numbers : strand->list) {
    uint32_t first = numbers.first - shift;
    const uint32_t last = numbers.last - shift;
    for (int cuts = 0;; ++cuts) {
      if (cuts == kMaxCuts) return false;
      const Interval block =
          ConstantBlock(first, last, op::kJset, kMax, instruction.k);
      const bool holds = (first & instruction.k) != 0;
      SendOne(pc + 1 + (holds ? instruction.jt : instruction.jf), strand->shape,
              {first + shift, block.last + shift});
      if (block.last == last) break;
      first = block.last + 1;
    }
  }
  return true;
}

}  // namespace

void AppendCell(uint32_t first, std::vector<Piece> pieces,
                Partition* partition) {
  if (!partition->empty() && partition->back().pieces == pieces) return;
  partition->push_back({first, std::move(pieces)});
}

std::optional<Partition> PartitionProgram(std::span<const Instruction> program,
                                          const Flow& flow, bool in_stack,
                                          Budget& budget) {
  Walk walk(program, flow, in_stack, budget);
  Partition partition;
  uint32_t arch = 0;
  for (size_t cells = 0; cells < kMaxCells; ++cells) {
    uint32_t last = 0;
    std::vector<Piece> pieces;
    if (!walk.Run(arch, &pieces, &last)) return std::nullopt;
    AppendCell(arch, std::move(pieces), &partition);
    if (last == kMax) return partition;
    arch = last + 1;
  }
  return std::nullopt;
}

}  // namespace scbpf
