// Writes reports of why as JSON.
#include "cli/why_json.h"

#include <map>
#include <vector>

#include "cli/json_text.h"
#include "compiler/locate.h"
#include "syscall-tables/names.h"
#include "workflow/edit_profile.h"
#include "workflow/fall_backs.h"

namespace scbpf::cli {
namespace {

// Where all that a report names stands, found in one pass over the text.
class Places {
 public:
  Places(const std::string& text, const WhyReport& report) {
    for (const CallWay& way : report.answer.ways) {
      AddAll(way.answers);
      AddAll(way.near);
    }
    AddAll(report.answer.dropped);
    if (report.edit.has_value()) AddAll(report.edit->steps);
    LocateAll(text, places_);
  }

  // Members of an object; "": there is no such place.
  std::string Members(SourceSpan at) const {
    const auto found = places_.find(at.offset);
    if (at.length == 0 || found == places_.end()) return "";
    const Location& place = found->second;
    return ", \"line\": " + std::to_string(place.line) +
           ", \"column\": " + std::to_string(place.column) +
           ", \"pointer\": " + JsonString(place.pointer);
  }

 private:
  template <typename List>
  void AddAll(const List& list) {
    for (const auto& item : list) {
      if (item.at.length > 0) places_[item.at.offset];
    }
  }

  std::map<uint32_t, Location> places_;  // by offset
};

const char* ByName(AnswerBy by) {
  switch (by) {
    case AnswerBy::kRule:
      return "rule";
    case AnswerBy::kDefaultAction:
      return "defaultAction";
    case AnswerBy::kBadArch:
      return "bad-arch";
    case AnswerBy::kUnknownSyscall:
      return "unknown syscall";
  }
  return "";
}

// The objects that `write` makes of a list, as an array.
template <typename List, typename Write>
std::string Array(const List& list, const Write& write) {
  std::string text = "[";
  for (const auto& item : list) {
    if (text.size() > 1) text += ", ";
    text += "{" + write(item) + "}";
  }
  return text + "]";
}

std::string Way(const Places& places, const CallWay& way) {
  const auto answer = [&](const PossibleAnswer& one) {
    return "\"result\": " + JsonString(FormatReturnValue(one.result)) +
           ", \"when\": " + JsonString(one.when) + ", \"by\": \"" +
           ByName(one.by) + "\"" + places.Members(one.at);
  };
  const auto near = [&](const NearRule& one) {
    return "\"result\": " + JsonString(FormatReturnValue(one.result)) +
           ", \"wants\": " + JsonString(one.wants) +
           ", \"has\": " + JsonString(one.has) + places.Members(one.at);
  };
  return "\"abi\": " + JsonString(way.abi->id) +
         ", \"nr\": " + std::to_string(way.nr) +
         ", \"through\": " + JsonString(way.through) +
         ", \"answers\": " + Array(way.answers, answer) +
         ", \"near\": " + Array(way.near, near);
}

std::string FallBackOf(std::string_view name) {
  const FallBack* fall_back = FindFallBack(name);
  if (fall_back == nullptr) return "null";
  return std::string("{\"to\": ") + JsonString(fall_back->to) + ", \"on\": " +
         (fall_back->on == FallBackOn::kEnosys ? "\"ENOSYS\"" : "\"any\"") +
         ", \"who\": " + JsonString(fall_back->who) + "}";
}

std::string Edit(const std::string& text, const Places& places,
                 const WhyReport& report, const std::string& file) {
  if (!report.edit.has_value()) return "null";
  const auto step = [&](const EditStep& one) {
    return "\"text\": " + JsonString(one.text) + places.Members(one.at);
  };
  return "{\"steps\": " + Array(report.edit->steps, step) +
         ", \"notes\": " + JsonStrings(report.edit->notes) + ", \"diff\": " +
         JsonString(UnifiedDiff(text, report.edit->text, file)) + "}";
}

}  // namespace

std::string JsonWhyMembers(const AskedProfile& profile, const WhyReport& report,
                           const std::string& file) {
  const CallAnswer& answer = report.answer;
  const Places places(profile.text, report);
  const auto dropped = [&](const DroppedEntry& one) {
    return "\"result\": " + JsonString(FormatReturnValue(one.result)) +
           ", \"why\": " + JsonString(one.why) + places.Members(one.at);
  };
  std::vector<std::string> runtimes;
  for (const RuntimeUse& use : report.runtimes) runtimes.push_back(use.runtime);
  std::string text = "\"call\": " + JsonString(FormatCallPattern(answer.call)) +
                     ", \"name\": " + JsonString(answer.name) +
                     ", \"permitted\": ";
  text += report.permitted ? "true" : "false";
  text += ",\n   \"ways\": [";
  for (size_t i = 0; i < answer.ways.size(); ++i) {
    text += i == 0 ? "\n    {" : ",\n    {";
    text += Way(places, answer.ways[i]) + "}";
  }
  return text + "],\n   \"without\": " + JsonStrings(answer.without) +
         ", \"dropped\": " + Array(answer.dropped, dropped) +
         ", \"sees\": " + JsonStrings(report.sees) +
         ", \"fall_back\": " + FallBackOf(answer.name) +
         ", \"runtimes\": " + JsonStrings(runtimes) +
         ",\n   \"edit\": " + Edit(profile.text, places, report, file);
}

}  // namespace scbpf::cli
