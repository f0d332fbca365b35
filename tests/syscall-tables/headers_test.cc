// The numbers against the kernel headers of the machine that builds.
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <map>
#include <string>

#include "arch/abi.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

#ifdef SCBPF_ASM_HEADERS
constexpr const char* kHeaders = SCBPF_ASM_HEADERS;
#else
constexpr const char* kHeaders = nullptr;
#endif

// Of lines "#define __NR_read 0" and "... (__X32_SYSCALL_BIT + 0)".
std::map<std::string, uint32_t> ReadHeader(const std::string& path) {
  const std::string kStart = "#define __NR_";
  const std::string kBit = "(__X32_SYSCALL_BIT + ";
  std::map<std::string, uint32_t> numbers;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(kStart)) continue;
    const size_t blank = line.find(' ', kStart.size());
    if (blank == std::string::npos) continue;
    std::string value = line.substr(blank + 1);
    uint32_t base = 0;
    if (value.starts_with(kBit)) {
      value = value.substr(kBit.size());
      base = 0x40000000;
    }
    numbers[line.substr(kStart.size(), blank - kStart.size())] =
        base + static_cast<uint32_t>(std::stoul(value));
  }
  return numbers;
}

class Headers
    : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(Headers, Agree) {
  if (kHeaders == nullptr) GTEST_SKIP() << "no asm/unistd_64.h here";
  const auto [id, file] = GetParam();
  const auto numbers = ReadHeader(std::string(kHeaders) + file);
  if (numbers.empty()) GTEST_SKIP() << "no " << file << " here";
  ASSERT_GT(numbers.size(), 300u);
  const Abi& abi = *FindAbiById(id);
  uint32_t greatest = 0;
  for (const auto& [name, number] : numbers) {
    EXPECT_EQ(NumberOf(abi, name), number) << name;
    greatest = std::max(greatest, number);
  }
  // And the other way round, as far as this kernel's headers go. Numbers that
  // are reserved without a call are not in every header.
  for (const uint32_t number : NumbersOf(abi)) {
    const std::string name(NameOf(abi, number));
    if (number > greatest || !Since(abi, name)) continue;
    if (*Since(abi, name) >= KernelVersion{4, 19}) continue;
    EXPECT_TRUE(numbers.contains(name)) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Headers,
                         testing::Values(std::pair("x86_64", "unistd_64.h"),
                                         std::pair("x86", "unistd_32.h"),
                                         std::pair("x32", "unistd_x32.h")),
                         [](const auto& param) {
                           return std::string(param.param.first);
                         });

}  // namespace
}  // namespace scbpf
