// GroupNames: fewest entries, first come first.
#include "workflow/group_names.h"

#include <gtest/gtest.h>

namespace scbpf {
namespace {

ProfileArg Equals(uint32_t index, uint64_t value) {
  ProfileArg arg;
  arg.index.value = index;
  arg.value.value = value;
  return arg;
}

TEST(GroupNames, NamesWithEqualAnswersAndConditionsShareAnEntry) {
  const std::vector<ProfileEntry> entries =
      GroupNames({{"read", Action::kAllow, std::nullopt, {}},
                  {"socket", Action::kAllow, std::nullopt, {Equals(0, 2)}},
                  {"write", Action::kAllow, std::nullopt, {}},
                  {"socket", Action::kAllow, std::nullopt, {Equals(0, 3)}},
                  {"clone", Action::kErrno, uint16_t{38}, {}},
                  {"bind", Action::kErrno, uint16_t{1}, {}},
                  {"clone3", Action::kErrno, uint16_t{38}, {}},
                  {"read", Action::kAllow, std::nullopt, {}}});
  std::string text;
  for (const ProfileEntry& entry : entries) {
    for (const At<std::string>& name : entry.names) text += name.value + " ";
    text += entry.errno_ret ? std::to_string(entry.errno_ret->value) : "-";
    text += " " + std::to_string(entry.args.size()) + "\n";
  }
  EXPECT_EQ(text,
            "read write - 0\n"
            "socket - 1\n"
            "socket - 1\n"
            "clone clone3 38 0\n"
            "bind 1 0\n");
}

}  // namespace
}  // namespace scbpf
