// Rules that libseccomp refuses beside earlier ones (EEXIST), so that no
// runtime starts: docs/semantics.md section 7(e).
//
// libseccomp keeps the tests of a call's rules in a tree, ordered by argument.
// A rule is refused where it ends at a place of the tree that has another
// answer, or the tests of a longer rule with another answer behind it. On
// 64-bit ABIs an order test, and NE, first look at the high word; the ways
// that leave there are one for all values with that high word.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "compiler/resolve_parts.h"
#include "compiler/warnings.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

// Tests as bytes; a rule that begins with another's tests begins with its key.
void AppendTest(const ArgCondition& c, char kind, uint64_t value,
                std::string& key) {
  key += {static_cast<char>('0' + c.arg), kind};
  key.append(reinterpret_cast<const char*>(&value), sizeof value);
  key.append(reinterpret_cast<const char*>(&c.mask), sizeof c.mask);
}

void AppendExact(const ArgCondition& c, std::string& key) {
  AppendTest(c, static_cast<char>('a' + static_cast<int>(c.op)), c.value, key);
}

// What is one for tests that a rule can leave by the same way.
void AppendAlike(const ArgCondition& c, bool wide, std::string& key) {
  if (!wide || c.op == CompareOp::kEq) return AppendExact(c, key);
  const bool greater = c.op == CompareOp::kGt || c.op == CompareOp::kGe;
  const char kind = c.op == CompareOp::kNe ? 'n' : greater ? 'g' : 'l';
  AppendTest(c, kind, c.value >> 32, key);
}

// A rule's tests in libseccomp's order, as keys.
struct TestKeys {
  std::vector<std::string> begins;  // alike up to each test
  std::vector<std::string> ends;    // where a rule that ends there takes all
  std::string whole;                // alike up to the last, which is exact
};

TestKeys KeysOf(std::vector<ArgCondition> tests, bool wide) {
  std::stable_sort(tests.begin(), tests.end(),
                   [](const ArgCondition& a, const ArgCondition& b) {
                     return a.arg < b.arg;
                   });
  TestKeys keys;
  std::string alike;
  std::string exact;
  for (const ArgCondition& test : tests) {
    keys.whole = alike;
    AppendExact(test, keys.whole);
    std::string end = exact;
    const bool greater = test.op == CompareOp::kGt || test.op == CompareOp::kGe;
    if (greater) {
      AppendAlike(test, wide, end);
    } else {
      AppendExact(test, end);
    }
    keys.ends.push_back(std::move(end));
    AppendAlike(test, wide, alike);
    AppendExact(test, exact);
    keys.begins.push_back(alike);
  }
  return keys;
}

// The tests of a number's rules so far.
class TestTree {
 public:
  TestTree(const std::vector<Rule>& rules, bool wide)
      : rules_(rules), wide_(wide) {}

  // The earlier rule beside which this one is refused; nullopt: it is added,
  // or has no effect.
  std::optional<uint32_t> Add(uint32_t index) {
    const TestKeys keys = KeysOf(rules_[index].all_of, wide_);
    if (IsTaken(keys)) return std::nullopt;
    std::optional<uint32_t> other = FindOther(whole_, keys.whole, index);
    if (!other) other = FindOther(longer_, keys.begins.back(), index);
    if (other.has_value()) return other;
    for (size_t i = 0; i + 1 < keys.begins.size(); ++i) {
      Note(longer_, keys.begins[i], index);
    }
    Note(whole_, keys.whole, index);
    ends_.insert(keys.ends.back());
    return std::nullopt;
  }

 private:
  // Two rules with different answers are enough.
  struct Pair {
    uint32_t first = 0;
    std::optional<uint32_t> second;
  };
  using Places = absl::flat_hash_map<std::string, Pair>;

  bool Differ(uint32_t a, uint32_t b) const {
    return rules_[a].result != rules_[b].result;
  }

  // Whether a shorter rule has taken its place.
  bool IsTaken(const TestKeys& keys) const {
    return std::any_of(
        keys.ends.begin(), keys.ends.end() - 1,
        [&](const std::string& end) { return ends_.contains(end); });
  }

  std::optional<uint32_t> FindOther(const Places& places,
                                    const std::string& key,
                                    uint32_t index) const {
    const auto found = places.find(key);
    if (found == places.end()) return std::nullopt;
    const Pair& pair = found->second;
    for (const std::optional<uint32_t> other :
         {std::optional<uint32_t>(pair.first), pair.second}) {
      if (other && Differ(*other, index) &&
          !IsTaken(KeysOf(rules_[*other].all_of, wide_))) {
        return other;
      }
    }
    return std::nullopt;
  }

