// Random profiles as JSON text, each from its own seed.
#ifndef SCBPF_TESTS_DIFFERENTIAL_GENERATOR_H_
#define SCBPF_TESTS_DIFFERENTIAL_GENERATOR_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scbpf::differential {

// The syscall names whose numbers on x86_64, x86 and x32 libseccomp's tables
// and ours agree about, and those that they do not.
struct NameLists {
  std::vector<std::string_view> agreed;
  std::vector<std::string_view> disputed;  // newer than libseccomp, or wrong
};
const NameLists& Names();

// A profile for x86_64 and up to two more ABIs: mostly up to 8 entries on
// few names, values from small sets, so that rules overlap in every way; now
// and then many names or many values. The same seed
// gives the same text.
std::string GenerateProfile(uint64_t seed);

}  // namespace scbpf::differential

#endif  // SCBPF_TESTS_DIFFERENTIAL_GENERATOR_H_
