// LintRelatedCalls: calls that programs make in the place of others, and calls
// with the same effect, where the profile answers them otherwise.
#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"
#include "workflow/fall_backs.h"
#include "workflow/lint_context.h"

namespace scbpf {
namespace {

enum class Relation : uint8_t { kTime64, kLargeFile, kUid32, kSuccessor };

struct RelatedCall {
  std::string_view older, newer;
  Relation relation;
};
constexpr RelatedCall kRelatedCalls[] = {
#include "workflow/related_calls.inc"
};

// How many names one line tells.
constexpr size_t kNamesTold = 8;

// Calls that reach the same end. A profile that refuses some of a group and
// lets others pass refuses nothing.
using Group = std::array<std::string_view, 6>;
constexpr Group kGroups[] = {
    {"chmod", "fchmodat", "fchmodat2"},
    {"chown", "lchown", "fchownat", "chown32", "lchown32"},
    {"open", "openat", "openat2"},
    {"mkdir", "mkdirat"},
    {"mknod", "mknodat"},
    {"unlink", "unlinkat"},
    {"rename", "renameat", "renameat2"},
    {"link", "linkat"},
    {"symlink", "symlinkat"},
    {"execve", "execveat"},
    {"mount", "move_mount"},
    {"umount", "umount2"},
    {"init_module", "finit_module"},
    {"kexec_load", "kexec_file_load"},
    {"settimeofday", "clock_settime", "clock_settime64", "stime"},
    {"setxattr", "setxattrat"},
};

ReturnValue Answer(const Behavior& behavior) { return behavior.otherwise; }

bool IsEnosys(const Behavior& behavior) {
  return behavior.clauses.empty() &&
         AsKernelReads(Answer(behavior)) == Errno(ENOSYS);
}

class RelatedCalls {
 public:
  RelatedCalls(LintContext& context, size_t abi,
               std::vector<std::string>& no_fallback)
      : context_(context),
        abi_(abi),
        id_(context.rules.abis[abi].abi->id),
        no_fallback_(no_fallback) {
    for (const Rule& rule : context.rules.abis[abi].rules) {
      if (!rule.twin) greatest_ = std::max(greatest_, rule.nr);
    }
  }

  void Run(std::set<std::string>& told) {
    for (const RelatedCall& each : kRelatedCalls) {
      TellNoFallback(each, told);
      TellDenied(each, told);
    }
    TellUnseenFlags("clone", "clone3", told);
    TellUnseenFlags("openat", "openat2", told);
    TellOpenWays(told);
  }

 private:
  const Behavior* Find(std::string_view name) const {
    return FindBehavior(context_, abi_, name);
  }

  // The place of `newer`'s rule, else of `older`'s, which it is to go with.
  SourceSpan PlaceOfPair(std::string_view older, std::string_view newer) const {
    const Rule* rule = FindRule(context_, abi_, newer);
    if (rule != nullptr) return rule->origin;
    return PlaceOf(context_, abi_, older);
  }

  void TellNoFallback(const RelatedCall& pair, std::set<std::string>& told) {
    const auto& [older, newer, relation] = pair;
    const FallBack* fall_back = FindFallBack(newer);
    const Behavior* new_call = Find(newer);
    const Behavior* old_call = Find(older);
    if (fall_back == nullptr || fall_back->on != FallBackOn::kEnosys ||
        new_call == nullptr || old_call == nullptr ||
        !new_call->clauses.empty() ||
        ActionOf(Answer(*new_call)) != Action::kErrno || IsEnosys(*new_call) ||
        !MayPass(*old_call) || !told.emplace(newer).second) {
      return;
    }
    std::string words =
        absl::StrCat("\"", std::string(newer), "\" is answered ",
                     FormatReturnValue(Answer(*new_call)), " on ", id_, ": ",
                     fall_back->who == "glibc" ? "glibc falls" : "callers fall",
                     " back on \"", std::string(older),
                     "\" only on ENOSYS; else ", std::string(fall_back->else_));
    const bool past =
        FindRule(context_, abi_, newer) == nullptr &&
        *NumberOf(*context_.rules.abis[abi_].abi, newer) > greatest_;
    // runc and what starts it answer ENOSYS past the profile's last call.
    const ProfileReader reader = context_.options.reader;
    if (past && (reader == ProfileReader::kDocker ||
                 reader == ProfileReader::kKubernetes ||
                 reader == ProfileReader::kRunc)) {
      return;
    }
    if (past) absl::StrAppend(&words, "; runc answers ENOSYS here, crun not");
    LintFinding& finding = context_.Tell(
        "no-fallback", PlaceOfPair(older, newer), std::move(words));
    no_fallback_.emplace_back(newer);
    finding.related.push_back(
        {PlaceOf(context_, abi_, older), "the call to fall back on"});
  }

  void TellDenied(const RelatedCall& pair, std::set<std::string>& told) {
    const Behavior* older = Find(pair.older);
    const Behavior* newer = Find(pair.newer);
    if (older == nullptr || newer == nullptr || !AlwaysPasses(*older) ||
        !NeverPasses(*newer) || IsEnosys(*newer) ||
        !told.emplace(pair.newer).second) {
      return;
    }
    context_.Tell(
        "related-call-denied", PlaceOfPair(pair.older, pair.newer),
        absl::StrCat("\"", std::string(pair.older), "\" is allowed on ", id_,
                     ", but \"", std::string(pair.newer), "\", which ",
                     WhoCalls(pair.relation), ", is answered ",
                     FormatReturnValue(Answer(*newer))));
  }

