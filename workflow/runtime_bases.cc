// Looks runtime bases up in the recorded table.
#include "workflow/runtime_bases.h"

#include "absl/strings/str_cat.h"

namespace scbpf {
namespace {

#include "workflow/runtime_bases.inc"

// In which starts of a runtime a call is made that is in its table.
std::string WhenMade(const RuntimeBase& base, const BaseCall& call) {
  const bool always_without =
      call.without_no_new_privs == base.starts_without_no_new_privs;
  const bool always_with =
      call.with_no_new_privs == base.starts_with_no_new_privs;
  if (always_without && always_with) return "in every start";
  const auto how_often = [](bool always, int count) {
    if (always) return "in every start";
    return count > 0 ? "in some starts" : "in none";
  };
  return absl::StrCat(how_often(always_without, call.without_no_new_privs),
                      " without no_new_privs, ",
                      how_often(always_with, call.with_no_new_privs),
                      " with it");
}

}  // namespace

std::span<const RuntimeBase> AllRuntimeBases() { return kBases; }

const RuntimeBase* FindRuntimeBase(std::string_view name) {
  for (const RuntimeBase& base : kBases) {
    if (base.name == name) return &base;
  }
  return nullptr;
}

std::vector<RuntimeUse> FindRuntimeUses(std::string_view name) {
  std::vector<RuntimeUse> uses;
  for (const RuntimeBase& base : AllRuntimeBases()) {
    for (const BaseCall& call : base.calls) {
      if (call.name != name) continue;
      uses.push_back({std::string(base.name), WhenMade(base, call)});
    }
  }
  return uses;
}

}  // namespace scbpf
