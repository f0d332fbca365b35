// Many threads use the C API at once, and all get the same bytes. Built with
// the preset tsan it also shows that they do not race.
#include <linux/filter.h>

#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "scbpf/scbpf.h"

namespace {

constexpr size_t kThreads = 8;
constexpr int kRounds = 125;

std::string BytesOf(const scbpf_filter* filter) {
  size_t count = 0;
  const sock_filter* code = scbpf_filter_instructions(filter, &count);
  return {reinterpret_cast<const char*>(code), count * sizeof *code};
}

std::string Compile(const scbpf_target* target, const std::string& profile) {
  scbpf_filter* filter = nullptr;
  if (scbpf_compile(profile.data(), profile.size(), target, &filter, nullptr) !=
      SCBPF_OK) {
    return {};
  }
  std::string bytes = BytesOf(filter);
  scbpf_filter_free(filter);
  return bytes;
}

// Whether the bytes can be loaded, are as they were, and are valid.
bool Loads(const std::string& bytes) {
  scbpf_filter* filter = nullptr;
  if (scbpf_load(bytes.data(), bytes.size(), &filter, nullptr) != SCBPF_OK) {
    return false;
  }
  size_t count = 0;
  const sock_filter* code = scbpf_filter_instructions(filter, &count);
  const bool same = BytesOf(filter) == bytes;
  const bool valid = scbpf_check(code, count, nullptr) == SCBPF_OK;
  scbpf_filter_free(filter);
  return same && valid;
}

// What is said of a profile that cannot be compiled.
std::string Complaint(const scbpf_target* target, const std::string& profile) {
  scbpf_filter* filter = nullptr;
  scbpf_error* error = nullptr;
  if (scbpf_compile(profile.data(), profile.size(), target, &filter, &error) !=
      SCBPF_INVALID) {
    return {};
  }
  std::string text = scbpf_error_text(error);
  scbpf_error_free(error);
  return text;
}

TEST(CApi, AThousandCompilesFromEightThreadsGiveTheSameBytes) {
  std::ifstream file(SCBPF_PROFILE, std::ios::binary);
  const std::string profile{std::istreambuf_iterator<char>(file), {}};
  const std::string broken = profile.substr(0, profile.size() / 2);
  scbpf_target* shared = scbpf_target_new("x86_64");
  // The first use of everything is the threads', too.
  std::vector<std::string> bytes(kThreads);
  std::vector<std::string> complaints(kThreads);
  std::vector<int> wrong(kThreads);
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      scbpf_target* own = scbpf_target_new("x86_64");
      bytes[i] = Compile(own, profile);
      complaints[i] = Complaint(own, broken);
      for (int round = 1; round < kRounds; ++round) {
        const scbpf_target* target = round % 2 == 0 ? own : shared;
        wrong[i] += Compile(target, profile) != bytes[i];
        if (round % 25 != 0) continue;
        wrong[i] += !Loads(bytes[i]);
        wrong[i] += Complaint(target, broken) != complaints[i];
      }
      scbpf_target_free(own);
    });
  }
  for (std::thread& thread : threads) thread.join();
  scbpf_target_free(shared);
  EXPECT_GT(bytes.front().size(), 800u);
  EXPECT_NE(complaints.front(), "");
  EXPECT_EQ(bytes, std::vector<std::string>(kThreads, bytes.front()));
  EXPECT_EQ(complaints, std::vector<std::string>(kThreads, complaints.front()));
  EXPECT_EQ(wrong, std::vector<int>(kThreads));
}

}  // namespace
