// The page of explain: calls in groups, and other ABIs by what differs.
#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "bpf/text.h"
#include "syscall-tables/names.h"
#include "workflow/call_groups.h"
#include "workflow/explain.h"

namespace scbpf {
namespace {

using Names = std::vector<std::string_view>;

// More refused calls than this are told as numbers alone.
constexpr size_t kMostListed = 90;

// `words` after `head`, in lines of at most 80 bytes; the others are indented
// by `indent`.
std::string Wrap(const std::string& head, const std::vector<std::string>& words,
                 size_t indent) {
  constexpr size_t kWidth = 80;
  std::string text;
  std::string line = head;
  bool empty = true;
  for (const std::string& word : words) {
    if (!empty && line.size() + 1 + word.size() > kWidth) {
      text += line + "\n";
      line = std::string(indent, ' ') + word;
      continue;
    }
    line += " " + word;
    empty = false;
  }
  return text + line + "\n";
}

std::string WrapText(const std::string& head, const std::string& text,
                     size_t indent) {
  return Wrap(head, absl::StrSplit(text, ' '), indent);
}

std::vector<std::string> Strings(const Names& names) {
  return {names.begin(), names.end()};
}

// "allow where domain == AF_UNIX; otherwise errno(EPERM)": the longest
// condition is the one that is left out.
std::string FormatAnswers(const std::vector<ConditionedAnswer>& answers) {
  if (answers.empty()) return "not known";
  const auto rest = std::max_element(
      answers.begin(), answers.end(),
      [](const ConditionedAnswer& a, const ConditionedAnswer& b) {
        return a.when.size() <= b.when.size();
      });
  std::string text;
  for (auto one = answers.begin(); one != answers.end(); ++one) {
    if (one == rest) continue;
    if (!text.empty()) text += "; ";
    text += FormatReturnValue(one->result) + " where " + one->when;
  }
  if (!text.empty()) text += "; otherwise ";
  return text + FormatReturnValue(rest->result);
}

bool IsPlain(const ExplainedCall& call) { return call.answers.size() == 1; }

// The calls of an ABI with equal answers, in the order of their first.
struct AnswerClass {
  std::string answers;
  bool plain = false;   // whatever the arguments
  bool passes = false;  // always, where plain
  bool like_unknown = false;
  Names names;
};

std::vector<AnswerClass> ClassesOf(const std::vector<ExplainedCall>& calls,
                                   const std::string& unknown) {
  std::vector<AnswerClass> classes;
  std::map<std::string, size_t> index;
  for (const ExplainedCall& call : calls) {
    const std::string answers = FormatAnswers(call.answers);
    const auto [at, is_new] = index.emplace(answers, classes.size());
    if (is_new) {
      classes.push_back(
          {answers, IsPlain(call), AlwaysPasses(call), answers == unknown, {}});
    }
    classes[at->second].names.push_back(call.name);
  }
  for (AnswerClass& one : classes) {
    std::sort(one.names.begin(), one.names.end());
  }
  // What passes, then what arguments decide, then what is refused.
  std::stable_sort(classes.begin(), classes.end(),
                   [](const AnswerClass& a, const AnswerClass& b) {
                     const auto rank = [](const AnswerClass& one) {
                       if (!one.plain) return 1;
                       return one.passes ? 0 : 2;
                     };
                     return rank(a) < rank(b);
                   });
  return classes;
}

// What numbers that no call has get.
std::string UnknownOf(const ExplainedAbi& abi) {
  return abi.others.empty() ? "" : FormatAnswers(abi.others[0].answers);
}

class Page {
 public:
  explicit Page(const Explanation& explanation) : told_(explanation) {}

  std::string Write(std::string_view title);

 private:
  void Summary(const ExplainedAbi& abi);
  void Class(const ExplainedAbi& abi, const AnswerClass& one);
  void ByArguments(const std::vector<AnswerClass>& classes);
  void Groups(const ExplainedAbi& abi, const Names& names, bool counts_only);
  void Others(const ExplainedAbi& abi);
  void Full(const ExplainedAbi& abi);
  void Differences(const ExplainedAbi& abi, const ExplainedAbi& from);
  void Different(const std::vector<AnswerClass>& classes);
  void Dangerous();

