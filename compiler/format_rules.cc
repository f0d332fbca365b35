// FormatRules: --emit=rules, what became of each entry of a profile.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/rule_set.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"
#include "syscall-tables/words.h"

namespace scbpf {
namespace {

// Counts lines for offsets that mostly ascend.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}

  int LineOf(uint32_t offset) {
    const size_t end = std::min<size_t>(offset, text_.size());
    if (end < at_) {
      at_ = 0;
      line_ = 1;
    }
    line_ += static_cast<int>(
        std::count(text_.begin() + static_cast<ptrdiff_t>(at_),
                   text_.begin() + static_cast<ptrdiff_t>(end), '\n'));
    at_ = end;
    return line_;
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
  int line_ = 1;
};

// "x86 socketcall (as socket): call == 1 -> allow".
void AppendRule(const Abi& abi, const Rule& rule, std::string& out) {
  std::string name(NameOf(abi, rule.nr));
  if (name.empty()) name = absl::StrCat(rule.nr);
  absl::StrAppend(&out, "  ", std::string(abi.id), " ", name);
  if (rule.twin) {
    absl::StrAppend(&out, " (as ", std::string(rule.name), ")");
  }
  std::string_view between = ": ";
  for (const ArgCondition& condition : rule.all_of) {
    absl::StrAppend(&out, std::string(between),
                    FormatCondition(name, condition, abi.compares_64_bits));
    between = " && ";
  }
  absl::StrAppend(&out, " -> ", FormatReturnValue(rule.result), "\n");
}

}  // namespace

std::string FormatRules(std::string_view text, const Profile& profile,
                        const RuleSet& rules) {
  std::string out =
      absl::StrCat("default -> ", FormatReturnValue(rules.default_action),
                   "\nother ABIs -> ", FormatReturnValue(rules.bad_arch), "\n");
  LineCounter lines(text);
  std::vector<size_t> next(rules.abis.size());  // per ABI, the rule to come
  for (uint32_t i = 0; i < rules.fates.size(); ++i) {
    const EntryFate& fate = rules.fates[i];
    absl::StrAppend(&out, "line ", lines.LineOf(profile.syscalls[i].at.offset),
                    ": ", fate.kept ? "kept" : "dropped");
    if (!fate.why.empty()) absl::StrAppend(&out, " (", fate.why, ")");
    out += "\n";
    for (size_t a = 0; a < rules.abis.size(); ++a) {
      const AbiRules& abi = rules.abis[a];
      for (; next[a] < abi.rules.size() && abi.rules[next[a]].entry == i;
           ++next[a]) {
        AppendRule(*abi.abi, abi.rules[next[a]], out);
      }
    }
  }
  return out;
}

}  // namespace scbpf
