// Conditions on 64-bit arguments as what they say of 32-bit words.
#ifndef SCBPF_COMPILER_WORD_CONDITIONS_H_
#define SCBPF_COMPILER_WORD_CONDITIONS_H_

#include <cstdint>
#include <utility>

#include "compiler/decision.h"
#include "scbpf/policy.h"

namespace scbpf {

// How much of a condition is known on the way to a node.
enum class Known : uint8_t {
  kNothing,  // neither half
  kHigh,     // the high half leaves it to the low one
  kHolds,
  kFails,
};

// A word under a mask: what one comparison looks at.
struct View {
  uint8_t arg = 0;
  bool high = false;
  uint32_t mask = ~uint32_t{0};

  bool operator==(const View&) const = default;
  auto operator<=>(const View&) const = default;
  Word word() const { return ArgWord(arg, high); }
};

// What is known from the start: a condition on the low half alone has kHigh.
Known Initially(const ArgCondition& condition);

// The view that the condition's next half is compared under.
View NextView(const ArgCondition& condition, Known known);

// The values of that view where what is known changes: [cuts[0], cuts[1])
// behaves unlike its neighbours. Returns how many there are, at most two;
// values past the mask are left out.
int CutsOf(const ArgCondition& condition, Known known, uint64_t cuts[2]);

// The values of that view, first and last, outside of which the condition
// fails. None: the first is after the last.
std::pair<uint32_t, uint32_t> ReachOf(const ArgCondition& condition,
                                      Known known);

// What is known once the word under `view`'s mask lies in [first, last], an
// interval that no cut of the condition divides.
Known Learn(const ArgCondition& condition, Known known, const View& view,
            uint32_t first, uint32_t last);

}  // namespace scbpf

#endif  // SCBPF_COMPILER_WORD_CONDITIONS_H_