  const Explanation& told_;
  std::string out_;
};

void Page::Summary(const ExplainedAbi& abi) {
  size_t pass = 0;
  size_t arguments = 0;
  for (const ExplainedCall& call : abi.calls) {
    if (AlwaysPasses(call)) {
      ++pass;
    } else if (!NeverPasses(call)) {
      ++arguments;
    }
  }
  const size_t refused = abi.calls.size() - pass - arguments;
  std::string text = absl::StrCat(std::string(abi.abi->id), ": of ",
                                  abi.calls.size(), " calls ", pass, " pass, ");
  if (arguments > 0) absl::StrAppend(&text, arguments, " by their arguments, ");
  absl::StrAppend(&text, refused, " do not.");
  out_ += text + "\n";
}

// The names, a line a group; or only how many there are of each group.
void Page::Groups(const ExplainedAbi& abi, const Names& names,
                  bool counts_only) {
  std::map<CallGroup, Names> groups;
  for (const std::string_view name : names) {
    groups[GroupOf(name).value_or(CallGroup::kMachine)].push_back(name);
  }
  std::vector<std::string> counts;
  for (const CallGroup group : AllCallGroups()) {
    const auto found = groups.find(group);
    if (found == groups.end()) continue;
    const std::string title(TitleOf(group));
    if (!counts_only) {
      out_ += Wrap(absl::StrCat("  ", title, ":"), Strings(found->second), 4);
      continue;
    }
    const auto total = std::count_if(
        abi.calls.begin(), abi.calls.end(),
        [&](const ExplainedCall& call) { return GroupOf(call.name) == group; });
    counts.push_back(
        absl::StrCat(title, " ", found->second.size(), " of ", total));
  }
  if (counts_only) {
    out_ += WrapText(" ", absl::StrJoin(counts, "; "), 2);
  }
}

void Page::Class(const ExplainedAbi& abi, const AnswerClass& one) {
  const bool counts_only = one.like_unknown && one.names.size() > kMostListed &&
                           one.names.size() > abi.calls.size() / 3;
  absl::StrAppend(&out_, "\n", one.passes ? "Passing, " : "Refused, ",
                  one.answers, ": ", Count(one.names.size(), "call"),
                  counts_only ? ", as all that is not named here" : "", "\n");
  Groups(abi, one.names, counts_only);
}

void Page::ByArguments(const std::vector<AnswerClass>& classes) {
  bool first = true;
  for (const AnswerClass& one : classes) {
    if (one.plain) continue;
    if (first) out_ += "\nBy their arguments:\n";
    first = false;
    out_ += WrapText(
        absl::StrCat("  ", absl::StrJoin(Strings(one.names), ", "), ":"),
        one.answers, 4);
  }
}

void Page::Others(const ExplainedAbi& abi) {
  constexpr size_t kMost = 6;
  std::vector<std::string> parts;
  for (const ExplainedNumbers& numbers : abi.others) {
    std::string text;
    if (parts.size() == kMost) {
      text = "...";
    } else if (abi.others.size() > 1) {
      const uint32_t first = numbers.first - abi.abi->nr_base;
      text = parts.empty() ? "" : absl::StrCat("from ", first, " on ");
    }
    parts.push_back(text == "..." ? text
                                  : text + FormatAnswers(numbers.answers));
    if (text == "...") break;
  }
  out_ +=
      WrapText("\nNumbers that no call has:", absl::StrJoin(parts, ", "), 2);
  if (!abi.newest.has_value()) return;
  constexpr size_t kMostNewest = 8;
  std::vector<std::string> words = Strings(abi.newest_calls);
  if (words.size() > kMostNewest) {
    const size_t more = words.size() - kMostNewest;
    words.resize(kMostNewest);
    words.push_back(absl::StrCat("and ", more, " more"));
  }
  out_ += Wrap(absl::StrCat("The newest calls that may pass came with Linux ",
                            abi.newest->major, ".", abi.newest->minor, ":"),
               words, 2);
}

void Page::Full(const ExplainedAbi& abi) {
  Summary(abi);
  const std::vector<AnswerClass> classes = ClassesOf(abi.calls, UnknownOf(abi));
  for (const AnswerClass& one : classes) {
    if (one.plain && one.passes) Class(abi, one);
  }
  ByArguments(classes);
  for (const AnswerClass& one : classes) {
    if (one.plain && !one.passes) Class(abi, one);
  }
  Others(abi);
}

void Page::Different(const std::vector<AnswerClass>& classes) {
  constexpr size_t kMostAlike = 12;
  for (const AnswerClass& one : classes) {
    if (!one.plain) {
      out_ += WrapText(
          absl::StrCat("    ", absl::StrJoin(Strings(one.names), ", "), ":"),
          one.answers, 6);
    } else if (one.like_unknown && one.names.size() > kMostAlike) {
      absl::StrAppend(&out_, "    ", one.answers, ": ", one.names.size(),
                      " calls, as all that is not named here\n");
    } else {
      out_ +=
          Wrap(absl::StrCat("    ", one.answers, ":"), Strings(one.names), 6);
    }
  }
}

void Page::Differences(const ExplainedAbi& abi, const ExplainedAbi& from) {
  std::vector<ExplainedCall> different;
  std::vector<ExplainedCall> only_here;
  for (const ExplainedCall& call : abi.calls) {
    const auto there = std::find_if(
        from.calls.begin(), from.calls.end(),
        [&](const ExplainedCall& other) { return other.name == call.name; });
    if (there == from.calls.end()) {
      only_here.push_back(call);
    } else if (there->answers != call.answers) {
      different.push_back(call);
    }
  }
  out_ += "\n";
  Summary(abi);
  const std::string id(from.abi->id);
  if (different.empty()) {
    absl::StrAppend(&out_, "  The calls that ", id,
                    " has too are answered as there.\n");
  } else {
    absl::StrAppend(&out_, "  Answered otherwise than on ", id, ":\n");
    Different(ClassesOf(different, ""));
  }
  if (!only_here.empty()) {
    absl::StrAppend(&out_, "  Calls that ", id, " does not have:\n");
    Different(ClassesOf(only_here, UnknownOf(abi)));
  }
  if (UnknownOf(abi) != UnknownOf(from)) {
    absl::StrAppend(&out_, "  Numbers that no call has: ", UnknownOf(abi),
                    "\n");
  }
}

void Page::Dangerous() {
  if (told_.dangerous.empty()) return;
  out_ += "\nCalls that reach past a sandbox, and pass:\n";
  std::vector<std::pair<std::string, std::vector<std::string>>> reasons;
  for (const DangerousPass& one : told_.dangerous) {
    const std::string reason(one.reason);
    auto known =
        std::find_if(reasons.begin(), reasons.end(),
                     [&](const auto& other) { return other.first == reason; });
    if (known == reasons.end()) {
      reasons.push_back({reason, {}});
      known = reasons.end() - 1;
    }
    known->second.emplace_back(one.name);
  }
  for (const auto& [reason, names] : reasons) {
    out_ += WrapText(absl::StrCat("  ", absl::StrJoin(names, ", "), ":"),
                     reason, 4);
  }
}

std::string Page::Write(std::string_view title) {
  std::vector<std::string> ids;
  for (const ExplainedAbi& abi : told_.abis) ids.emplace_back(abi.abi->id);
  absl::StrAppend(&out_, std::string(title), ": ",
                  ids.empty() ? "no ABI known here" : absl::StrJoin(ids, ", "),
                  "\n\n");
  for (size_t i = 0; i < told_.abis.size(); ++i) {
    if (i == 0) {
      Full(told_.abis[i]);
    } else {
      Differences(told_.abis[i], told_.abis[0]);
    }
  }
  Dangerous();
  absl::StrAppend(&out_, "\nOther ABIs: ",
                  told_.foreign.has_value()
                      ? FormatReturnValue(*told_.foreign)
                      : "answered by number, as if they were one of these",
                  "\n");
  return std::move(out_);
}

}  // namespace

std::string TellExplanation(const Explanation& explanation,
                            std::string_view title) {
  return Page(explanation).Write(title);
}

}  // namespace scbpf
