// Draws profiles whose rules meet: few names, few arguments, few values.
#include "tests/differential/generator.h"

#include <seccomp.h>

#include <array>
#include <iterator>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "arch/abi.h"
#include "syscall-tables/syscalls.h"
#include "tests/differential/description.h"

namespace scbpf::differential {
namespace {

// Of every kind: in all ABIs alike, with an own x32 number, multiplexed with
// and without a direct number, multiplexers, on one ABI only.
constexpr std::string_view kNotable[] = {
    "setuid",
    "setgid",
    "read",
    "personality",
    "socket",
    "bind",
    "accept",
    "accept4",
    "recv",
    "send",
    "sendmsg",
    "recvmmsg",
    "getsockopt",
    "socketcall",
    "ipc",
    "semop",
    "semget",
    "semtimedop",
    "msgctl",
    "shmat",
    "shmctl",
    "ioctl",
    "readv",
    "execve",
    "rt_sigaction",
    "waitpid",
    "socketcall",
    "arch_prctl",
    "open_by_handle_at",
    "mmap2",
    "clone",
    "clone3",
    "set_tls",
    "stime",
    "epoll_wait_old",
};

constexpr std::string_view kPlainActions[] = {
    "SCMP_ACT_ALLOW", "SCMP_ACT_LOG",          "SCMP_ACT_KILL",
    "SCMP_ACT_TRAP",  "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD",
    "SCMP_ACT_ERRNO", "SCMP_ACT_ERRNO",        "SCMP_ACT_TRACE",
    "SCMP_ACT_ALLOW", "SCMP_ACT_NOTIFY",
};

constexpr uint64_t kSmall[] = {0, 1, 2, 3, 4, 5, 0xff, 0x100};
constexpr uint64_t kWide[] = {
    0xffffffff,         0x100000000,        0x100000001, 0x100000003,
    0x200000000,        0x200000001,        0x1ffffffff, 0x8000000000000000,
    0xffffffffffffffff, 0xffffffff00000000, 0x80000000,  0x7fffffff,
};
constexpr uint64_t kMasks[] = {
    1,
    2,
    3,
    7,
    0xff,
    0xf0,
    0x7e020000,
    0xffffffff,
    0x100000001,
    0x100000000,
    0xffffffff00000000,
    0xffffffffffffffff,
    0x80000000,
    0xfffffffe,
    0,
};

class Drawer {
 public:
  explicit Drawer(uint64_t seed) : engine_(seed) {}

  std::string Profile();

 private:
  uint64_t Below(uint64_t bound) { return engine_() % bound; }
  bool Chance(int percent) { return Below(100) < uint64_t(percent); }
  template <typename List>
  auto Pick(const List& list) {
    return list[Below(std::size(list))];
  }

  uint64_t Value() { return Chance(wide_) ? Pick(kWide) : Pick(kSmall); }
  std::string Action(std::string_view action, std::string_view data_key);
  std::string Condition(uint64_t index);
  std::string Conditions();
  std::string Filters();
  std::string Entry();
  void ChooseNames();
  std::string ManyEntries();

