// Names and numbers of system calls.
#include "syscall-tables/syscalls.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace scbpf {
namespace {

const Abi& Find(std::string_view id) { return *FindAbiById(id); }

struct Known {
  const char* abi;
  const char* name;
  int64_t number;  // -1: none
};

TEST(NumberOf, KnowsEachAbisOwn) {
  const Known kKnown[] = {
      {"x86_64", "read", 0},
      {"x86", "read", 3},
      {"x32", "read", 0x40000000},
      {"x86_64", "execve", 59},
      {"x86", "execve", 11},
      {"x32", "execve", 0x40000208},
      {"x86_64", "socketcall", -1},
      {"x86", "socketcall", 102},
      {"x86", "ipc", 117},
      {"x86", "accept", -1},
      {"x86", "accept4", 364},
      {"x86", "semop", -1},
      {"x86", "msgctl", 402},
      {"x86_64", "semop", 65},
      {"x86_64", "set_tls", -1},
      {"x86_64", "nosuch", -1},
      {"x86_64", "", -1},
      {"x86_64", "READ", -1},
      {"x86", "clock_gettime64", 403},
      {"x86_64", "clock_gettime64", -1},
      {"x86_64", "openat2", 437},
      {"x32", "ioctl", 0x40000202},
      {"aarch64", "read", -1},
  };
  for (const Known& known : kKnown) {
    const auto number = NumberOf(Find(known.abi), known.name);
    EXPECT_EQ(number ? int64_t{*number} : -1, known.number)
        << known.abi << " " << known.name;
  }
}

class EachAbi : public testing::TestWithParam<const char*> {};

TEST_P(EachAbi, GoesFromNameToNumberAndBack) {
  const Abi& abi = Find(GetParam());
  const auto numbers = NumbersOf(abi);
  ASSERT_GT(numbers.size(), 350u);
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  EXPECT_GE(numbers.front(), abi.nr_base);
  for (const uint32_t number : numbers) {
    const std::string_view name = NameOf(abi, number);
    EXPECT_FALSE(name.empty()) << number;
    EXPECT_EQ(NumberOf(abi, name), number) << name;
  }
  size_t named = 0;
  for (const std::string_view name : AllSyscallNames()) {
    const auto number = NumberOf(abi, name);
    if (!number) continue;
    ++named;
    EXPECT_EQ(NameOf(abi, *number), name);
  }
  EXPECT_EQ(named, numbers.size());
}

TEST_P(EachAbi, HasNoNameForOtherNumbers) {
  const Abi& abi = Find(GetParam());
  EXPECT_EQ(NameOf(abi, abi.nr_base + 4095), "");
  EXPECT_EQ(NameOf(abi, 0xffffffff), "");
  EXPECT_EQ(NameOf(abi, abi.nr_base ^ 0x40000000), "");
}

INSTANTIATE_TEST_SUITE_P(All, EachAbi, testing::Values("x86_64", "x86", "x32"));

TEST(NumbersOf, AreNoneWithoutATable) {
  EXPECT_TRUE(NumbersOf(Find("aarch64")).empty());
  EXPECT_EQ(NameOf(Find("aarch64"), 0), "");
}

TEST(FindSyscall, FindsEveryNameAtItsPlace) {
  const auto names = AllSyscallNames();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  for (size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(FindSyscall(names[i]), i) << names[i];
  }
  EXPECT_EQ(FindSyscall("nosuch"), std::nullopt);
  EXPECT_EQ(NumberAt(Find("x86_64"), names.size()), std::nullopt);
}

TEST(IsSyscallName, KnowsOtherAbisAndMultiplexedCalls) {
  for (const char* name : {"read", "accept", "send", "recv", "semop",
                           "semtimedop", "set_tls", "breakpoint", "cacheflush",
                           "s390_pci_mmio_read", "riscv_flush_icache"}) {
    EXPECT_TRUE(IsSyscallName(name)) << name;
  }
  for (const char* name : {"", "nosuch", "Read", "read ", "fopen"}) {
    EXPECT_FALSE(IsSyscallName(name)) << name;
  }
}

struct Arrival {
  const char* abi;
  const char* name;
  KernelVersion since;  // {}: none
};

TEST(Since, IsTheAbisOwn) {
  const Arrival kArrivals[] = {
      {"x86_64", "openat2", {5, 6}}, {"x86_64", "clone3", {5, 3}},
      {"x86", "accept4", {4, 3}},    {"x86_64", "accept4", {2, 6}},
      {"x86", "msgctl", {5, 1}},     {"x86_64", "msgctl", {2, 0}},
      {"x86_64", "socketcall", {}},  {"x86_64", "tuxcall", {}},
      {"x86_64", "nosuch", {}},      {"aarch64", "read", {}},
  };
  for (const Arrival& arrival : kArrivals) {
    EXPECT_EQ(Since(Find(arrival.abi), arrival.name).value_or(KernelVersion{}),
              arrival.since)
        << arrival.abi << " " << arrival.name;
  }
}

TEST(Since, IsNeverPastTheNewestKernel) {
  for (const std::string_view name : AllSyscallNames()) {
    EXPECT_LE(Since(Find("x86_64"), name).value_or(KernelVersion{}),
              NewestKernel())
        << name;
  }
}

TEST(FindMultiplexed, KnowsSocketcallAndIpc) {
  struct Row {
    const char* name;
    bool is_ipc;
    uint32_t call;
  };
  const Row kRows[] = {
      {"socket", false, 1},      {"bind", false, 2},
      {"connect", false, 3},     {"listen", false, 4},
      {"accept", false, 5},      {"getsockname", false, 6},
      {"getpeername", false, 7}, {"socketpair", false, 8},
      {"send", false, 9},        {"recv", false, 10},
      {"sendto", false, 11},     {"recvfrom", false, 12},
      {"shutdown", false, 13},   {"setsockopt", false, 14},
      {"getsockopt", false, 15}, {"sendmsg", false, 16},
      {"recvmsg", false, 17},    {"accept4", false, 18},
      {"recvmmsg", false, 19},   {"sendmmsg", false, 20},
      {"semop", true, 1},        {"semget", true, 2},
      {"semctl", true, 3},       {"semtimedop", true, 4},
      {"msgsnd", true, 11},      {"msgrcv", true, 12},
      {"msgget", true, 13},      {"msgctl", true, 14},
      {"shmat", true, 21},       {"shmdt", true, 22},
      {"shmget", true, 23},      {"shmctl", true, 24},
  };
  for (const Row& row : kRows) {
    const auto found = FindMultiplexed(row.name);
    ASSERT_TRUE(found) << row.name;
    EXPECT_EQ(found->is_ipc, row.is_ipc) << row.name;
    EXPECT_EQ(found->call, row.call) << row.name;
  }
  size_t all = 0;
  for (const std::string_view name : AllSyscallNames()) {
    all += FindMultiplexed(name).has_value();
  }
  EXPECT_EQ(all, std::size(kRows));
  EXPECT_FALSE(FindMultiplexed("nosuch"));
}

TEST(DescribeNumber, SaysTheAbiWhereItMust) {
  EXPECT_EQ(DescribeNumber(Find("x86_64"), 3), "close");
  EXPECT_EQ(DescribeNumber(Find("x86_64"), 500), "500");
  EXPECT_EQ(DescribeNumber(Find("x86_64"), 0x40000000), "1073741824");
  EXPECT_EQ(DescribeNumber(Find("x86"), 3), "read");
  EXPECT_EQ(DescribeNumber(Find("x32"), 0x40000000), "x32 read");
  EXPECT_EQ(DescribeNumber(Find("x32"), 0x400001f4), "x32 500");
  EXPECT_EQ(DescribeNumber(Find("x32"), 0xffffffff), "4294967295");
  EXPECT_EQ(DescribeNumber(Find("mips"), 4001), "4001");
}

}  // namespace
}  // namespace scbpf
