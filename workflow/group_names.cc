// Names with the same answer and conditions become one entry.
#include "workflow/group_names.h"

#include <map>
#include <tuple>
#include <utility>

namespace scbpf {
namespace {

using ArgKey = std::tuple<uint32_t, ProfileOp, uint64_t, uint64_t>;
using RuleKey =
    std::tuple<Action, std::optional<uint16_t>, std::vector<ArgKey>>;

RuleKey KeyOf(const NameRule& rule) {
  std::vector<ArgKey> args;
  for (const ProfileArg& arg : rule.args) {
    args.emplace_back(arg.index.value, arg.op.value, arg.value.value,
                      arg.value_two ? arg.value_two->value : 0);
  }
  return {rule.action, rule.data, std::move(args)};
}

}  // namespace

std::vector<ProfileEntry> GroupNames(const std::vector<NameRule>& rules) {
  std::vector<ProfileEntry> entries;
  std::map<RuleKey, size_t> index;
  std::map<std::pair<size_t, std::string>, bool> named;
  for (const NameRule& rule : rules) {
    const auto [it, is_new] = index.emplace(KeyOf(rule), entries.size());
    if (is_new) {
      ProfileEntry entry;
      entry.action.value = rule.action;
      if (rule.data) entry.errno_ret = At<uint16_t>{*rule.data};
      entry.args = rule.args;
      entries.push_back(std::move(entry));
    }
    if (!named.emplace(std::pair(it->second, rule.name), true).second) continue;
    entries[it->second].names.push_back({rule.name});
  }
  return entries;
}

}  // namespace scbpf
