// Compiles a profile, installs its filter in a child, and says what the child
// saw. Status 77: no filter can be installed here.
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "scbpf/compile.h"
#include "scbpf/install.h"

namespace {

constexpr char kProfile[] = R"({
  "defaultAction": "SCMP_ACT_ALLOW",
  "architectures": ["SCMP_ARCH_X86_64"],
  "syscalls": [{
    "names": ["getppid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 117
  }]
})";

// In the child: 0 when getppid fails with the profile's errno, 77 when this
// system lets no filter be installed.
int Try(const scbpf::Filter& filter) {
  absl::Status installed = scbpf::SetNoNewPrivs();
  if (installed.ok()) installed = scbpf::Install(filter).status();
  if (!installed.ok()) {
    std::printf("not installed: %s\n",
                std::string(installed.message()).c_str());
    std::fflush(stdout);
    return absl::IsUnimplemented(installed) ||
                   absl::IsPermissionDenied(installed)
               ? 77
               : 1;
  }
  errno = 0;
  const long parent = syscall(SYS_getppid);
  std::printf("getppid: %ld, %s\n", parent, std::strerror(errno));
  std::fflush(stdout);
  return parent == -1 && errno == 117 ? 0 : 1;
}

}  // namespace

int main() {
  scbpf::CompileOptions options;
  options.target.native = "x86_64";
  scbpf::Diagnostics findings;
  const absl::StatusOr<scbpf::Compilation> compiled =
      scbpf::Compile(kProfile, options, findings);
  if (!compiled.ok()) {
    std::printf("%s\n", std::string(compiled.status().message()).c_str());
    return 1;
  }
  std::printf("%zu instructions, %s\n", compiled->filter.program.size(),
              compiled->proved ? "proved" : "not proved");
  std::fflush(stdout);
  if (syscall(SYS_getppid) < 0) return 1;

  const pid_t child = fork();
  if (child == 0) _exit(Try(compiled->filter));
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return 1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
