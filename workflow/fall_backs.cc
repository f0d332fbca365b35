// The table of fall-backs.
#include "workflow/fall_backs.h"

#include <algorithm>
#include <iterator>

namespace scbpf {
namespace {

constexpr FallBack kFallBacks[] = {
#include "workflow/fall_backs.inc"
};

}  // namespace

const FallBack* FindFallBack(std::string_view name) {
  const auto* found = std::find_if(
      std::begin(kFallBacks), std::end(kFallBacks),
      [&](const FallBack& fall_back) { return fall_back.name == name; });
  return found == std::end(kFallBacks) ? nullptr : found;
}

}  // namespace scbpf
