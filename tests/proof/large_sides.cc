#include "tests/proof/large_sides.h"

#include <algorithm>
#include <random>

#include "bpf/instruction.h"
#include "scbpf/return_value.h"

namespace scbpf {
namespace {

using Random = std::mt19937_64;

constexpr uint32_t kToken = 0xc000003eu;
constexpr uint32_t kFirstCall = 10;

Clause RandomClause(const RulesShape& shape, Random& random) {
  std::vector<uint8_t> args{0, 1, 2, 3, 4, 5};
  args.resize(static_cast<size_t>(shape.arguments));
  std::shuffle(args.begin(), args.end(), random);
  Clause clause;
  clause.result = Allow();
  for (size_t n = std::min<size_t>(1 + random() % 3, args.size()); n > 0; --n) {
    ArgCondition& condition = clause.all_of.emplace_back();
    condition.arg = args[n - 1];
    condition.value = random() % shape.values;
    if (shape.low_halves) condition.mask = 0xffffffffu;
    if (shape.equal_only) continue;
    condition.op = static_cast<CompareOp>(random() % 6);
    if (random() % 5 == 0) {
      condition.op = CompareOp::kEq;
      condition.mask = random() % 256 + 1;
      condition.value &= condition.mask;
    }
  }
  return clause;
}

Policy OneToken(std::vector<Behavior> behaviors) {
  Policy policy;
  policy.bad_arch = KillThread();
  ArchPolicy& arch = policy.arches.emplace_back();
  arch.audit_arch = kToken;
  arch.ranges.push_back({0, {{}, Errno(1)}});
  uint32_t nr = kFirstCall;
  for (Behavior& behavior : behaviors) {
    behavior.otherwise = Errno(1);
    arch.ranges.push_back({nr++, std::move(behavior)});
  }
  arch.ranges.push_back({nr, {{}, Errno(1)}});
  return policy;
}

uint32_t AnswerFor(size_t i) {
  return i % 3 == 0 ? Allow().raw : Errno(static_cast<uint16_t>(i % 40)).raw;
}

// Numbers first..last, each with its own answer, by halves.
void AppendTree(uint32_t first, uint32_t last, Program* program) {
  struct Open {
    uint32_t first, last;
    size_t jump;  // whose jf leads here; itself: none
  };
  std::vector<Open> open{{first, last, program->size()}};
  while (!open.empty()) {
    const Open range = open.back();
    open.pop_back();
    if (range.jump < program->size()) {
      (*program)[range.jump].k =
          static_cast<uint32_t>(program->size() - range.jump - 1);
    }
    if (range.first == range.last) {
      program->push_back(op::Return(AnswerFor(range.first)));
      continue;
    }
    const uint32_t middle = range.first + (range.last - range.first + 1) / 2;
    // The upper half stands far away, behind a jump.
    program->push_back(op::JumpIf(op::kJgeK, middle, 0, 1));
    program->push_back(op::Jump(0));
    open.push_back({middle, range.last, program->size() - 1});
    open.push_back({range.first, middle - 1, program->size()});
  }
}

}  // namespace

Policy RulesPolicy(const RulesShape& shape, uint64_t seed) {
  Random random(seed);
  std::vector<Behavior> behaviors(shape.calls);
  for (size_t i = 0; i < shape.rules; ++i) {
    behaviors[i % shape.calls].clauses.push_back(RandomClause(shape, random));
  }
  return OneToken(std::move(behaviors));
}

Policy Shuffled(Policy policy, uint64_t seed) {
  Random random(seed);
  for (ArchPolicy& arch : policy.arches) {
    for (Range& range : arch.ranges) {
      auto& clauses = range.behavior.clauses;
      std::shuffle(clauses.begin(), clauses.end(), random);
    }
  }
  return policy;
}

Policy ValuesPolicy(size_t count) {
  std::vector<Behavior> behaviors(1);
  for (size_t i = 0; i < count; ++i) {
    behaviors[0].clauses.push_back(
        {{{1, CompareOp::kEq, i * 0x9e3779b97f4a7c15u}}, Allow()});
  }
  return OneToken(std::move(behaviors));
}

Program ChainOf(Policy* policy) {
  using namespace op;  // NOLINT
  Program program{Load(kArchOffset), JumpIf(kJeqK, kToken, 1, 0),
                  Return(KillThread().raw), Load(kNrOffset)};
  for (Range& range : policy->arches[0].ranges) {
    auto& clauses = range.behavior.clauses;
    if (clauses.empty()) continue;
    program.push_back(JumpIf(kJeqK, range.first, 1, 0));
    const size_t skip = program.size();
    program.push_back(Jump(0));
    size_t kept = 0;
    for (const Clause& clause : clauses) {
      const size_t length = 2 * clause.all_of.size() + 1;
      if (program.size() + length + 8 > kMaxInstructions) break;
      ++kept;
      for (size_t i = 0; i < clause.all_of.size(); ++i) {
        const ArgCondition& condition = clause.all_of[i];
        program.push_back(Load(kArgsOffset + 8u * condition.arg));
        program.push_back(JumpIf(kJeqK, static_cast<uint32_t>(condition.value),
                                 0, static_cast<uint8_t>(length - 2 * i - 2)));
      }
      program.push_back(Return(clause.result.raw));
    }
    clauses.resize(kept);
    program.push_back(Return(range.behavior.otherwise.raw));
    program[skip].k = static_cast<uint32_t>(program.size() - skip - 1);
  }
  program.push_back(Return(Errno(1).raw));
  return program;
}

Program PlainProgram(Plain kind, size_t length) {
  using namespace op;  // NOLINT
  Program program{Load(kArchOffset), JumpIf(kJeqK, kToken, 1, 0),
                  Return(KillThread().raw), Load(kNrOffset)};
  const auto chain = [&](size_t until) {
    for (uint32_t i = 0; program.size() + 2 < until; ++i) {
      program.push_back(JumpIf(kJeqK, i * 7 % 100003, 0, 1));
      program.push_back(Return(AnswerFor(i)));
    }
  };
  switch (kind) {
    case Plain::kNumbers:
      chain(length);
      break;
    case Plain::kTree:
      AppendTree(0, static_cast<uint32_t>((length - 8) / 3), &program);
      return program;
    case Plain::kValues:
      program.push_back(Load(kArgsOffset));
      chain(length);
      break;
    case Plain::kMixed:
      chain(length / 2);
      program.push_back(Load(kArgsOffset + 8));
      chain(length);
      break;
  }
  program.push_back(Return(Errno(1).raw));
  return program;
}

Program HostileProgram(Hostile kind) {
  using namespace op;  // NOLINT
  const auto both = [](uint16_t code, uint32_t a, uint32_t x) {
    return Program{Load(x),
                   {kTaxAll, 0, 0, 0},
                   Load(a),
                   {code, 0, 0, 0},
                   {kRetA, 0, 0, 0}};
  };
  switch (kind) {
    case Hostile::kProduct:
      return both(kAlu | kMul | kX, kArgsOffset, kArgsOffset + 8);
    case Hostile::kCompareArguments:
      return {Load(kArgsOffset + 8), {kTaxAll, 0, 0, 0},
              Load(kArgsOffset),     {kJmp | kJeq | kX, 0, 1, 0},
              Return(Allow().raw),   Return(Errno(1).raw)};
    case Hostile::kLowBits: {
      // Sums of the number and arguments, low bits first.
      Program program;
      for (uint32_t i = 0; i < 40; ++i) {
        program.push_back(Load(4 * (i % 16)));
        program.push_back({kLdxMem, 0, 0, 0});
        program.push_back({kAlu | kMul | kX, 0, 0, 0});
        program.push_back({kAlu | kAdd | kK, 0, 0, i});
        program.push_back({kSt, 0, 0, 0});
      }
      program.insert(program.begin(), {kSt, 0, 0, 0});
      program.push_back(And(0xf5));
      program.push_back(JumpIf(kJeqK, 0x31, 0, 1));
      program.push_back(Return(Allow().raw));
      program.push_back(Return(Errno(1).raw));
      return program;
    }
  }
  return {};
}

}  // namespace scbpf