  void Note(Places& places, const std::string& key, uint32_t index) {
    const auto [place, fresh] = places.try_emplace(key, Pair{index, {}});
    if (!fresh && !place->second.second && Differ(place->second.first, index)) {
      place->second.second = index;
    }
  }

  const std::vector<Rule>& rules_;
  const bool wide_;
  Places whole_;   // rules that end there
  Places longer_;  // rules that go on from there
  absl::flat_hash_set<std::string> ends_;
};

bool HasRepeatedArgument(const Rule& rule) {
  uint32_t seen = 0;
  for (const ArgCondition& c : rule.all_of) {
    if ((seen >> c.arg & 1) != 0) return true;
    seen |= uint32_t{1} << c.arg;
  }
  return false;
}

// Rules on calls without a number on the ABI, which libseccomp looks at all
// the same; their `nr` is the call's place in the tables.
std::vector<Rule> RulesWithoutNumber(const WarningContext& context,
                                     const Abi& abi) {
  const auto place_of = [&](const std::string& name) {
    const std::optional<size_t> place = FindSyscall(name);
    return place && !NumberAt(abi, *place) && !MultiplexerAt(abi, *place)
               ? place
               : std::nullopt;
  };
  std::vector<Rule> rules;
  absl::flat_hash_set<size_t> places;
  const auto add = [&](uint32_t index, bool conditional) {
    const ProfileEntry& entry = context.profile.syscalls[index];
    for (const At<std::string>& name : entry.names) {
      const std::optional<size_t> place = place_of(name.value);
      if (!place.has_value()) continue;
      if (conditional) places.insert(*place);
      if (!places.contains(*place)) continue;
      for (const Conditions& wide :
           SplitConditions(entry, ArgSemantics::kOci)) {
        Rule& rule = rules.emplace_back();
        rule.nr = static_cast<uint32_t>(*place);
        rule.all_of = Narrow(wide, abi, name.value, IntArgs::kFull);
        rule.result = context.rules.fates[index].result;
        rule.entry = index;
        rule.origin = name.at;
        rule.name = name.value;
      }
    }
  };
  const uint32_t count = static_cast<uint32_t>(context.rules.fates.size());
  const auto add_all = [&](bool conditional) {
    for (uint32_t i = 0; i < count; ++i) {
      const bool has = !context.profile.syscalls[i].args.empty();
      if (context.rules.fates[i].kept && (has || !conditional)) add(i, has);
    }
  };
  add_all(/*conditional=*/true);
  if (rules.size() < 2) return {};
  rules.clear();
  add_all(/*conditional=*/false);
  return rules;
}

}  // namespace

std::vector<Refusal> FindRefusals(const Abi& abi,
                                  const std::vector<Rule>& rules,
                                  const RuleGroup& group) {
  std::vector<Refusal> refusals;
  if (group.members.size() < 2 || rules[group.members[0]].all_of.empty() ||
      rules[group.members[1]].all_of.empty() ||
      std::all_of(group.members.begin(), group.members.end(), [&](uint32_t i) {
        return rules[i].result == rules[group.members[0]].result;
      })) {
    return refusals;
  }
  TestTree tree(rules, abi.compares_64_bits);
  for (const uint32_t i : group.members) {
    // It takes the place of all the rules before and behind it.
    if (rules[i].all_of.empty()) break;
    // Of --arg-semantics=and: no runtime loads that.
    if (HasRepeatedArgument(rules[i])) continue;
    const std::optional<uint32_t> earlier = tree.Add(i);
    if (earlier.has_value()) refusals.push_back({*earlier, i});
  }
  return refusals;
}

void WarnOfNumberlessRefusals(WarningContext& context, ToldRules& told) {
  for (const AbiRules& each : context.rules.abis) {
    const std::vector<Rule> rules = RulesWithoutNumber(context, *each.abi);
    const RuleGroups groups(rules);
    for (const RuleGroup& group : groups.groups()) {
      for (const Refusal& refusal : FindRefusals(*each.abi, rules, group)) {
        const Rule& later = rules[refusal.later];
        if (!told.Add(later.entry, later.origin)) continue;
        TellRefusal(context, *each.abi, rules[refusal.earlier], later);
      }
    }
  }
}

void TellRefusal(WarningContext& context, const Abi& abi, const Rule& earlier,
                 const Rule& later) {
  context.Tell(
      Severity::kWarning, "clash", later.origin,
      absl::StrCat("this rule on \"", std::string(later.name), "\" answers ",
                   FormatReturnValue(later.result), " and ",
                   EntryName(earlier.entry), " ",
                   FormatReturnValue(earlier.result), ", with tests that on ",
                   std::string(abi.id),
                   " are the same or begin so: libseccomp refuses such a "
                   "profile (EEXIST), so that no container starts"));
}

}  // namespace scbpf
