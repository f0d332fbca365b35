// The examples against the running kernel: a command under a filter that was
// made before, and a server under the example profiles.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "bpf/read_filter.h"
#include "bpf/simulate.h"
#include "scbpf/call.h"
#include "scbpf/compile.h"
#include "scbpf/diagnostic.h"
#include "scbpf/target.h"
#include "syscall-tables/syscalls.h"
#include "tests/kernel/answers.h"

namespace scbpf {
namespace {

using ::testing::HasSubstr;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A file that is gone at the end of the test.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& bytes) {
    path_ = ::testing::TempDir() + "scbpf-test-XXXXXX";
    const int fd = mkstemp(path_.data());
    if (fd < 0 || write(fd, bytes.data(), bytes.size()) !=
                      static_cast<ssize_t>(bytes.size())) {
      ADD_FAILURE() << "cannot write " << path_;
    }
    close(fd);
  }
  ~ScratchFile() { unlink(path_.c_str()); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A started command whose output and errors come through one pipe.
struct Started {
  pid_t pid = -1;
  int output = -1;
};

Started Start(std::vector<std::string> words) {
  Started started;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return started;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn(&started.pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  started.output = ends[0];
  return started;
}

// Up to the end of a line, or of everything.
std::string ReadOutput(const Started& started, bool one_line) {
  std::string text;
  char c;
  while (read(started.output, &c, 1) == 1) {
    text += c;
    if (one_line && c == '\n') break;
  }
  return text;
}

int Wait(const Started& started) {
  close(started.output);
  int status = 0;
  waitpid(started.pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

struct Ended {
  int status = -1;
  std::string output;
};

Ended RunUnder(const std::string& filter_file,
               const std::vector<std::string>& command) {
  std::vector<std::string> words = {SCBPF_INSTALL_FILTER, filter_file};
  words.insert(words.end(), command.begin(), command.end());
  const Started started = Start(words);
  Ended ended;
  ended.output = ReadOutput(started, false);
  ended.status = Wait(started);
  return ended;
}

// The answer of 127.0.0.1:`port` to a GET, empty when there is none.
std::string Get(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    send(fd, kRequest.data(), kRequest.size(), MSG_NOSIGNAL);
    char buffer[1024];
    for (ssize_t got; (got = recv(fd, buffer, sizeof buffer, 0)) > 0;) {
      answer.append(buffer, static_cast<size_t>(got));
    }
  }
  close(fd);
  return answer;
}

// The numbers of a profile that is one list of allowed names.
std::vector<Answer> AllowedNumbers(const std::string& profile, const Abi& abi) {
  std::vector<Answer> allowed;
  for (const absl::string_view part : absl::StrSplit(profile, '"')) {
    const auto nr = NumberOf(abi, std::string_view(part.data(), part.size()));
    if (nr) allowed.push_back({static_cast<long>(*nr), Allow()});
  }
  return allowed;
}

// Starts the server under the filter and asks it twice.
void ExpectItServesUnder(const Program& program) {
  const ScratchFile filter(EncodeRaw(program));
  const Started server = Start({SCBPF_INSTALL_FILTER, filter.path(),
                                SCBPF_HTTP_SERVER, "0", "--requests", "2"});
  const std::string line = ReadOutput(server, true);
  const std::vector<std::string> parts = absl::StrSplit(line, ':');
  ASSERT_EQ(parts.size(), 2u) << line;
  EXPECT_EQ(parts[0], "listening on 127.0.0.1");
  const auto port = static_cast<uint16_t>(std::stoi(parts[1]));
  for (int i = 0; i < 2; ++i) {
    const std::string answer = Get(port);
    EXPECT_TRUE(absl::StartsWith(answer, "HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_TRUE(
        absl::EndsWith(answer, "\r\n\r\nhello from scbpf_http_server\n"))
        << answer;
  }
  EXPECT_EQ(Wait(server), 0);
}

// Compiles an example for this test's kernel, Docker's capabilities and the
// two choices that every profile has to make; nothing may be left to warn of.
Program CompileExample(const std::string& name) {
  SCOPED_TRACE(name);
  CompileOptions options;
  options.target.capabilities = DockerCapabilities();
  options.target.multiplex_chosen = true;
  options.target.int_args_chosen = true;
  const std::string text = ReadFile(SCBPF_EXAMPLES + name);
  Diagnostics findings;
  const auto compiled = Compile(text, options, findings);
  EXPECT_EQ(CountErrors(findings, true), 0)
      << FormatDiagnostics(text, findings, {name});
  if (!compiled.ok()) {
    ADD_FAILURE() << compiled.status();
    return {};
  }
  EXPECT_TRUE(compiled->proved);
  return compiled->filter.program;
}

class ExamplesTest : public KernelTest {};

// The numbers go from the file into a filter without the compiler.
TEST_F(ExamplesTest, TheServerLivesWithTheFineGrainedProfile) {
#ifndef __x86_64__
  GTEST_SKIP() << "the profile is one for x86";
#endif
  const auto allowed = AllowedNumbers(
      ReadFile(SCBPF_EXAMPLES "fine-grained.json"), *FindAbiById("x86_64"));
  ASSERT_EQ(allowed.size(), 50u);
  Program program = AnswerNumbers(allowed);
  program.back() = op::Return(Errno(EPERM).raw);
  ExpectItServesUnder(program);
}

TEST_F(ExamplesTest, TheServerRunsUnderTheProfilesThatAllowIt) {
#ifndef __x86_64__
  GTEST_SKIP() << "the profiles are compiled for x86";
#endif
  for (const char* name : {"audit.json", "crictl-inspect.json",
                           "fine-grained.json", "runtime-default.json"}) {
    SCOPED_TRACE(name);
    ExpectItServesUnder(CompileExample(name));
  }
}

TEST_F(ExamplesTest, NothingStartsUnderTheViolationProfile) {
  const Program program = CompileExample("violation.json");
  const ScratchFile filter(EncodeRaw(program));
  EXPECT_NE(RunUnder(filter.path(), {"/bin/true"}).status, 0);
  Call call;
  call.arch = FindAbiById("x86_64")->audit_value;
  EXPECT_EQ(Simulate(program, call), Errno(EPERM));
}

TEST_F(ExamplesTest, TheCommandRunsUnderTheFilter) {
  const ScratchFile raw(EncodeRaw(AnswerNumbers({{SYS_uname, Errno(EILSEQ)}})));
  const Ended ran = RunUnder(raw.path(), {"/bin/uname"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.output, HasSubstr(strerror(EILSEQ)));

  const ScratchFile no_execve(
      EncodeBase64(AnswerNumbers({{SYS_execve, Errno(EXDEV)}})));
  const Ended refused = RunUnder(no_execve.path(), {"/bin/true"});
  EXPECT_EQ(refused.status, 127);
  EXPECT_THAT(refused.output, HasSubstr(strerror(EXDEV)));
}

TEST_F(ExamplesTest, AFileThatIsNoFilterStartsNothing) {
  const Ended missing = RunUnder("/nonexistent.bpf", {"/bin/true"});
  EXPECT_EQ(missing.status, 125);
  EXPECT_THAT(missing.output, HasSubstr("/nonexistent.bpf: cannot be read"));
  const Ended json = RunUnder(SCBPF_EXAMPLES "audit.json", {"/bin/true"});
  EXPECT_EQ(json.status, 125);
  EXPECT_THAT(json.output, HasSubstr("JSON"));
}

}  // namespace
}  // namespace scbpf
