// The tree that a filled interval programme found.
#include <span>
#include <vector>

#include "compiler/decision_builder.h"
#include "compiler/range_programme.h"
#include "compiler/range_stretch.h"

namespace scbpf {

// Writes the tree that a filled programme found.
class TreeWriter {
 public:
  TreeWriter(const RangeProgramme& programme, DecisionBuilder& builder,
             const Test& equals, std::span<const Segment> segments)
      : programme_(programme),
        shape_(programme.shape_),
        builder_(builder),
        equals_(equals),
        segments_(segments) {}

  // Recursion no deeper than the number of segments.
  NodeId Write(size_t i, size_t j, int holes) {
    Heaviest<kMaxHoles> heaviest;
    for (size_t at = j; at-- > i;) heaviest.Add(shape_[at].lone, at);
    const RangeProgramme::Way way =
        programme_.planes_[holes].ways[j * programme_.stride_ + i];
    switch (way.choice) {
      case Choice::kLeaf: {
        size_t at = i;
        while (at + 1 < j && heaviest.Has(at, holes)) ++at;
        return segments_[at].leaf;
      }
      case Choice::kSplit: {
        const size_t m = way.split;
        const int low_holes = heaviest.CountBefore(m, holes);
        const NodeId low = Write(i, m, low_holes);
        const NodeId high = Write(m, j, holes - low_holes);
        Test test = equals_;
        test.op = TestOp::kGe;
        test.value = segments_[m].first;
        return builder_.If(test, high, low);
      }
      case Choice::kPeel:
        return WriteTest(heaviest.Get(holes), Write(i, j, holes + 1));
      case Choice::kChain: {
        Chain chain;
        chain.rest = shape_[j - 1].answer;
        for (size_t at = j; at-- > i;) chain.Add(shape_, at);
        NodeId node = segments_[j - 1].leaf;
        for (int k = chain.count; k-- > 0;) {
          if (heaviest.Has(chain.links[k], holes)) continue;
          node = WriteTest(chain.links[k], node);
        }
        return node;
      }
    }
    return 0;
  }

 private:
  using Choice = RangeProgramme::Choice;
  static constexpr int kMaxHoles = RangeProgramme::kMaxHoles;

  NodeId WriteTest(size_t segment, NodeId rest) {
    Test test = equals_;
    test.value = segments_[segment].first;
    return builder_.If(test, segments_[segment].leaf, rest);
  }

  const RangeProgramme& programme_;
  const std::vector<SegmentShape>& shape_;
  DecisionBuilder& builder_;
  const Test equals_;
  std::span<const Segment> segments_;
};

NodeId RangeProgramme::Build(DecisionBuilder& builder, Word word, uint32_t mask,
                             std::span<const Segment> segments) const {
  return TreeWriter(*this, builder, {word, TestOp::kEq, mask, 0}, segments)
      .Write(0, shape_.size(), 0);
}

}  // namespace scbpf
