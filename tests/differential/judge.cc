// Proofs and class predicates, put together to a verdict.
#include "tests/differential/judge.h"

#include <errno.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bpf/disassemble.h"
#include "bpf/simulate.h"
#include "bpf/text.h"
#include "compiler/assembly.h"
#include "compiler/decision.h"
#include "scbpf/prove.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf::differential {
namespace {

std::string DescribeCall(const Call& call) {
  const Abi* abi = AbiOfCall(call.arch, call.nr);
  std::string text = absl::StrCat(
      "arch ", Hex(call.arch), " nr ", Hex(call.nr), " (",
      abi == nullptr ? "unknown ABI" : DescribeNumber(*abi, call.nr), ") args");
  for (const uint64_t arg : call.args) absl::StrAppend(&text, " ", Hex(arg));
  return text;
}

std::string Told(std::string_view what, const Case& item, const Call& call,
                 const Program& other, std::string_view whose) {
  return absl::StrCat(
      std::string(what), "\n  call: ", DescribeCall(call),
      "\n  policy: ", FormatReturnValue(Evaluate(item.policy, call)), "\n  ",
      std::string(whose), ": ", FormatReturnValue(Simulate(other, call)),
      "\n  ours:\n", Disassemble(item.ours), "  ", std::string(whose), ":\n",
      Disassemble(other));
}

// The policy at calls around the constants of the rules.
std::string CheckPolicyAtBoundaries(const Case& item) {
  std::mt19937_64 engine(1);
  for (const AbiRules& abi : item.rules.abis) {
    std::vector<uint64_t> values = {0, ~uint64_t{0}};
    std::set<uint32_t> numbers;
    for (const Rule& rule : abi.rules) {
      numbers.insert(rule.nr);
      for (const ArgCondition& c : rule.all_of) {
        for (const uint64_t near : {c.value, c.value - 1, c.value + 1}) {
          values.push_back(near);
          values.push_back(near ^ (uint64_t{1} << 32));
        }
      }
    }
    for (const uint32_t nr : numbers) {
      for (int i = 0; i < 20; ++i) {
        Call call{nr, abi.abi->audit_value, 0, {}};
        for (uint64_t& arg : call.args) arg = values[engine() % values.size()];
        const ReturnValue expected = AnswerOf(item.rules, call);
        if (Evaluate(item.policy, call) == expected) continue;
        return absl::StrCat("the policy is not what the rules say",
                            "\n  call: ", DescribeCall(call), "\n  policy: ",
                            FormatReturnValue(Evaluate(item.policy, call)),
                            "\n  rules: ", FormatReturnValue(expected), "\n");
      }
    }
  }
  return "";
}

std::string CheckOurs(const Case& item) {
  const auto proof = Prove(item.policy, item.ours);
  if (!proof.ok()) {
    return absl::StrCat("no proof of ours: ", proof.status().ToString(), "\n");
  }
  if (proof->has_value()) {
    return Told("our program is not its policy", item, **proof, item.ours,
                "ours");
  }
  return CheckPolicyAtBoundaries(item);
}

// The classes that explain a region of differences: those that every number
// of it is in. Empty: it is a difference outside of them.
ClassSet Explain(const Classifier& classifier, const Region& region,
                 int level) {
  constexpr uint32_t kMost = 1024;  // a longer range: both ends
  ClassSet found;
  const uint32_t length = region.last - region.first;
  const uint32_t step = length <= kMost ? 1 : length;
  for (uint64_t nr = region.first; nr <= region.last; nr += step) {
    const AbiRules* abi =
        classifier.AbiOf(region.arch, static_cast<uint32_t>(nr));
    if (abi == nullptr) return {};
    const ClassSet classes =
        classifier.Of(*abi, static_cast<uint32_t>(nr), level);
    if (classes.empty()) return {};
    found.Add(classes);
  }
  ClassSet only_e;
  only_e.Add(DefectClass::kE);
  if (found == only_e && !classifier.Clashes(region.witness)) return {};
  return found;
}

void JudgeProgram(const Case& item, const Classifier& classifier,
                  const Program& theirs, int level, Verdict& verdict) {
  const Side ours = Side::Of(item.policy);
  const Side other = Side::Of(theirs);
  const std::string name = absl::StrCat("libseccomp level ", level);
  const auto difference = FindDifference(ours, other);
  if (!difference.ok()) {
    verdict.failure = absl::StrCat("no proof of ", name, ": ",
                                   difference.status().ToString(), "\n");
    return;
  }
  if (!difference->has_value()) return;
  if (verdict.in[static_cast<size_t>(level - 1)].empty()) {
    verdict.failure = Told("a difference outside the classes", item,
                           **difference, theirs, name);
    return;
  }
  const auto regions = FindRegions(ours, other);
  if (!regions.ok()) {
    verdict.failure = absl::StrCat("no regions of ", name, ": ",
                                   regions.status().ToString(), "\n");
    return;
  }
  for (const Region& region : *regions) {
    const ClassSet classes = Explain(classifier, region, level);
    if (classes.empty()) {
      verdict.failure = Told("a difference on a number outside the classes",
                             item, region.witness, theirs, name);
      return;
    }
    verdict.differs[static_cast<size_t>(level - 1)].Add(classes);
  }
}

}  // namespace

Target DefaultTarget() {
  Target target;
  target.capabilities = DockerCapabilities();
  return target;
}

std::unique_ptr<Case> MakeCase(const Profile& profile, const Target& target) {
  auto item = std::make_unique<Case>();
  item->profile = profile;
  item->target = target;
  Diagnostics findings;
  item->rules = Resolve(item->profile, target, findings);
  item->policy = BuildPolicy(item->rules);
  item->ours = Assemble(Lower(BuildDecision(item->policy, Weights{})));
  item->description = Describe(item->profile, target);
  return item;
}

std::unique_ptr<Case> MakeCase(std::string_view text, const Target& target,
                               std::string& error) {
  Diagnostics findings;
  const std::optional<Profile> profile =
      ParseProfile(text, Dialect::kAuto, findings);
  if (!profile.has_value()) {
    error = FormatDiagnostics(text, findings, {});
    return nullptr;
  }
  return MakeCase(*profile, target);
}

Verdict Judge(const Case& item, const Outcome& outcome) {
  Verdict verdict;
  verdict.failure = CheckOurs(item);
  if (!verdict.failure.empty()) return verdict;
  const Classifier classifier(item.profile, item.rules);
  for (int level = 1; level <= 2; ++level) {
    verdict.in[static_cast<size_t>(level - 1)] = classifier.OfAll(level);
  }
  switch (outcome.kind) {
    case Outcome::Kind::kProgram:
      for (int level = 1; level <= 2 && verdict.failure.empty(); ++level) {
        JudgeProgram(item, classifier,
                     outcome.levels[static_cast<size_t>(level - 1)], level,
                     verdict);
      }
      break;
    case Outcome::Kind::kRefused:
      if (outcome.error == EEXIST &&
          classifier.ForetellsRefusal(item.description)) {
        for (ClassSet& set : verdict.differs) set.Add(DefectClass::kE);
      } else {
        verdict.unforetold_refusal = true;
      }
      break;
    case Outcome::Kind::kHung:
    case Outcome::Kind::kCrashed:
      if (!classifier.ForetellsHang(item.description)) {
        verdict.failure = absl::StrCat("libseccomp ", DescribeOutcome(outcome),
                                       " outside class (b)\n");
      }
      for (ClassSet& set : verdict.differs) set.Add(DefectClass::kB);
      break;
  }
  return verdict;
}

}  // namespace scbpf::differential
