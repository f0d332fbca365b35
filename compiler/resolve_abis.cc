// SelectAbis: the native ABI and those the profile adds to it.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/resolve_parts.h"

namespace scbpf {
namespace {

bool Contains(const std::vector<const Abi*>& abis, const Abi* abi) {
  return std::find(abis.begin(), abis.end(), abi) != abis.end();
}

std::string_view Endianness(const Abi& abi) {
  return abi.big_endian ? "big-endian" : "little-endian";
}

// Adds an ABI the profile lists, or says why not.
void AddListed(const At<std::string>& listed, const Abi& native,
               std::vector<const Abi*>& abis, Diagnostics& findings) {
  const Abi* abi = FindAbiById(listed.value);
  if (abi == nullptr || Contains(abis, abi)) return;
  if (abi->big_endian != native.big_endian) {
    findings.push_back(
        {Severity::kError, "foreign-endianness", listed.at,
         absl::StrCat(std::string(abi->id), " is ",
                      std::string(Endianness(*abi)), ", the native ABI ",
                      std::string(native.id), " is ",
                      std::string(Endianness(native)),
                      ": one filter cannot serve both, and the runtimes "
                      "refuse the profile")});
    return;
  }
  std::string why;
  if (!CanOccur(*abi, native)) {
    why = absl::StrCat("it cannot occur on a kernel whose native ABI is ",
                       std::string(native.id));
  } else if (!abi->has_table) {
    why = "its system call numbers are not in the tables";
  } else {
    abis.push_back(abi);
    return;
  }
  findings.push_back(
      {Severity::kNote, "abi-not-compiled", listed.at,
       absl::StrCat(std::string(abi->id), " is not compiled: ", why,
                    "; its calls get the bad-arch action")});
}

// Adds an ABI the target asks for; it must be one that can be compiled.
void AddAsked(const std::string& id, std::vector<const Abi*>& abis,
              Diagnostics& findings) {
  const Abi* abi = FindAbiById(id);
  if (abi != nullptr && abi->has_table) {
    abis.push_back(abi);
    return;
  }
  findings.push_back({Severity::kError,
                      "unknown-abi",
                      {},
                      absl::StrCat("cannot compile for the ABI \"", id,
                                   "\": its system call numbers are not in "
                                   "the tables")});
}

// The native one first, the others in the order of the tables.
void Order(const Abi& native, std::vector<const Abi*>& abis) {
  const auto all = AllAbis();
  const auto rank = [&](const Abi* abi) {
    if (abi == &native) return all.begin();
    return std::find(all.begin(), all.end(), abi) + 1;
  };
  std::sort(abis.begin(), abis.end(),
            [&](const Abi* a, const Abi* b) { return rank(a) < rank(b); });
  abis.erase(std::unique(abis.begin(), abis.end()), abis.end());
}

}  // namespace

std::vector<const Abi*> SelectAbis(const Profile& profile, const Target& target,
                                   const Abi& native, Diagnostics& findings) {
  std::vector<const Abi*> abis;
  if (target.abis.has_value()) {
    for (const std::string& id : *target.abis) AddAsked(id, abis, findings);
    Order(native, abis);
    return abis;
  }
  AddAsked(std::string(native.id), abis, findings);
  for (const At<std::string>& listed : profile.architectures) {
    AddListed(listed, native, abis, findings);
  }
  if (profile.architectures.empty() && profile.dialect != Dialect::kOci) {
    const auto row = std::find_if(
        profile.arch_map.begin(), profile.arch_map.end(),
        [&](const ArchMapRow& r) { return r.architecture.value == native.id; });
    if (row != profile.arch_map.end()) {
      for (const At<std::string>& listed : row->sub_architectures) {
        AddListed(listed, native, abis, findings);
      }
    }
  }
  Order(native, abis);
  return abis;
}

}  // namespace scbpf
