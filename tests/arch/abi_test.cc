// ABIs: their rows, every spelling, and which calls belong to which.
#include "arch/abi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "scbpf/target.h"

namespace scbpf {
namespace {

std::string IdOf(const Abi* abi) {
  return abi == nullptr ? "" : std::string(abi->id);
}

TEST(AllAbis, StartsWithThoseThatHaveTables) {
  const auto all = AllAbis();
  ASSERT_GE(all.size(), 30u);
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i]->has_table, i < 3) << all[i]->id;
    EXPECT_EQ(all[i]->column, i < 3 ? i : 0) << all[i]->id;
  }
}

TEST(AllAbis, HaveTheFieldsThatEveryAbiNeeds) {
  std::set<std::string_view> ids;
  for (const Abi* abi : AllAbis()) {
    EXPECT_TRUE(ids.insert(abi->id).second) << abi->id;
    EXPECT_TRUE(abi->audit_name.starts_with("AUDIT_ARCH_")) << abi->id;
    EXPECT_TRUE(abi->scmp_name.empty() ||
                abi->scmp_name.starts_with("SCMP_ARCH_"))
        << abi->id;
    EXPECT_NE(abi->audit_value, 0u) << abi->id;
    EXPECT_TRUE(abi->bits == 32 || abi->bits == 64) << abi->id;
    EXPECT_TRUE(abi->bits == 64 || !abi->compares_64_bits) << abi->id;
    EXPECT_EQ(abi->socketcall.has_value(), abi->ipc.has_value()) << abi->id;
    // __AUDIT_ARCH_64BIT; x32 and the n32 ABIs have pointers of 32 bits and
    // registers of 64.
    const bool wide_token = (abi->audit_value & 0x80000000u) != 0;
    EXPECT_TRUE(abi->bits == 32 || wide_token) << abi->id;
  }
}

TEST(AllAbis, RunOnlyWhatExists) {
  for (const Abi* native : AllAbis()) {
    std::string_view list = native->compat;
    while (!list.empty()) {
      const size_t end = std::min(list.find(';'), list.size());
      const Abi* const other = FindAbiById(list.substr(0, end));
      ASSERT_NE(other, nullptr) << native->id << ": " << list;
      EXPECT_EQ(other->big_endian, native->big_endian) << native->id;
      list.remove_prefix(std::min(end + 1, list.size()));
    }
  }
}

struct Spelling {
  const char* text;
  const char* id;
};

TEST(FindAbi, KnowsEverySpelling) {
  const Spelling kSpellings[] = {
      {"x86_64", "x86_64"},
      {"X86_64", "x86_64"},
      {"amd64", "x86_64"},
      {"AMD64", "x86_64"},
      {"SCMP_ARCH_X86_64", "x86_64"},
      {"scmp_arch_x86_64", "x86_64"},
      {"AUDIT_ARCH_X86_64", "x86_64"},
      {"c000003e", "x86_64"},
      {"0xC000003E", "x86_64"},
      {"x86", "x86"},
      {"386", "x86"},
      {"i386", "x86"},
      {"i686", "x86"},
      {"AUDIT_ARCH_I386", "x86"},
      {"40000003", "x86"},
      {"x32", "x32"},
      {"amd64p32", "x32"},
      {"SCMP_ARCH_X32", "x32"},
      {"arm64", "aarch64"},
      {"aarch64", "aarch64"},
      {"SCMP_ARCH_AARCH64", "aarch64"},
      {"armv7l", "arm"},
      {"loong64", "loongarch64"},
      {"s390x", "s390x"},
      {"mips", "mips"},
      {"riscv64", "riscv64"},
      {"", ""},
      {";", ""},
      {"-", ""},
      {"0x", ""},
      {"x86-64", ""},
      {"SCMP_ARCH_", ""},
      {"i386;i486", ""},
      {"c000003e0", ""},
      {"c0000000", ""},
  };
  for (const Spelling& spelling : kSpellings) {
    EXPECT_EQ(IdOf(FindAbi(spelling.text)), spelling.id) << spelling.text;
  }
}

TEST(FindAbi, FindsEachAbiByItsOwnNames) {
  for (const Abi* abi : AllAbis()) {
    EXPECT_EQ(FindAbi(abi->id), abi);
    EXPECT_EQ(FindAbiById(abi->id), abi);
    if (abi->scmp_name.empty()) continue;
    EXPECT_EQ(FindAbi(abi->scmp_name), abi);
    EXPECT_EQ(FindAbiByScmpName(abi->scmp_name), abi);
  }
}

TEST(FindAbi, ByOneFieldIsExact) {
  EXPECT_EQ(FindAbiById("amd64"), nullptr);
  EXPECT_EQ(FindAbiById("X86"), nullptr);
  EXPECT_EQ(FindAbiById(""), nullptr);
  EXPECT_EQ(FindAbiByScmpName("scmp_arch_x86"), nullptr);
  EXPECT_EQ(FindAbiByScmpName("x86"), nullptr);
  // csky has no SCMP_ARCH_ name, which is not a name.
  EXPECT_EQ(FindAbiByScmpName(""), nullptr);
}

TEST(AbiOfCall, SeesX32InBit30) {
  EXPECT_EQ(IdOf(AbiOfCall(0xc000003e, 0)), "x86_64");
  EXPECT_EQ(IdOf(AbiOfCall(0xc000003e, 0x3fffffff)), "x86_64");
  EXPECT_EQ(IdOf(AbiOfCall(0xc000003e, 0x40000000)), "x32");
  EXPECT_EQ(IdOf(AbiOfCall(0xc000003e, 0xffffffff)), "x32");
  EXPECT_EQ(IdOf(AbiOfCall(0x40000003, 0x40000000)), "x86");
  EXPECT_EQ(IdOf(AbiOfCall(0xc00000b7, 1)), "aarch64");
  EXPECT_EQ(IdOf(AbiOfCall(0x00000008, 1)), "mips");
  EXPECT_EQ(IdOf(AbiOfCall(0, 1)), "");
}

struct Pair {
  const char* abi;
  const char* native;
  bool can;
};

TEST(CanOccur, IsWhatTheNativeKernelRuns) {
  const Pair kPairs[] = {
      {"x86_64", "x86_64", true},    {"x86", "x86_64", true},
      {"x32", "x86_64", true},       {"x86_64", "x86", false},
      {"x86", "x86", true},          {"x32", "x86", false},
      {"x86_64", "x32", true},       {"arm", "aarch64", true},
      {"aarch64", "arm", false},     {"aarch64", "x86_64", false},
      {"arm", "x86_64", false},      {"s390", "s390x", true},
      {"mips64n32", "mips64", true}, {"mipsel", "mips64", false},
  };
  for (const Pair& pair : kPairs) {
    EXPECT_EQ(CanOccur(*FindAbiById(pair.abi), *FindAbiById(pair.native)),
              pair.can)
        << pair.abi << " on " << pair.native;
  }
}

TEST(DockerCapabilities, AreTheFourteen) {
  EXPECT_THAT(DockerCapabilities(),
              testing::ElementsAre(
                  "CAP_AUDIT_WRITE", "CAP_CHOWN", "CAP_DAC_OVERRIDE",
                  "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_MKNOD",
                  "CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SETFCAP",
                  "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT"));
}

}  // namespace
}  // namespace scbpf
