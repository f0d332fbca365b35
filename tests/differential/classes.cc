// The predicates of docs/semantics.md section 7.
#include "tests/differential/classes.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "syscall-tables/syscalls.h"

namespace scbpf::differential {
namespace {

using RuleList = std::vector<const Rule*>;

RuleList RulesOn(const AbiRules& abi, uint32_t nr) {
  RuleList list;
  for (const Rule& rule : abi.rules) {
    if (rule.nr == nr) list.push_back(&rule);
  }
  return list;
}

bool IsOrder(CompareOp op) {
  return op != CompareOp::kEq && op != CompareOp::kNe;
}

// An operator other than EQ and MASKED_EQ.
bool IsUnequal(const ArgCondition& condition) {
  return condition.op != CompareOp::kEq;
}

// (a): the same argument with values whose high words differ, at least one of
// them with LT, LE, GT or GE.
bool IsA(const RuleList& rules) {
  for (const Rule* one : rules) {
    for (const Rule* other : rules) {
      if (one == other) continue;
      for (const ArgCondition& a : one->all_of) {
        if (!IsOrder(a.op)) continue;
        for (const ArgCondition& b : other->all_of) {
          if (a.arg == b.arg && (a.value >> 32) != (b.value >> 32)) return true;
        }
      }
    }
  }
  return false;
}

// (b): two or more rules, one of two or more conditions, and one, the same or
// not, with an operator other than EQ and MASKED_EQ.
bool IsB(const RuleList& rules) {
  const bool several =
      std::any_of(rules.begin(), rules.end(),
                  [](const Rule* rule) { return rule->all_of.size() >= 2; });
  const bool unequal =
      std::any_of(rules.begin(), rules.end(), [](const Rule* rule) {
        return std::any_of(rule->all_of.begin(), rule->all_of.end(), IsUnequal);
      });
  return rules.size() >= 2 && several && unequal;
}

bool TestsArgument(const Rule& rule, uint8_t arg) {
  return std::any_of(rule.all_of.begin(), rule.all_of.end(),
                     [&](const ArgCondition& c) { return c.arg == arg; });
}

bool SameFamily(CompareOp a, CompareOp b) {
  const auto family = [](CompareOp op) {
    switch (op) {
      case CompareOp::kEq:
      case CompareOp::kNe:
        return 0;
      case CompareOp::kLt:
      case CompareOp::kGe:
        return 1;
      case CompareOp::kLe:
      case CompareOp::kGt:
        return 2;
    }
    return 0;
  };
  return family(a) == family(b);
}

// Whether the tests of the low halves are one for libseccomp, which turns NE,
// LT and LE round.
bool SameLowTest(const ArgCondition& a, const ArgCondition& b) {
  return a.arg == b.arg && SameFamily(a.op, b.op) &&
         uint32_t(a.value) == uint32_t(b.value) &&
         uint32_t(a.mask) == uint32_t(b.mask);
}

// (c): a block of code that another number, of any ABI, has as well, behind
// tests of different words: two or more rules; one of two or more conditions,
// or (where a condition is two words) two of them on one argument, not all
// EQ, NE or MASKED_EQ; and a condition that a rule on another number has too.
bool IsC(const RuleSet& all, const AbiRules& abi, const RuleList& rules) {
  if (rules.size() < 2) return false;
  const auto mixes_words = [&](const Rule* rule) {
    if (rule->all_of.size() >= 2) return true;
    return abi.abi->compares_64_bits &&
           std::any_of(rule->all_of.begin(), rule->all_of.end(),
                       [&](const ArgCondition& c) {
                         return IsOrder(c.op) &&
                                std::any_of(rules.begin(), rules.end(),
                                            [&](const Rule* other) {
                                              return other != rule &&
                                                     TestsArgument(*other,
                                                                   c.arg);
                                            });
                       });
  };
  if (std::none_of(rules.begin(), rules.end(), mixes_words)) return false;
  for (const AbiRules& elsewhere : all.abis) {
    for (const Rule& other : elsewhere.rules) {
      if (&elsewhere == &abi && other.nr == rules.front()->nr) continue;
      for (const Rule* rule : rules) {
        for (const ArgCondition& a : rule->all_of) {
          for (const ArgCondition& b : other.all_of) {
            if (SameLowTest(a, b)) return true;
          }
        }
      }
    }
  }
  return false;
}

// (e): different return values on one number.
bool IsE(const RuleList& rules) {
  return std::any_of(rules.begin(), rules.end(), [&](const Rule* rule) {
    return rule->result != rules.front()->result;
  });
}

bool HoldsFor(const Rule& rule, const Call& call) {
  return std::all_of(rule.all_of.begin(), rule.all_of.end(),
                     [&](const ArgCondition& c) { return Holds(c, call); });
}

// The rules that hold for a call; one without conditions decides alone.
RuleList DecidingRules(const AbiRules& abi, const Call& call) {
  RuleList deciding;
  for (const Rule* rule : RulesOn(abi, call.nr)) {
    if (rule->all_of.empty()) return {rule};
    if (HoldsFor(*rule, call)) deciding.push_back(rule);
  }
  return deciding;
}

const AbiRules* FindAbiRules(const RuleSet& rules, uint32_t token,
                             uint32_t nr) {
  const AbiRules* found = nullptr;
  for (const AbiRules& abi : rules.abis) {
    if (abi.abi->audit_value != token) continue;
    if (nr >= abi.abi->nr_base &&
        (found == nullptr || abi.abi->nr_base > found->abi->nr_base)) {
      found = &abi;
    }
  }
  return found;
}

// The tests of a rule in the order libseccomp makes them.
std::vector<ArgCondition> InOrder(std::vector<ArgCondition> list) {
  std::stable_sort(list.begin(), list.end(),
                   [](const ArgCondition& a, const ArgCondition& b) {
                     return a.arg < b.arg;
                   });
  return list;
}

// Whether libseccomp makes the same first test for both: of two halves it
// tests the high one alone first.
bool TestsAlike(const ArgCondition& a, const ArgCondition& b) {
  if (a == b) return true;
  const bool wide = (a.mask >> 32) != 0 && a.mask == b.mask;
  return wide && a.arg == b.arg && IsUnequal(a) && IsUnequal(b) &&
         (a.value >> 32) == (b.value >> 32);
}

bool BeginAlike(const std::vector<ArgCondition>& a,
                const std::vector<ArgCondition>& b) {
  const std::vector<ArgCondition> one = InOrder(a);
  const std::vector<ArgCondition> other = InOrder(b);
  const size_t length = std::min(one.size(), other.size());
  return std::equal(one.begin(), one.begin() + static_cast<ptrdiff_t>(length),
                    other.begin(), TestsAlike);
}

// The conditions of a described rule as wide as `bits` compares them.
std::vector<ArgCondition> Conditions(const DescribedRule& rule, uint64_t bits) {
  constexpr std::array<CompareOp, 8> kOps = {
      CompareOp::kEq, CompareOp::kNe, CompareOp::kLt, CompareOp::kLe,
      CompareOp::kEq, CompareOp::kGe, CompareOp::kGt, CompareOp::kEq};
  std::vector<ArgCondition> list;
  for (const scmp_arg_cmp& arg : rule.args) {
    const bool masked = arg.op == SCMP_CMP_MASKED_EQ;
    const uint64_t mask = masked ? arg.datum_a & bits : bits;
    if (mask == 0) continue;
    const uint64_t value = (masked ? arg.datum_b : arg.datum_a) & mask;
    list.push_back({static_cast<uint8_t>(arg.arg), kOps[arg.op], value, mask});
  }
  return list;
}

}  // namespace

std::string ClassSet::Text() const {
  std::string text;
  for (int i = 0; i < kClassCount; ++i) {
    if (Has(static_cast<DefectClass>(i))) {
      text += {'(', static_cast<char>('a' + i), ')'};
    }
  }
  return text;
}

// (d): at level 1, on x86, or on x86_64 and x32 together, a rule names a call
// without a number there (on one of the two), and no rule without conditions
// names one that has.
bool Classifier::IsD(const AbiRules& abi) const {
  std::vector<const AbiRules*> sharing;
  for (const AbiRules& other : rules_.abis) {
    if (other.abi->audit_value == abi.abi->audit_value) {
      sharing.push_back(&other);
    }
  }
  if (sharing.size() < 2 && !abi.abi->socketcall.has_value()) return false;
  return std::any_of(sharing.begin(), sharing.end(), [&](const AbiRules* one) {
    return LacksACall(*one) &&
           std::none_of(one->rules.begin(), one->rules.end(),
                        [](const Rule& rule) { return rule.all_of.empty(); });
  });
}

bool Classifier::LacksACall(const AbiRules& abi) const {
  for (size_t i = 0; i < profile_.syscalls.size(); ++i) {
    if (!rules_.fates[i].kept) continue;
    for (const auto& name : profile_.syscalls[i].names) {
      if (IsSyscallName(name.value) && !NumberOf(*abi.abi, name.value)) {
        return true;
      }
    }
  }
  return false;
}

ClassSet Classifier::Of(const AbiRules& abi, uint32_t nr, int level) const {
  ClassSet classes;
  if (level == 1 && IsD(abi)) classes.Add(DefectClass::kD);
  const RuleList rules = RulesOn(abi, nr);
  if (std::any_of(rules.begin(), rules.end(),
                  [](const Rule* rule) { return rule->all_of.empty(); })) {
    return classes;
  }
  if (IsA(rules)) classes.Add(DefectClass::kA);
  if (IsB(rules)) classes.Add(DefectClass::kB);
  if (IsC(rules_, abi, rules)) classes.Add(DefectClass::kC);
  if (IsE(rules)) classes.Add(DefectClass::kE);
  return classes;
}

ClassSet Classifier::OfAll(int level) const {
  ClassSet classes;
  for (const AbiRules& abi : rules_.abis) {
    if (level == 1 && IsD(abi)) classes.Add(DefectClass::kD);
    std::set<uint32_t> numbers;
    for (const Rule& rule : abi.rules) numbers.insert(rule.nr);
    for (const uint32_t nr : numbers) classes.Add(Of(abi, nr, level));
  }
  return classes;
}

const AbiRules* Classifier::AbiOf(uint32_t token, uint32_t nr) const {
  return FindAbiRules(rules_, token, nr);
}

bool Classifier::Clashes(const Call& call) const {
  const AbiRules* abi = AbiOf(call.arch, call.nr);
  return abi != nullptr && IsE(DecidingRules(*abi, call));
}

bool Classifier::ForetellsRefusal(const Description& description) const {
  for (const AbiRules& abi : rules_.abis) {
    for (const Rule& a : abi.rules) {
      for (const Rule& b : abi.rules) {
        if (a.nr == b.nr && a.result != b.result &&
            BeginAlike(a.all_of, b.all_of)) {
          return true;
        }
      }
    }
  }
  // Rules on a call without a number count, though they end up nowhere.
  for (const DescribedRule& a : description.rules) {
    for (const DescribedRule& b : description.rules) {
      if (a.nr != b.nr || a.action == b.action) continue;
      for (const AbiRules& abi : rules_.abis) {
        const uint64_t bits =
            abi.abi->compares_64_bits ? ~uint64_t{0} : ~uint32_t{0};
        if (BeginAlike(Conditions(a, bits), Conditions(b, bits))) return true;
      }
    }
  }
  return false;
}

bool Classifier::ForetellsHang(const Description& description) const {
  std::map<int, std::vector<Rule>> by_number;
  for (const DescribedRule& described : description.rules) {
    by_number[described.nr].emplace_back().all_of =
        Conditions(described, ~uint64_t{0});
  }
  return std::any_of(by_number.begin(), by_number.end(), [](const auto& both) {
    RuleList list;
    for (const Rule& rule : both.second) list.push_back(&rule);
    return IsB(list);
  });
}

ReturnValue AnswerOf(const RuleSet& rules, const Call& call) {
  const AbiRules* abi = FindAbiRules(rules, call.arch, call.nr);
  if (abi == nullptr) return rules.bad_arch;
  // Without x32, its numbers are as of another ABI; -1 is not.
  if (abi->abi->nr_base == 0 && abi->abi->id == "x86_64" &&
      call.nr >= 0x40000000 && call.nr != ~uint32_t{0}) {
    return rules.bad_arch;
  }
  const RuleList deciding = DecidingRules(*abi, call);
  if (deciding.empty()) return rules.default_action;
  const Rule* best = deciding.front();
  for (const Rule* rule : deciding) {
    if (MoreRestrictive(rule->result, best->result)) best = rule;
  }
  return best->result;
}

}  // namespace scbpf::differential
