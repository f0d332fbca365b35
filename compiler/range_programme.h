// The interval programme behind SearchRanges: which test is the cheapest first
// one for every stretch of a list of segments.
#ifndef SCBPF_COMPILER_RANGE_PROGRAMME_H_
#define SCBPF_COMPILER_RANGE_PROGRAMME_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "compiler/decision.h"

namespace scbpf {

class DecisionBuilder;

// The values from `first` up to the next segment's first. Weights are in
// parts of kWholeWeight for a search that every call goes through.
struct Segment {
  uint32_t first = 0;
  NodeId leaf = 0;
  uint32_t weight = 0;
};
inline constexpr uint32_t kWholeWeight = 1u << 20;

// What one more instruction in the filter costs, in the same parts as the
// weight of one more instruction executed.
inline constexpr uint32_t kSizePrice = kWholeWeight / 24;

// All of a segment that matters for the cheapest tree.
struct SegmentShape {
  uint32_t weight = 0;
  uint32_t lone = 0;  // 1 + the weight where it has one value; 0: it has more
  NodeId answer = 0;  // neighbours' differ

  bool operator==(const SegmentShape&) const = default;
};

// At most 96 segments' shapes; the last one ends at `last`, inclusive. With
// `renumber` answers are numbered in the order they are first seen in, so that
// lists which differ in their answers alone have one shape.
std::vector<SegmentShape> ShapeOf(std::span<const Segment> segments,
                                  uint32_t last, bool renumber);

class RangeProgramme {
 public:
  static constexpr size_t kMaxSegments = 96;

  // Solves it: time grows with the square of the number of segments.
  explicit RangeProgramme(std::vector<SegmentShape> shape);

  const std::vector<SegmentShape>& shape() const { return shape_; }

  // The tree for segments of that shape.
  NodeId Build(DecisionBuilder& builder, Word word, uint32_t mask,
               std::span<const Segment> segments) const;

 private:
  friend class RangeSolver;
  friend class TreeWriter;
  // So many lone values of a stretch are holes at most: values that were
  // tested for before, so that any answer will do.
  static constexpr int kMaxHoles = 3;

  enum class Choice : uint8_t { kLeaf, kSplit, kPeel, kChain };
  struct Way {
    uint8_t split;
    Choice choice;
  };
  // The best ways to decide all stretches, some number of their heaviest lone
  // values being holes. Costs are there twice, so that both parts of all
  // splits of [i, j) lie in a line: at i * stride + j and at j * stride + i.
  struct Plane {
    std::unique_ptr<uint32_t[]> costs;
    std::unique_ptr<Way[]> ways;  // at j * stride + i
  };

  std::vector<SegmentShape> shape_;
  size_t stride_;
  std::array<Plane, kMaxHoles + 1> planes_;  // by the number of holes
};

// Remembers a few programmes, for lists of the same shape.
class RangeMemory {
 public:
  // The programme for `shape`; the reference holds until the next call.
  const RangeProgramme& Find(std::vector<SegmentShape> shape);

 private:
  static constexpr size_t kMost = 4;
  std::vector<std::unique_ptr<RangeProgramme>> kept_;
  size_t next_ = 0;
};

}  // namespace scbpf

#endif  // SCBPF_COMPILER_RANGE_PROGRAMME_H_
