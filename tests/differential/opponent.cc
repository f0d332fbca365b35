// Drives libseccomp in forked children, a batch of descriptions each.
#include "tests/differential/opponent.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace scbpf::differential {
namespace {

constexpr size_t kBatch = 200;

// What the child writes for each description: this, then the instructions of
// level 1 and of level 2.
struct Header {
  int32_t error = 0;  // 0: two programs follow
  std::array<uint32_t, 2> counts{};
};

bool WriteAll(int fd, const void* data, size_t size) {
  const char* bytes = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = write(fd, bytes, size);
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

bool ReadAll(int fd, void* data, size_t size) {
  char* bytes = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t got = read(fd, bytes, size);
    if (got <= 0) return false;
    bytes += got;
    size -= static_cast<size_t>(got);
  }
  return true;
}

// 0, or the errno with which libseccomp refused.
int Fill(scmp_filter_ctx context, const Description& description) {
  for (const uint32_t arch : description.arches) {
    const int result = seccomp_arch_add(context, arch);
    if (result != 0 && result != -EEXIST) return -result;
  }
  const auto& arches = description.arches;
  if (!description.keeps_native &&
      std::find(arches.begin(), arches.end(), SCMP_ARCH_X86_64) ==
          arches.end()) {
    const int result = seccomp_arch_remove(context, SCMP_ARCH_X86_64);
    if (result != 0) return -result;
  }
  for (const DescribedRule& rule : description.rules) {
    const int result = seccomp_rule_add_array(
        context, rule.action, rule.nr,
        static_cast<unsigned int>(rule.args.size()), rule.args.data());
    if (result != 0) return -result;
  }
  return 0;
}

int Export(scmp_filter_ctx context, int file, uint32_t level,
           Program& program) {
  int result = seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, level);
  if (result != 0) return -result;
  if (ftruncate(file, 0) != 0 || lseek(file, 0, SEEK_SET) != 0) return errno;
  result = seccomp_export_bpf(context, file);
  if (result != 0) return -result;
  const off_t size = lseek(file, 0, SEEK_END);
  program.resize(static_cast<size_t>(size) / sizeof(Instruction));
  if (pread(file, program.data(), static_cast<size_t>(size), 0) != size) {
    return EIO;
  }
  return 0;
}

int Build(const Description& description, int file,
          std::array<Program, 2>& levels) {
  const scmp_filter_ctx context = seccomp_init(description.default_action);
  if (context == nullptr) return ENOMEM;
  int error = Fill(context, description);
  for (uint32_t level = 1; level <= 2 && error == 0; ++level) {
    error = Export(context, file, level, levels[level - 1]);
  }
  seccomp_release(context);
  return error;
}

[[noreturn]] void ChildMain(std::span<const Description> descriptions,
                            double seconds, int out) {
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  seccomp_api_set(6);  // everything 2.5.4 can do, whatever the kernel
  const int file = memfd_create("filter", 0);
  itimerval limit{};
  limit.it_value.tv_sec = static_cast<time_t>(seconds);
  limit.it_value.tv_usec = static_cast<suseconds_t>(
      (seconds - static_cast<double>(limit.it_value.tv_sec)) * 1e6);
  for (const Description& description : descriptions) {
    setitimer(ITIMER_PROF, &limit, nullptr);
    std::array<Program, 2> levels;
    Header header;
    header.error = Build(description, file, levels);
    for (size_t i = 0; i < 2; ++i) {
      if (header.error != 0) levels[i].clear();
      header.counts[i] = static_cast<uint32_t>(levels[i].size());
    }
    bool good = WriteAll(out, &header, sizeof header);
    for (const Program& program : levels) {
      good = good && WriteAll(out, program.data(),
                              program.size() * sizeof(Instruction));
    }
    if (!good) _exit(1);
  }
  _exit(0);
}

bool ReadOutcome(int in, Outcome& outcome) {
  Header header;
  if (!ReadAll(in, &header, sizeof header)) return false;
  outcome.error = header.error;
  outcome.kind =
      header.error == 0 ? Outcome::Kind::kProgram : Outcome::Kind::kRefused;
  for (size_t i = 0; i < 2; ++i) {
    outcome.levels[i].resize(header.counts[i]);
    if (!ReadAll(in, outcome.levels[i].data(),
                 header.counts[i] * sizeof(Instruction))) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string DescribeOutcome(const Outcome& outcome) {
  switch (outcome.kind) {
    case Outcome::Kind::kProgram:
      return "";
    case Outcome::Kind::kRefused:
      return absl::StrCat("refused: ", strerrorname_np(outcome.error));
    case Outcome::Kind::kHung:
      return "hung";
    case Outcome::Kind::kCrashed:
      return absl::StrCat("crashed: signal ", outcome.error);
  }
  return "";
}

void RunOpponent(std::span<const Description> descriptions, double seconds,
                 const std::function<void(size_t, const Outcome&)>& take) {
  size_t next = 0;
  while (next < descriptions.size()) {
    const size_t end = std::min(descriptions.size(), next + kBatch);
    int ends[2];
    if (pipe(ends) != 0) return;
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      ChildMain(descriptions.subspan(next, end - next), seconds, ends[1]);
    }
    close(ends[1]);
    Outcome outcome;
    while (next < end && ReadOutcome(ends[0], outcome)) {
      take(next++, outcome);
    }
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (next == end) continue;
    // The one in hand did not end; the rest are for another child.
    Outcome lost;
    lost.error = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    lost.kind =
        lost.error == SIGPROF ? Outcome::Kind::kHung : Outcome::Kind::kCrashed;
    take(next++, lost);
  }
}

Outcome RunOpponent(const Description& description, double seconds) {
  Outcome result;
  RunOpponent(std::span(&description, 1), seconds,
              [&](size_t, const Outcome& outcome) { result = outcome; });
  return result;
}

}  // namespace scbpf::differential