  static const char* WhoCalls(Relation relation) {
    switch (relation) {
      case Relation::kTime64:
        return "programs with 64-bit time make in its place";
      case Relation::kLargeFile:
        return "programs with 64-bit file sizes make in its place";
      case Relation::kUid32:
        return "libraries make in its place";
      case Relation::kSuccessor:
        return "newer programs make in its place";
    }
    return "";
  }

  void TellUnseenFlags(std::string_view older, std::string_view newer,
                       std::set<std::string>& told) {
    const Behavior* old_call = Find(older);
    const Behavior* new_call = Find(newer);
    if (old_call == nullptr || new_call == nullptr ||
        old_call->clauses.empty() || !AlwaysPasses(*new_call) ||
        !told.emplace(absl::StrCat("unseen ", std::string(newer))).second) {
      return;
    }
    LintFinding& finding = context_.Tell(
        "unseen-flags", PlaceOf(context_, abi_, newer),
        absl::StrCat("\"", std::string(newer),
                     "\" is allowed, and its flags "
                     "lie behind a pointer where no filter looks: the "
                     "conditions on \"",
                     std::string(older), "\" bind nothing"));
    finding.related.push_back(
        {PlaceOf(context_, abi_, older), "the conditions"});
  }

  bool IsRefusedByRule(std::string_view name) const {
    const Behavior* behavior = Find(name);
    return behavior != nullptr && NeverPasses(*behavior) &&
           !IsEnosys(*behavior) && FindRule(context_, abi_, name) != nullptr;
  }

  void TellOpenWays(std::set<std::string>& told) {
    std::map<std::string_view, std::vector<std::string_view>> ways;
    const auto look = [&](std::string_view refused, std::string_view way) {
      if (way.empty() || refused == way || !IsRefusedByRule(refused)) return;
      const Behavior* open = Find(way);
      if (open == nullptr || !AlwaysPasses(*open)) return;
      std::vector<std::string_view>& list = ways[refused];
      if (std::find(list.begin(), list.end(), way) == list.end()) {
        list.push_back(way);
      }
    };
    for (const RelatedCall& pair : kRelatedCalls) look(pair.older, pair.newer);
    for (const Group& group : kGroups) {
      for (const std::string_view refused : group) {
        for (const std::string_view way : group) look(refused, way);
      }
    }
    for (const auto& [refused, list] : ways) {
      if (!told.emplace(absl::StrCat("open ", std::string(refused))).second) {
        continue;
      }
      std::string names;
      for (const std::string_view way : list) {
        absl::StrAppend(&names, names.empty() ? "\"" : ", \"", std::string(way),
                        "\"");
      }
      LintFinding& finding = context_.Tell(
          "related-call-open", PlaceOf(context_, abi_, refused),
          absl::StrCat(
              "\"", std::string(refused), "\" is refused on ", id_,
              ", but the same can be had by ", names,
              list.size() == 1 ? ", which is allowed" : ", which are allowed"));
      finding.related.push_back(
          {PlaceOf(context_, abi_, list[0]), "what allows it"});
    }
  }

  LintContext& context_;
  const size_t abi_;
  const std::string id_;
  std::vector<std::string>& no_fallback_;  // names told
  uint32_t greatest_ = 0;  // number that the profile has a rule on
};

// Gives the findings on calls without fall-back one line for all of them.
void FoldNoFallback(const std::vector<std::string>& names,
                    std::vector<LintFinding>& findings) {
  std::string folded;
  for (size_t i = 0; i < std::min(names.size(), kNamesTold); ++i) {
    absl::StrAppend(&folded, i == 0 ? "" : ", ", names[i]);
  }
  absl::StrAppend(&folded, names.size() > kNamesTold ? ", ..." : "",
                  " are refused with an errno on which no library falls back "
                  "on the older call, as it would on ENOSYS");
  for (LintFinding& finding : findings) {
    if (finding.diagnostic.id == "no-fallback") {
      finding.diagnostic.folded = folded;
    }
  }
}

// Where the profile is compiled so that a rule on a multiplexed call opens no
// other way: `socketcall` or `ipc` allowed by its own name.
void LintOpenMultiplexers(LintContext& context) {
  if (context.target().multiplex == Multiplex::kLibseccomp) return;
  std::set<std::string> told;
  for (size_t a = 0; a < context.rules.abis.size(); ++a) {
    for (const Rule& rule : context.rules.abis[a].rules) {
      const std::optional<MultiplexedCall> call = FindMultiplexed(rule.name);
      if (!call.has_value() || rule.twin || rule.all_of.empty()) continue;
      const char* way = call->is_ipc ? "ipc" : "socketcall";
      const Behavior* open = FindBehavior(context, a, way);
      if (open == nullptr || !AlwaysPasses(*open) ||
          !told.emplace(rule.name).second) {
        continue;
      }
      LintFinding& finding = context.Tell(
          "multiplexed-call", rule.origin,
          absl::StrCat("on ", std::string(context.rules.abis[a].abi->id), " \"",
                       std::string(rule.name),
                       "\" is reached past its conditions through \"", way,
                       "\", which is allowed"));
      finding.related.push_back({PlaceOf(context, a, way), "what allows it"});
    }
  }
}

}  // namespace

void LintRelatedCalls(LintContext& context) {
  std::set<std::string> told;
  std::vector<std::string> no_fallback;
  for (size_t abi = 0; abi < context.rules.abis.size(); ++abi) {
    RelatedCalls(context, abi, no_fallback).Run(told);
  }
  FoldNoFallback(no_fallback, context.findings);
  LintOpenMultiplexers(context);
}

}  // namespace scbpf
