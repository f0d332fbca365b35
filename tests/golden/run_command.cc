// Forks a shell and gathers what it writes.
#include "tests/golden/run_command.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace scbpf::golden {
namespace {

namespace fs = std::filesystem;

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_usec) / 1e6;
}

void Redirect(int fd, const std::string& path, int flags) {
  const int file = open(path.c_str(), flags, 0600);
  if (file < 0 || dup2(file, fd) < 0) _exit(120);
  close(file);
}

}  // namespace

Folder::Folder() {
  const std::string name = fs::temp_directory_path() / "scbpf-golden.XXXXXX";
  std::vector<char> buffer(name.c_str(), name.c_str() + name.size() + 1);
  if (mkdtemp(buffer.data()) != nullptr) path_ = buffer.data();
}

Folder::~Folder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void WriteText(const std::string& path, const std::string& text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string HideTimes(const std::string& text) {
  const std::string before = "proved in ";
  const std::string after = " ms";
  std::string result;
  size_t done = 0;
  while (true) {
    const size_t start = text.find(before, done);
    if (start == std::string::npos) break;
    const size_t number = start + before.size();
    const size_t end = text.find_first_not_of("0123456789.", number);
    result += text.substr(done, number - done);
    done = number;
    if (end == std::string::npos || text.compare(end, 3, after) != 0) continue;
    result += "TIME";
    done = end + after.size();
  }
  return result + text.substr(done);
}

ScriptRun RunScript(const std::string& script, const std::string& folder,
                    const std::string& programs) {
  const Folder outputs;
  const std::string out = outputs.path() + "/out";
  const std::string err = outputs.path() + "/err";
  std::vector<std::string> variables = {
      "PATH=" + programs + ":/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
      "TERM=dumb", "T=--arch x86_64 --kernel 6.1 --caps default",
      std::string("PLAIN=") +
          (geteuid() == 0 ? "setpriv --inh-caps=-all --bounding-set=-all"
                          : "")};
  // Sanitizers are told by their environment.
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS"}) {
    const char* value = std::getenv(name);
    if (value != nullptr) variables.push_back(std::string(name) + "=" + value);
  }
  std::vector<char*> environment;
  for (std::string& each : variables) environment.push_back(each.data());
  environment.push_back(nullptr);

  const pid_t child = fork();
  if (child == 0) {
    if (chdir(folder.c_str()) != 0) _exit(120);
    Redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
    Redirect(STDOUT_FILENO, out, O_WRONLY | O_CREAT | O_TRUNC);
    Redirect(STDERR_FILENO, err, O_WRONLY | O_CREAT | O_TRUNC);
    execle("/bin/sh", "sh", "-c", script.c_str(), nullptr, environment.data());
    _exit(120);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  ScriptRun run;
  run.outcome.out = ReadText(out);
  run.outcome.err = ReadText(err);
  run.outcome.status =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  run.cpu_seconds = Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
  return run;
}

}  // namespace scbpf::golden
