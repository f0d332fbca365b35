// Tokens and numbers as intervals: which part of a program or a policy
// answers them.
#ifndef SCBPF_PROOF_PARTITION_H_
#define SCBPF_PROOF_PARTITION_H_

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "proof/budget.h"
#include "proof/flow.h"
#include "scbpf/policy.h"
#include "scbpf/program.h"

namespace scbpf {

// A return value, or the place that decides by the arguments alone.
struct Answer {
  enum class Kind : uint8_t {
    kValue,     // data: the return value as a leaf of the diagram
    kEntry,     // data: the instruction from which the program decides
    kBehavior,  // data: the index of the behavior in PolicyPartition
  };
  Kind kind = Kind::kValue;
  uint32_t data = 0;

  bool operator==(const Answer&) const = default;
  bool IsValue() const { return kind == Kind::kValue; }
  template <typename H>
  friend H AbslHashValue(H h, const Answer& answer) {
    return H::combine(std::move(h), static_cast<uint8_t>(answer.kind),
                      answer.data);
  }
};

// The numbers from `first` up to the next piece's first.
struct Piece {
  uint32_t first = 0;
  Answer answer;

  bool operator==(const Piece&) const = default;
};

// The tokens from `first` up to the next cell's first; pieces[0].first is 0,
// firsts ascend, neighbours differ.
struct Cell {
  uint32_t first = 0;
  std::vector<Piece> pieces;
};

// cells[0].first is 0, firsts ascend, neighbours differ.
using Partition = std::vector<Cell>;

// Adds a cell unless it continues the last one.
void AppendCell(uint32_t first, std::vector<Piece> pieces,
                Partition* partition);

// nullopt: the program does more with nr and arch than intervals can tell
// (arithmetic, low bits, loads after an argument), or too much of it.
// `in_stack`: see Values::Return. `program` must have passed CheckProgram.
std::optional<Partition> PartitionProgram(std::span<const Instruction> program,
                                          const Flow& flow, bool in_stack,
                                          Budget& budget);

// `behaviors` gets the behaviors with clauses, as kBehavior counts them; they
// point into `policy`.
Partition PartitionPolicy(const Policy& policy,
                          std::vector<const Behavior*>* behaviors);

}  // namespace scbpf

#endif  // SCBPF_PROOF_PARTITION_H_