  std::mt19937_64 engine_;
  std::vector<std::string_view> names_;
  std::string_view main_action_;
  int wide_ = 0;         // percent of values beyond the small ones
  int orders_ = 0;       // percent of conditions with NE, LT, LE, GT or GE
  int several_ = 0;      // percent of entries with several conditions
  int others_ = 0;       // percent of entries with another action
  int plain_ = 0;        // percent of entries without conditions
  bool docker_ = false;  // includes and excludes
  bool podman_ = false;  // errnos by name
};

std::string Drawer::Action(std::string_view action, std::string_view data_key) {
  std::string text = absl::StrCat("\"", std::string(action), "\"");
  const bool has_data =
      action == "SCMP_ACT_ERRNO" || action == "SCMP_ACT_TRACE";
  if (action == "SCMP_ACT_ERRNO" && podman_ && Chance(60)) {
    constexpr std::string_view kErrors[] = {"EPERM", "ENOSYS", "38", "EACCES"};
    const std::string_view key =
        data_key == "errnoRet" ? "errno" : "defaultErrno";
    return absl::StrCat(text, ", \"", std::string(key), "\": \"",
                        std::string(Pick(kErrors)), "\"");
  }
  if (has_data && Chance(60)) {
    constexpr int kData[] = {1, 2, 38, 0, 4094};
    absl::StrAppend(&text, ", \"", std::string(data_key), "\": ", Pick(kData));
  }
  return text;
}

std::string Drawer::Condition(uint64_t index) {
  constexpr std::string_view kOrders[] = {"NE", "LT", "LE", "GT", "GE"};
  std::string_view op = "EQ";
  uint64_t value = 0;
  std::string two;
  if (Chance(orders_)) {
    op = Pick(kOrders);
    value = Value();
  } else if (Chance(25)) {
    op = "MASKED_EQ";
    value = Pick(kMasks);
    if (Chance(85)) two = absl::StrCat(", \"valueTwo\": ", Value());
  } else {
    value = Value();
  }
  return absl::StrCat("{\"index\": ", index, ", \"value\": ", value, two,
                      ", \"op\": \"SCMP_CMP_", std::string(op), "\"}");
}

std::string Drawer::Conditions() {
  std::vector<std::string> list;
  const uint64_t first = Below(3);
  list.push_back(Condition(first));
  if (Chance(several_)) {
    const uint64_t more = 1 + Below(2);
    for (uint64_t i = 1; i <= more; ++i) {
      // Now and then the same index again, or one that no other rule has.
      const uint64_t step = Chance(8) ? Below(6) : i;
      list.push_back(Condition((first + step) % (Chance(90) ? 3 : 6)));
    }
  }
  return absl::StrJoin(list, ", ");
}

std::string Drawer::Filters() {
  if (!docker_ || !Chance(50)) return "";
  constexpr std::string_view kFilters[] = {
      "\"caps\": [\"CAP_SYS_ADMIN\"]",
      "\"caps\": [\"CAP_CHOWN\"]",
      "\"caps\": [\"CAP_CHOWN\", \"CAP_SYS_ADMIN\"]",
      "\"arches\": [\"amd64\"]",
      "\"arches\": [\"arm64\", \"x86\"]",
      "\"minKernel\": \"4.8\"",
      "\"minKernel\": \"6.1\"",
      "\"minKernel\": \"6.2\"",
  };
  return absl::StrCat(", \"", Chance(50) ? "includes" : "excludes", "\": {",
                      std::string(Pick(kFilters)), "}");
}

std::string Drawer::Entry() {
  std::vector<std::string> names;
  const uint64_t count = Chance(70) ? 1 : 1 + Below(3);
  for (uint64_t i = 0; i < count; ++i) {
    names.push_back(absl::StrCat("\"", std::string(Pick(names_)), "\""));
  }
  std::string text =
      absl::StrCat("    {\"names\": [", absl::StrJoin(names, ", "), "]");
  const std::string_view action =
      Chance(others_) ? Pick(kPlainActions) : main_action_;
  absl::StrAppend(&text, ", \"action\": ", Action(action, "errnoRet"));
  if (!Chance(plain_)) {
    absl::StrAppend(&text, ", \"args\": [", Conditions(), "]");
  }
  return absl::StrCat(text, Filters(), "}");
}

void Drawer::ChooseNames() {
  const uint64_t count = 1 + Below(3);
  for (uint64_t i = 0; i < count; ++i) {
    if (Chance(40)) {
      names_.push_back(Pick(Names().agreed));
    } else {
      names_.push_back(Pick(kNotable));
    }
  }
  if (Chance(5)) names_.push_back("no_such_call");
}

// Many names with a rule or two, or many values of one argument.
std::string Drawer::ManyEntries() {
  std::vector<std::string> entries(30 + Below(60));
  const bool many_values = Chance(50);
  const std::string action = Action(main_action_, "errnoRet");
  for (std::string& entry : entries) {
    const std::string_view name =
        many_values ? names_.front() : Pick(Names().agreed);
    entry = absl::StrCat("    {\"names\": [\"", std::string(name),
                         "\"], \"action\": ", action);
    if (many_values) {
      const uint64_t high = Below(2) << 32;
      absl::StrAppend(&entry, ", \"args\": [{\"index\": 1, \"value\": ",
                      Below(500) + high, ", \"op\": \"SCMP_CMP_EQ\"}]");
    } else if (Chance(20)) {
      absl::StrAppend(&entry, ", \"args\": [", Condition(Below(3)), "]");
    }
    entry += "}";
  }
  return absl::StrJoin(entries, ",\n");
}

std::string Drawer::Profile() {
  ChooseNames();
  constexpr int kPercents[] = {0, 0, 30, 60};
  wide_ = Pick(kPercents);
  orders_ = Pick(kPercents);
  several_ = Pick(kPercents);
  constexpr int kOthers[] = {0, 0, 0, 20};
  others_ = Pick(kOthers);
  constexpr int kPlain[] = {0, 10, 10, 40};
  plain_ = Pick(kPlain);
  docker_ = Chance(10);
  podman_ = Chance(5);
  do {
    main_action_ = Pick(kPlainActions);
  } while (main_action_ == "SCMP_ACT_NOTIFY" && Chance(80));
  std::string_view otherwise;
  do {
    otherwise = Pick(kPlainActions);
  } while (otherwise == "SCMP_ACT_NOTIFY" ||
           (otherwise == main_action_ && Chance(90)));
  constexpr std::string_view kArches[] = {
      "",
      "\"SCMP_ARCH_X86_64\"",
      "\"SCMP_ARCH_X86\"",
      "\"SCMP_ARCH_X32\"",
      "\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X86\"",
      "\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X86\", \"SCMP_ARCH_X32\"",
      "\"SCMP_ARCH_X32\", \"SCMP_ARCH_X86\"",
  };
  std::vector<std::string> entries(1 + Below(Chance(50) ? 3 : 8));
  for (std::string& entry : entries) entry = Entry();
  return absl::StrCat(
      "{\n  \"defaultAction\": ", Action(otherwise, "defaultErrnoRet"),
      ",\n  \"architectures\": [", std::string(Pick(kArches)),
      "],\n  \"syscalls\": [\n",
      Chance(2) ? ManyEntries() : absl::StrJoin(entries, ",\n"), "\n  ]\n}\n");
}

bool Agree(const Abi& abi, std::string_view name) {
  // Multiplexed calls have numbers below zero there, whatever they become.
  if (abi.socketcall.has_value() && FindMultiplexed(name)) return true;
  const int theirs = seccomp_syscall_resolve_name_arch(
      ScmpToken(abi.id), std::string(name).c_str());
  const std::optional<uint32_t> ours = NumberOf(abi, name);
  if (theirs < 0) return !ours.has_value() && theirs != __NR_SCMP_ERROR;
  return ours == static_cast<uint32_t>(theirs);
}

NameLists ListNames() {
  NameLists lists;
  for (const std::string_view name : AllSyscallNames()) {
    bool somewhere = false;
    bool agreed = true;
    for (const char* id : {"x86_64", "x86", "x32"}) {
      const Abi& abi = *FindAbiById(id);
      somewhere = somewhere || NumberOf(abi, name).has_value();
      agreed = agreed && Agree(abi, name);
    }
    if (!somewhere) continue;
    (agreed ? lists.agreed : lists.disputed).push_back(name);
  }
  return lists;
}

}  // namespace

const NameLists& Names() {
  static const NameLists* const kLists = new NameLists(ListNames());
  return *kLists;
}

std::string GenerateProfile(uint64_t seed) { return Drawer(seed).Profile(); }

}  // namespace scbpf::differential
