// Profiles in a line: see the header.
#include "tests/compiler/shorthand.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "arch/abi.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

std::string Strip(std::string text) {
  std::erase(text, ' ');
  return text;
}

// "E38" -> "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38".
std::string ActionMembers(const std::string& action, const char* action_key,
                          const char* data_key) {
  static const std::map<char, const char*> kNames = {
      {'A', "ALLOW"},        {'L', "LOG"},   {'K', "KILL_THREAD"},
      {'P', "KILL_PROCESS"}, {'T', "TRAP"},  {'N', "NOTIFY"},
      {'E', "ERRNO"},        {'R', "TRACE"},
  };
  std::string out = absl::StrCat("\"", action_key, "\":\"SCMP_ACT_",
                                 kNames.at(action.at(0)), "\"");
  if (action.size() > 1) {
    absl::StrAppend(&out, ",\"", data_key, "\":", action.substr(1));
  }
  return out;
}

uint64_t Value(const std::string& text) {
  return std::stoull(text, nullptr, 0);
}

// "0&0xf==9" or "2>=5".
std::string ArgObject(const std::string& text) {
  const uint64_t index = Value(text.substr(0, 1));
  if (text.at(1) == '&') {
    const size_t equal = text.find("==");
    return absl::StrCat("{\"index\":", index,
                        ",\"value\":", Value(text.substr(2, equal - 2)),
                        ",\"valueTwo\":", Value(text.substr(equal + 2)),
                        ",\"op\":\"SCMP_CMP_MASKED_EQ\"}");
  }
  static const std::vector<std::pair<const char*, const char*>> kOps = {
      {"==", "EQ"}, {"!=", "NE"}, {"<=", "LE"},
      {">=", "GE"}, {"<", "LT"},  {">", "GT"},
  };
  for (const auto& [symbol, name] : kOps) {
    const size_t length = std::string(symbol).size();
    if (text.substr(1, length) != symbol) continue;
    return absl::StrCat("{\"index\":", index,
                        ",\"value\":", Value(text.substr(1 + length)),
                        ",\"op\":\"SCMP_CMP_", name, "\"}");
  }
  ADD_FAILURE() << "no operator in " << text;
  return {};
}

// "socket,bind A[0<38]".
std::string EntryObject(const std::string& part) {
  const size_t blank = part.find(' ');
  std::string rest = Strip(part.substr(blank));
  std::string args;
  const size_t bracket = rest.find('[');
  if (bracket != std::string::npos) {
    std::vector<std::string> objects;
    const std::string inside =
        rest.substr(bracket + 1, rest.size() - bracket - 2);
    for (const auto& arg : absl::StrSplit(inside, ',')) {
      objects.push_back(ArgObject(std::string(arg)));
    }
    args = absl::StrCat(",\"args\":[", absl::StrJoin(objects, ","), "]");
    rest.resize(bracket);
  }
  const std::vector<std::string> names =
      absl::StrSplit(part.substr(0, blank), ',');
  return absl::StrCat("{\"names\":[\"", absl::StrJoin(names, "\",\""), "\"],",
                      ActionMembers(rest, "action", "errnoRet"), args, "}");
}

}  // namespace

std::string ProfileText(std::string_view shorthand) {
  if (shorthand.substr(0, 1) == "{") return std::string(shorthand);
  std::vector<std::string> parts = absl::StrSplit(std::string(shorthand), "; ");
  const std::vector<std::string> head = absl::StrSplit(Strip(parts[0]), '@');
  std::string out =
      "{" + ActionMembers(head[0], "defaultAction", "defaultErrnoRet");
  if (head.size() > 1) {
    std::vector<std::string> names;
    for (const auto& id : absl::StrSplit(head[1], ',')) {
      const Abi* abi = FindAbiById(std::string(id));
      names.push_back(absl::StrCat("\"", std::string(abi->scmp_name), "\""));
    }
    absl::StrAppend(&out, ",\"architectures\":[", absl::StrJoin(names, ","),
                    "]");
  }
  std::vector<std::string> entries;
  for (size_t i = 1; i < parts.size(); ++i) {
    entries.push_back(EntryObject(parts[i]));
  }
  return absl::StrCat(out, ",\"syscalls\":[", absl::StrJoin(entries, ",\n"),
                      "]}");
}

Target PlainTarget() {
  Target target;
  target.capabilities = DockerCapabilities();
  target.kernel = {5, 15};
  return target;
}

void FindMeaning(std::string_view shorthand, const Target& target,
                 Meaning& meaning) {
  meaning.text = ProfileText(shorthand);
  Diagnostics reading;
  std::optional<Profile> profile =
      ParseProfile(meaning.text, target.dialect, reading);
  ASSERT_TRUE(profile.has_value())
      << meaning.text << "\n"
      << FormatDiagnostics(meaning.text, reading, {});
  meaning.profile = *std::move(profile);
  meaning.rules = Resolve(meaning.profile, target, meaning.findings);
  WarnOfRules(meaning.profile, meaning.rules, target, meaning.findings);
  meaning.policy = BuildPolicy(meaning.rules);
}

Call MakeCall(std::string_view abi, std::string_view name,
              const std::vector<uint64_t>& args) {
  const Abi* found = FindAbiById(abi);
  Call call;
  call.arch = found->audit_value;
  if (name[0] >= '0' && name[0] <= '9') {
    call.nr = static_cast<uint32_t>(Value(std::string(name)));
  } else {
    const std::optional<uint32_t> nr = NumberOf(*found, name);
    EXPECT_TRUE(nr.has_value()) << abi << " has no " << name;
    call.nr = nr.value_or(0);
  }
  std::copy(args.begin(), args.end(), call.args.begin());
  return call;
}

}  // namespace scbpf
