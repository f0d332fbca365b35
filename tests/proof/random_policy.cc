#include "tests/proof/random_policy.h"

#include <algorithm>

namespace scbpf {
namespace {

constexpr uint32_t kTokens[] = {0, 0x40000003u, 0xc000003eu, 0xffffffffu};

ReturnValue RandomResult(std::mt19937_64& random) {
  const ReturnValue choices[] = {Allow(),      Errno(1), Errno(4095),
                                 KillThread(), Log(),    {0x0005ffffu}};
  return choices[random() % 6];
}

uint64_t RandomValue(const PolicyShape& shape, std::mt19937_64& random) {
  const uint64_t low = random() % static_cast<uint64_t>(shape.values);
  switch (random() % 6) {
    case 0:
      return low << 32 | low;
    case 1:
      return ~low;
    case 2:
      return 0xffffffffu - low;
    default:
      return low;
  }
}

ArgCondition RandomCondition(const PolicyShape& shape,
                             std::mt19937_64& random) {
  ArgCondition condition;
  condition.arg =
      static_cast<uint8_t>(random() % static_cast<uint64_t>(shape.arguments));
  condition.op = static_cast<CompareOp>(random() % 6);
  condition.value = RandomValue(shape, random);
  if (random() % 3 == 0) condition.mask = 0xffffffffu;
  if (random() % 4 == 0) {
    condition.op = CompareOp::kEq;
    condition.mask = RandomValue(shape, random);
  }
  condition.value &= condition.mask;
  return condition;
}

}  // namespace

Policy RandomPolicy(const PolicyShape& shape, std::mt19937_64& random) {
  Policy policy;
  policy.bad_arch = RandomResult(random);
  for (const uint32_t token : kTokens) {
    if (policy.arches.size() >= static_cast<size_t>(shape.tokens)) break;
    if (random() % 2 == 0) continue;
    ArchPolicy& arch = policy.arches.emplace_back();
    arch.audit_arch = token;
    uint32_t first = 0;
    for (int n = static_cast<int>(random() % shape.ranges); n >= 0; --n) {
      Range& range = arch.ranges.emplace_back();
      range.first = first;
      range.behavior.otherwise = RandomResult(random);
      for (int i = static_cast<int>(random() % (shape.clauses + 1)); i > 0;
           --i) {
        Clause& clause = range.behavior.clauses.emplace_back();
        clause.result = RandomResult(random);
        for (int c = static_cast<int>(random() % 3); c >= 0; --c) {
          clause.all_of.push_back(RandomCondition(shape, random));
        }
      }
      first += 1 + static_cast<uint32_t>(random() % 9);
      if (random() % 6 == 0 && first < 0x40000000u) first = 0x40000000u;
    }
  }
  return policy;
}

std::vector<Call> BoundaryCalls(const Policy& policy, size_t count,
                                std::mt19937_64& random) {
  std::vector<uint32_t> tokens(std::begin(kTokens), std::end(kTokens));
  tokens.insert(tokens.end(), {1, 0x40000002u, 0xc000003fu});
  std::vector<uint32_t> numbers{0, 0xffffffffu};
  std::vector<uint64_t> values{0, ~uint64_t{0}};
  for (const ArchPolicy& arch : policy.arches) {
    for (const Range& range : arch.ranges) {
      numbers.insert(numbers.end(),
                     {range.first, range.first - 1, range.first + 1});
      for (const Clause& clause : range.behavior.clauses) {
        for (const ArgCondition& c : clause.all_of) {
          values.insert(values.end(), {c.value, c.value + 1, c.value - 1,
                                       c.value | ~c.mask, c.value ^ c.mask});
        }
      }
    }
  }
  std::vector<Call> calls(count);
  for (Call& call : calls) {
    call.arch = tokens[random() % tokens.size()];
    call.nr = numbers[random() % numbers.size()];
    call.instruction_pointer = random();
    for (uint64_t& arg : call.args) arg = values[random() % values.size()];
  }
  return calls;
}

}  // namespace scbpf
