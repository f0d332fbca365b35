// Names of argument values, both ways, and prototypes.
#include <gtest/gtest.h>

#include <string>

#include "syscall-tables/names.h"
#include "syscall-tables/syscalls.h"

namespace scbpf {
namespace {

struct Named {
  const char* syscall;
  int arg;
  uint64_t value;
  const char* name;
};

TEST(ConstantName, IsThatOfTheArgument) {
  const Named kNamed[] = {
      {"socket", 0, 40, "AF_VSOCK"},
      {"socket", 0, 1, "AF_UNIX"},
      {"socket", 0, 0, "AF_UNSPEC"},
      {"socket", 0, 999, ""},
      {"socket", 0, 0x100000028, ""},
      {"socket", 1, 1, "SOCK_STREAM"},
      {"socket", 1, 0x80001, "SOCK_STREAM|SOCK_CLOEXEC"},
      {"socket", 1, 0x80000, "SOCK_CLOEXEC"},
      // The protocol's name depends on the family.
      {"socket", 2, 9, ""},
      {"clone", 0, 0x10000000, "CLONE_NEWUSER"},
      {"clone", 0, 0x10020000, "CLONE_NEWNS|CLONE_NEWUSER"},
      {"clone", 0, 0x1200011,
       "SIGCHLD|CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID"},
      {"clone", 0, 0x10000001, ""},
      {"clone", 0, 0, ""},
      {"personality", 0, 0, "PER_LINUX"},
      {"personality", 0, 8, "PER_LINUX32"},
      {"personality", 0, 0x20000, "UNAME26"},
      {"personality", 0, 0x20008, "PER_LINUX32|UNAME26"},
      {"personality", 0, 0xffffffff, ""},
      {"mmap", 2, 0, "PROT_NONE"},
      {"mmap", 2, 5, "PROT_EXEC|PROT_READ"},
      {"mmap", 3, 0x22, "MAP_ANONYMOUS|MAP_PRIVATE"},
      {"open", 1, 0, "O_RDONLY"},
      {"openat", 2, 0x410002, "O_TMPFILE|O_RDWR"},
      {"openat", 0, 0xffffff9c, "AT_FDCWD"},
      {"ioctl", 1, 0x5412, "TIOCSTI"},
      {"ioctl", 0, 0x5412, ""},
      {"prctl", 0, 38, "PR_SET_NO_NEW_PRIVS"},
      {"futex", 1, 0x80, "FUTEX_PRIVATE_FLAG"},
      {"futex", 1, 0x81, "FUTEX_WAKE|FUTEX_PRIVATE_FLAG"},
      {"unlinkat", 2, 512, "AT_REMOVEDIR"},
      {"faccessat2", 3, 512, "AT_EACCESS"},
      {"shmctl", 1, 11, "SHM_LOCK"},
      {"msgctl", 1, 11, "MSG_STAT"},
      {"semctl", 2, 11, "GETPID"},
      {"kill", 1, 9, "SIGKILL"},
      {"keyctl", 0, 1, "KEYCTL_JOIN_SESSION_KEYRING"},
      {"bpf", 0, 5, "BPF_PROG_LOAD"},
      {"ptrace", 0, 16, "PTRACE_ATTACH"},
      {"nosuch", 0, 1, ""},
      {"socket", -1, 1, ""},
      {"socket", 6, 1, ""},
  };
  for (const Named& row : kNamed) {
    EXPECT_EQ(ConstantName(row.syscall, row.arg, row.value), row.name)
        << row.syscall << " argument " << row.arg << ", " << row.value;
  }
}

TEST(ConstantName, ReadsBackAsTheSameValue) {
  int named = 0;
  for (const std::string_view syscall : AllSyscallNames()) {
    for (int arg = 0; arg < 6; ++arg) {
      for (uint64_t bit = 0; bit < 64; ++bit) {
        for (const uint64_t value :
             {bit, uint64_t{1} << bit, (uint64_t{1} << bit) | 3}) {
          const std::string name = ConstantName(syscall, arg, value);
          if (name.empty()) continue;
          ++named;
          EXPECT_EQ(ParseArgument(name), value) << syscall << " " << name;
        }
      }
    }
  }
  EXPECT_GT(named, 1000);
}

struct Argument {
  const char* text;
  std::optional<uint64_t> value;
};

TEST(ParseArgument, ReadsNumbersAndNames) {
  const Argument kArguments[] = {
      {"0", 0},
      {"38", 38},
      {"0x26", 38},
      {"0XfF", 255},
      {"010", 10},
      {"18446744073709551615", ~uint64_t{0}},
      {"0xffffffffffffffff", ~uint64_t{0}},
      {"-1", ~uint64_t{0}},
      {"-100", uint64_t{0} - 100},
      {"-0x1", ~uint64_t{0}},
      {"-9223372036854775808", uint64_t{1} << 63},
      {"AF_INET", 2},
      {"AF_VSOCK", 40},
      {"CLONE_NEWUSER|CLONE_NEWNS", 0x10020000},
      {"CLONE_NEWUSER | 0x11", 0x10000011},
      {"TIOCSTI", 0x5412},
      {"", std::nullopt},
      {"|", std::nullopt},
      {"1|", std::nullopt},
      {"|1", std::nullopt},
      {"-", std::nullopt},
      {"--1", std::nullopt},
      {"+1", std::nullopt},
      {"0x", std::nullopt},
      {"1.5", std::nullopt},
      {"12a", std::nullopt},
      {"18446744073709551616", std::nullopt},
      {"-9223372036854775809", std::nullopt},
      {"af_inet", std::nullopt},
      {"AF_NOSUCH", std::nullopt},
  };
  for (const Argument& row : kArguments) {
    EXPECT_EQ(ParseArgument(row.text), row.value) << '"' << row.text << '"';
  }
}

TEST(PrototypeOf, NamesAndClassifiesArguments) {
  const auto socket = PrototypeOf("socket");
  ASSERT_EQ(socket.size(), 3u);
  EXPECT_EQ(socket[0].name, "family");
  EXPECT_EQ(socket[0].arg_class, ArgClass::kInt32);
  const auto clone = PrototypeOf("clone");
  ASSERT_EQ(clone.size(), 5u);
  EXPECT_EQ(clone[0].arg_class, ArgClass::kLong);
  EXPECT_EQ(clone[2].arg_class, ArgClass::kPointer);
  const auto openat = PrototypeOf("openat");
  ASSERT_EQ(openat.size(), 4u);
  EXPECT_EQ(openat[1].name, "filename");
  EXPECT_EQ(openat[1].arg_class, ArgClass::kPointer);
  EXPECT_EQ(openat[3].arg_class, ArgClass::kUint16);
  EXPECT_TRUE(PrototypeOf("getpid").empty());
  EXPECT_TRUE(PrototypeOf("tuxcall").empty());
  EXPECT_TRUE(PrototypeOf("nosuch").empty());
}

TEST(PrototypeOf, HasAtMostSixArgumentsOfKnownUse) {
  size_t known = 0;
  for (const std::string_view syscall : AllSyscallNames()) {
    const auto arguments = PrototypeOf(syscall);
    EXPECT_LE(arguments.size(), 6u) << syscall;
    known += !arguments.empty();
    for (const ArgPrototype& argument : arguments) {
      EXPECT_FALSE(argument.name.empty()) << syscall;
      EXPECT_NE(argument.arg_class, ArgClass::kUnknown) << syscall;
    }
  }
  EXPECT_GT(known, 400u);
}

}  // namespace
}  // namespace scbpf
