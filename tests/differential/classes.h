// The classes of profiles on which libseccomp is not followed, as predicates
// on resolved rules: docs/semantics.md section 7.
#ifndef SCBPF_TESTS_DIFFERENTIAL_CLASSES_H_
#define SCBPF_TESTS_DIFFERENTIAL_CLASSES_H_

#include <cstdint>
#include <string>

#include "compiler/rule_set.h"
#include "scbpf/call.h"
#include "scbpf/profile.h"
#include "scbpf/return_value.h"
#include "tests/differential/description.h"

namespace scbpf::differential {

enum class DefectClass : uint8_t { kA, kB, kC, kD, kE };
inline constexpr int kClassCount = 5;

// A set of classes.
class ClassSet {
 public:
  void Add(DefectClass which) { bits_ |= Bit(which); }
  void Add(ClassSet other) { bits_ |= other.bits_; }
  bool Has(DefectClass which) const { return (bits_ & Bit(which)) != 0; }
  bool empty() const { return bits_ == 0; }
  std::string Text() const;  // "(a)(c)"

  bool operator==(const ClassSet&) const = default;

 private:
  static unsigned Bit(DefectClass which) {
    return 1u << static_cast<unsigned>(which);
  }
  unsigned bits_ = 0;
};

// What one number of an ABI, or a call, of a resolved profile falls into.
// Profile and rules must outlive it.
class Classifier {
 public:
  Classifier(const Profile& profile, const RuleSet& rules)
      : profile_(profile), rules_(rules) {}

  // At optimisation level `level`, 1 or 2.
  ClassSet Of(const AbiRules& abi, uint32_t nr, int level) const;

  // The classes of all numbers together.
  ClassSet OfAll(int level) const;

  // The ABI whose rules decide (token, nr); nullptr: none selected.
  const AbiRules* AbiOf(uint32_t token, uint32_t nr) const;

  // Whether rules with different return values hold for `call`.
  bool Clashes(const Call& call) const;

  // Whether libseccomp may refuse with EEXIST: two rules of one number with
  // different return values, one's tests the beginning of the other's.
  // Calls that no ABI has count as well.
  bool ForetellsRefusal(const Description& description) const;

  // Whether libseccomp may not come to an end: (b), again on any call.
  bool ForetellsHang(const Description& description) const;

 private:
  bool IsD(const AbiRules& abi) const;
  bool LacksACall(const AbiRules& abi) const;

  const Profile& profile_;
  const RuleSet& rules_;
};

// What the rules answer to `call` by docs/semantics.md section 4, told from
// the rules alone, without the options of section 6.
ReturnValue AnswerOf(const RuleSet& rules, const Call& call);

}  // namespace scbpf::differential

#endif  // SCBPF_TESTS_DIFFERENTIAL_CLASSES_H_
