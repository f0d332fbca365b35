// The three ABIs of one x86_64 process: what the filter sees of each is what
// Simulate is given.
#include <linux/audit.h>
#include <sys/syscall.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "bpf/simulate.h"
#include "scbpf/call.h"
#include "tests/kernel/answers.h"
#include "tests/kernel/child.h"

namespace scbpf {
namespace {

#ifdef __x86_64__

constexpr uint32_t kX32 = 0x40000000;

enum class Entry : uint8_t { kSyscall, kInt80 };

// A call by either entry; the kernel's own answer, -errno on failure. By
// int $0x80 whatever lies in the high halves of the registers goes along.
int64_t Enter(Entry entry, uint32_t nr, uint64_t a0) {
  int64_t result = nr;
  if (entry == Entry::kInt80) {
    asm volatile("int $0x80"
                 : "+a"(result)
                 : "b"(a0), "c"(0ul), "d"(0ul), "S"(0ul), "D"(0ul)
                 : "memory", "r8", "r9", "r10", "r11");
    return static_cast<int32_t>(result);
  }
  asm volatile("syscall"
               : "+a"(result)
               : "D"(a0), "S"(0ul), "d"(0ul)
               : "memory", "rcx", "r11");
  return result;
}

struct Row {
  Entry entry;
  uint32_t nr;
  uint64_t a0;
};

// getppid is 64 on x86, 110 on x86_64 and x32. Each ABI has its own answer;
// x86's depends on the low half of argument 0.
Program ThreeAbis() {
  using namespace op;
  return {
      Load(kArchOffset),
      JumpIf(kJeqK, AUDIT_ARCH_I386, 0, 5),
      Load(kNrOffset),
      JumpIf(kJeqK, 64, 0, 8),
      Load(kArgsOffset),
      JumpIf(kJeqK, 7, 0, 7),
      Return(Errno(107).raw),
      JumpIf(kJeqK, AUDIT_ARCH_X86_64, 0, 4),
      Load(kNrOffset),
      JumpIf(kJeqK, SYS_getppid, 4, 0),
      JumpIf(kJeqK, kX32 | SYS_getppid, 4, 0),
      JumpIf(kJgeK, kX32 | 0x3ff00000, 4, 0),
      Return(Allow().raw),
      Return(Errno(108).raw),
      Return(Errno(109).raw),
      Return(Errno(110).raw),
      Return(Errno(111).raw),
  };
}

const Row kRows[] = {
    {Entry::kSyscall, SYS_getppid, 0},
    {Entry::kSyscall, SYS_getpid, 0},
    {Entry::kSyscall, kX32 | SYS_getppid, 0},
    {Entry::kSyscall, kX32 | SYS_getpid, 0},  // ALLOW, ABI or not
    {Entry::kSyscall, 0x7fffffff, 0},
    {Entry::kInt80, 64, 7},
    {Entry::kInt80, 64, 0xabcd00000007},
    {Entry::kInt80, 64, 8},
    {Entry::kInt80, SYS_getppid, 0},  // x86's 110 is another call
    {Entry::kInt80, 20, 0},           // getpid
};

Call SeenByFilter(const Row& row) {
  Call call;
  call.nr = row.nr;
  call.arch = row.entry == Entry::kInt80 ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64;
  call.args[0] = row.a0;
  return call;
}

class AbisTest : public KernelTest {};

TEST_F(AbisTest, TheKernelAnswersAsSimulateDoes) {
  const ChildEnd emulation = RunInChild([](ChildReport&) {
    return Enter(Entry::kInt80, 20, 0) == getpid() ? 0 : 1;
  });
  if (emulation.status != 0) GTEST_SKIP() << "this kernel runs no x86 calls";

  const Filter filter = {ThreeAbis(), kFlagSpecAllow};
  const ChildEnd end = RunInChild([&](ChildReport& report) {
    if (!SetNoNewPrivs().ok() || !Install(filter).ok()) return 1;
    size_t i = 0;
    for (const Row& row : kRows) {
      report.values[i++] = Enter(row.entry, row.nr, row.a0);
    }
    return 0;
  });
  ASSERT_EQ(end.status, 0);
  std::set<uint32_t> answers;
  size_t i = 0;
  for (const Row& row : kRows) {
    const int64_t got = end.report.values[i++];
    const ReturnValue said = Simulate(filter.program, SeenByFilter(row));
    SCOPED_TRACE(absl::StrCat("nr 0x", absl::Hex(row.nr), " arg 0x",
                              absl::Hex(row.a0), " entry ",
                              static_cast<int>(row.entry)));
    answers.insert(said.raw);
    if (ActionOf(said) == Action::kErrno) {
      EXPECT_EQ(got, -int64_t{DataOf(said)});
    } else {
      // Passed on: the call's own answer, which is none of the filter's.
      EXPECT_EQ(said, Allow());
      EXPECT_TRUE(got > -107 || got < -111) << got;
    }
  }
  EXPECT_EQ(answers.size(), 6u);  // every RET of the filter took part
}

#endif  // __x86_64__

}  // namespace
}  // namespace scbpf
