// TellDifference: regions in the words of a profile.
#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "arch/abi.h"
#include "bpf/text.h"
#include "scbpf/prove.h"
#include "syscall-tables/syscalls.h"
#include "syscall-tables/words.h"

namespace scbpf {
namespace {

constexpr uint32_t kMax = std::numeric_limits<uint32_t>::max();

// What is told of one syscall, or of a range of numbers, on one ABI.
struct Saying {
  std::string syscall;
  std::string when;
  bool partial;
  ReturnValue a, b;
  Call witness;
};

std::string Describe(const Conjunction& all_of, std::string_view syscall,
                     bool compares_64_bits) {
  std::string text;
  for (const ArgCondition& condition : all_of) {
    if (!text.empty()) text += " && ";
    text += FormatCondition(syscall, condition, compares_64_bits);
  }
  return text;
}

std::string DescribeWhen(const Region& region, std::string_view syscall,
                         bool compares_64_bits) {
  std::string text;
  for (const Conjunction& all_of : region.any_of) {
    if (all_of.empty()) continue;
    if (!text.empty()) text += " || ";
    const bool brackets = region.any_of.size() > 1 && all_of.size() > 1;
    if (brackets) text += '(';
    text += Describe(all_of, syscall, compares_64_bits);
    if (brackets) text += ')';
  }
  if (!region.partial) return text;
  return text.empty() ? "..." : text + " || ...";
}

std::string NumberRange(uint32_t first, uint32_t last) {
  std::string text = std::to_string(first);
  if (first == last) return text;
  return text.append("..").append(std::to_string(last));
}

// Gathers sayings; those that differ alike become one row.
class Teller {
 public:
  void AddRegion(const Region& region);
  std::vector<DifferenceRow> Rows() const;

 private:
  void AddNumbers(const Region& region, const Abi* abi, uint32_t first,
                  uint32_t last);
  void Say(const Region& region, const std::string& abi, std::string syscall,
           bool compares_64_bits, bool named, uint32_t witness_nr);

  struct Heard {
    Saying saying;
    std::vector<std::string> abis;
  };
  std::vector<Heard> heard_;
  std::map<std::tuple<std::string, std::string, uint32_t, uint32_t>, size_t>
      index_;
};

void Teller::Say(const Region& region, const std::string& abi,
                 std::string syscall, bool compares_64_bits, bool named,
                 uint32_t witness_nr) {
  Saying saying{std::move(syscall), {},       region.partial,
                region.a,           region.b, region.witness};
  saying.when =
      DescribeWhen(region, named ? saying.syscall : "", compares_64_bits);
  saying.witness.nr = witness_nr;
  const auto [entry, added] = index_.try_emplace(
      {saying.syscall, saying.when, saying.a.raw, saying.b.raw}, heard_.size());
  if (added) heard_.push_back({std::move(saying), {}});
  std::vector<std::string>& abis = heard_[entry->second].abis;
  if (std::find(abis.begin(), abis.end(), abi) == abis.end()) {
    abis.push_back(abi);
  }
}

void Teller::AddNumbers(const Region& region, const Abi* abi, uint32_t first,
                        uint32_t last) {
  const std::string id =
      abi != nullptr ? std::string(abi->id) : Hex(region.arch);
  const bool full = abi == nullptr || abi->compares_64_bits;
  const auto say_range = [&](uint64_t from, uint64_t to) {
    if (from > to) return;
    Say(region, id,
        NumberRange(static_cast<uint32_t>(from), static_cast<uint32_t>(to)),
        full, false, static_cast<uint32_t>(from));
  };
  // Every number of the ABI alike: no list of all its calls.
  const bool everything = abi == nullptr || (first == 0 && last == kMax) ||
                          AbiOfCall(region.arch, first - 1) != abi;
  if (abi == nullptr ||
      (everything &&
       (last == kMax || AbiOfCall(region.arch, last + 1) != abi))) {
    say_range(first, last);
    return;
  }
  uint64_t next = first;
  for (const uint32_t nr : NumbersOf(*abi)) {
    if (nr < first) continue;
    if (nr > last) break;
    if (nr > next) say_range(next, uint64_t{nr} - 1);
    Say(region, id, std::string(NameOf(*abi, nr)), full, true, nr);
    next = uint64_t{nr} + 1;
  }
  say_range(next, last);
}

void Teller::AddRegion(const Region& region) {
  if (region.arch != region.arch_last) {
    const bool all = region.arch == 0 && region.arch_last == kMax;
    Say(region, all ? "all architectures" : "other architectures",
        NumberRange(region.first, region.last), true, false, region.first);
    return;
  }
  // No call has this number, nor has x32 where it is not selected.
  if (region.first == kMax) {
    AddNumbers(region, AbiOfCall(region.arch, 0), kMax, kMax);
    return;
  }
  // x32 shares its token with x86_64: cut where the ABI changes.
  constexpr uint32_t kCut = 0x40000000u;
  const Abi* low = AbiOfCall(region.arch, region.first);
  const Abi* high = AbiOfCall(region.arch, region.last);
  if (low == high) {
    AddNumbers(region, low, region.first, region.last);
    return;
  }
  AddNumbers(region, low, region.first, kCut - 1);
  AddNumbers(region, high, kCut, region.last);
}

std::vector<DifferenceRow> Teller::Rows() const {
  std::vector<DifferenceRow> rows;
  std::map<
      std::tuple<std::vector<std::string>, std::string, uint32_t, uint32_t>,
      size_t>
      index;
  for (const Heard& heard : heard_) {
    const Saying& saying = heard.saying;
    const auto [entry, added] = index.try_emplace(
        {heard.abis, saying.when, saying.a.raw, saying.b.raw}, rows.size());
    if (added) {
      DifferenceRow& row = rows.emplace_back();
      row.abis = heard.abis;
      row.when = saying.when;
      row.partial = saying.partial;
      row.a = saying.a;
      row.b = saying.b;
      row.witness = saying.witness;
    }
    rows[entry->second].syscalls.push_back(saying.syscall);
  }
  return rows;
}

}  // namespace

std::vector<DifferenceRow> TellDifference(const std::vector<Region>& regions) {
  Teller teller;
  for (const Region& region : regions) teller.AddRegion(region);
  return teller.Rows();
}

}  // namespace scbpf
