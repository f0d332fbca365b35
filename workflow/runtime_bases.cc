// Looks runtime bases up in the recorded table.
#include "workflow/runtime_bases.h"

namespace scbpf {
namespace {

#include "workflow/runtime_bases.inc"

}  // namespace

std::span<const RuntimeBase> AllRuntimeBases() { return kBases; }

const RuntimeBase* FindRuntimeBase(std::string_view name) {
  for (const RuntimeBase& base : kBases) {
    if (base.name == name) return &base;
  }
  return nullptr;
}

}  // namespace scbpf
