// Many threads compile at once, and all get the same bytes.
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "scbpf/scbpf.h"

namespace {

std::string Compile(const scbpf_target* target, const std::string& profile) {
  scbpf_filter* filter = nullptr;
  if (scbpf_compile(profile.data(), profile.size(), target, &filter, nullptr) !=
      SCBPF_OK) {
    return {};
  }
  size_t count = 0;
  const auto* code = scbpf_filter_instructions(filter, &count);
  std::string bytes(reinterpret_cast<const char*>(code), count * 8);
  scbpf_filter_free(filter);
  return bytes;
}

TEST(CApi, AThousandCompilesFromEightThreadsGiveTheSameBytes) {
  std::ifstream file(SCBPF_PROFILE, std::ios::binary);
  const std::string profile{std::istreambuf_iterator<char>(file), {}};
  scbpf_target* target = scbpf_target_new("x86_64");
  const std::string expected = Compile(target, profile);
  ASSERT_GT(expected.size(), 800u);
  std::vector<int> different(8);
  std::vector<std::thread> threads;
  for (int& count : different) {
    threads.emplace_back([&] {
      for (int i = 0; i < 125; ++i) {
        count += Compile(target, profile) != expected;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(different, std::vector<int>(8));
  scbpf_target_free(target);
}

}  // namespace
