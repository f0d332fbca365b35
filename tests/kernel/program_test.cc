// The program with the running kernel: an agent that is served its listener,
// and the filters of a live process.
#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "tests/kernel/answers.h"

namespace scbpf {
namespace {

using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

struct Ended {
  int status = -1;
  std::string output;  // of stdout and stderr
};

constexpr char kAsks[] = R"sh(
cat > asks.json <<'EOF'
{"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "agent.sock",
 "listenerMetadata": "a \"b\"", "syscalls": [
  {"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_NOTIFY"},
  {"names": ["sendmsg", "close_range"], "action": "SCMP_ACT_KILL_PROCESS"}]}
EOF
)sh";

// Every script runs in a folder of its own.
class ProgramTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    folder_ = ::testing::TempDir() + "scbpf-test-XXXXXX";
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  Ended Shell(const std::string& script) const {
    const std::string text = "exec 2>&1; cd " + folder_ +
                             " && PATH=" SCBPF_PROGRAMS ":$PATH\n" + script;
    Ended ended;
    FILE* pipe = popen(text.c_str(), "r");
    if (pipe == nullptr) return ended;
    char buffer[4096];
    while (const size_t got = fread(buffer, 1, sizeof buffer, pipe)) {
      ended.output.append(buffer, got);
    }
    const int status = pclose(pipe);
    if (WIFEXITED(status)) ended.status = WEXITSTATUS(status);
    return ended;
  }

 private:
  std::string folder_;
};

TEST_F(ProgramTest, TheAgentGetsTheListenerAndAnswers) {
  const Ended ended = Shell(std::string(kAsks) + R"sh(
timeout 20 scbpf_supervisor agent.sock 2 > told & agent=$!
for i in 1 2 3 4 5 6 7 8 9 10; do [ -S agent.sock ] || sleep 0.1; done
scbpf run -q asks.json -- mkdir /no/such/folder /forbidden
echo "status $?"
wait $agent; echo "agent $?"
[ -e /no ] || echo "nothing was made"
cat told)sh");
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.output, HasSubstr("Read-only file system"));
  EXPECT_THAT(
      ended.output,
      HasSubstr("status 1\nagent 0\nnothing was made\nlistening\n"
                "{\"ociVersion\": \"1.0.2\", \"fds\": [\"seccompFd\"]"));
  EXPECT_THAT(ended.output, HasSubstr("\"metadata\": \"a \\\"b\\\"\""));
  EXPECT_THAT(ended.output,
              EndsWith("mkdir /no/such/folder\nmkdir /forbidden\n"));
}

TEST_F(ProgramTest, TheAgentLetsExecveThrough) {
  const Ended ended = Shell(R"sh(
cat > asks.json <<'EOF'
{"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "agent.sock",
 "syscalls": [{"names": ["execve"], "action": "SCMP_ACT_NOTIFY"}]}
EOF
timeout 20 scbpf_supervisor agent.sock 1 > told & agent=$!
for i in 1 2 3 4 5 6 7 8 9 10; do [ -S agent.sock ] || sleep 0.1; done
scbpf run -q asks.json -- echo started; echo "status $?"
wait $agent; echo "agent $?")sh");
  EXPECT_EQ(ended.output, "started\nstatus 0\nagent 0\n");
}

TEST_F(ProgramTest, WithoutTheAgentNothingStarts) {
  const Ended ended = Shell(std::string(kAsks) + R"sh(
scbpf run -q asks.json -- echo started; echo "status $?"
scbpf run -q asks.json asks.json -- echo started; echo "status $?")sh");
  EXPECT_EQ(ended.output,
            "scbpf run: error: agent.sock: No such file or directory\n"
            "status 125\n"
            "scbpf run: error: asks.json and asks.json have a listenerPath "
            "each; the kernel gives one filter alone a listener\n"
            "status 125\n");
}

// An agent that is held lets a call wait; one that ends answers every call.
TEST_F(ProgramTest, NothingHangsWhenTheAgentDies) {
  const Ended ended = Shell(std::string(kAsks) + R"sh(
export LC_ALL=C
await() { for i in 1 2 3 4 5 6 7 8 9 10; do "$@" || sleep 0.1; done; }
scbpf_supervisor agent.sock 1 > told & agent=$!
await [ -S agent.sock ]
kill -STOP $agent
timeout 20 scbpf run -q asks.json -- mkdir /waits & command=$!
sleep 0.5
kill -0 $command && echo "it waits"
kill -KILL $agent; wait $agent
wait $command; echo "status $?"
rm -f agent.sock
timeout 20 scbpf_supervisor agent.sock 1 > told & agent=$!
await [ -S agent.sock ]
timeout 20 scbpf run -q asks.json -- mkdir /answered /not-answered
echo "status $?"
wait $agent; echo "agent $?")sh");
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.output, HasSubstr("it waits\n"));
  // The shell may say before or after that it killed the agent.
  EXPECT_THAT(ended.output, ContainsRegex("/waits': Function not implemented\n"
                                          "(Killed\n)?status 1\n"));
  EXPECT_THAT(ended.output,
              HasSubstr("/not-answered': Function not implemented\n"
                        "status 1\nagent 0\n"));
  EXPECT_THAT(ended.output, Not(HasSubstr("/answered': ")));
}

// "Is what I wrote what is enforced?"
TEST_F(ProgramTest, WhatIsDumpedIsComparedWithTheProfile) {
  const Ended ended = Shell(R"sh(
cat > profile.json <<'EOF'
{"defaultAction": "SCMP_ACT_ALLOW",
 "syscalls": [{"names": ["swapon"], "action": "SCMP_ACT_ERRNO"}]}
EOF
scbpf run -q profile.json -- sleep 20 & pid=$!
for i in 1 2 3 4 5 6 7 8 9 10; do
  [ "$(cat /proc/$pid/comm)" = sleep ] || sleep 0.1
done
scbpf dump --pid $pid -o - > dumped || { kill $pid; exit 77; }
scbpf dump --pid $pid -o - | scbpf diff profile.json -; echo "status $?"
sed s/swapon/swapoff/ profile.json > other.json
scbpf dump --pid $pid -o - | scbpf diff other.json -; echo "status $?"
kill $pid; wait $pid
scbpf dump --pid $pid; echo "status $?")sh");
  if (ended.status == 77) GTEST_SKIP() << ended.output;
  EXPECT_THAT(ended.output, ContainsRegex("^[^\n]*\n?status 0\n"));
  EXPECT_THAT(ended.output, ContainsRegex("\nswapon .*\nswapoff "));
  EXPECT_THAT(ended.output, HasSubstr("differences: A is more permissive in 1, "
                                      "B in 1\nstatus 1\n"));
  EXPECT_THAT(ended.output, ContainsRegex("there is no process .*\nstatus 3"));
}

TEST_F(ProgramTest, ShowsTheFiltersOfAProcess) {
  const Ended ended = Shell(R"sh(
cat > older.json <<'EOF'
{"defaultAction": "SCMP_ACT_ALLOW",
 "syscalls": [{"names": ["swapon"], "action": "SCMP_ACT_ERRNO"}]}
EOF
sed s/swapon/swapoff/ older.json > newer.json
scbpf run -q older.json newer.json -- sleep 20 & pid=$!
for i in 1 2 3 4 5 6 7 8 9 10; do
  [ "$(cat /proc/$pid/comm)" = sleep ] || sleep 0.1
done
scbpf dump --pid $pid --index 0 -o newest.bpf || exit 77
scbpf diff -q newer.json newest.bpf && echo "the newest"
scbpf dump --pid $pid --index 1 -o oldest.bpf
scbpf diff -q older.json oldest.bpf && echo "the oldest"
scbpf dump --pid $pid -o both
cmp both/0.bpf oldest.bpf && cmp both/1.bpf newest.bpf && echo "both"
scbpf dump --pid $pid -o - > both.json
scbpf subset -q both.json newer.json && scbpf subset -q both.json older.json &&
  echo "a stack"
scbpf dump --pid $pid --index 2; echo "status $?"
scbpf dump --pid $$; echo "status $?"
scbpf dump --pid $pid | grep '^#'
kill $pid)sh");
  if (ended.status == 77) GTEST_SKIP() << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("the newest\n"));
  EXPECT_THAT(ended.output, HasSubstr("the oldest\n"));
  EXPECT_THAT(ended.output, HasSubstr("both\n"));
  EXPECT_THAT(ended.output, HasSubstr("\na stack\n"));
  EXPECT_THAT(ended.output,
              HasSubstr("has 2 filters, and none of index 2\nstatus 1\n"));
  EXPECT_THAT(ended.output, HasSubstr("has no filter\nstatus 1\n"));
  EXPECT_THAT(ended.output, HasSubstr("\n# filter 0, the newest; "));
  EXPECT_THAT(ended.output, HasSubstr("\n# filter 1; "));
}

// Runs `learn --run` in the test's folder; skips where it may not.
#define LEARN_RUN_OR_SKIP(ended)                                             \
  if ((ended).status == 125) {                                               \
    EXPECT_THAT((ended).output, ::testing::HasSubstr("scbpf learn: error")); \
    GTEST_SKIP() << (ended).output;                                          \
  }

TEST_F(ProgramTest, LearnRunRecordsTheCommandAndItsChildrenOnly) {
  // While the command runs, another program is logged too.
  const Ended ended = Shell(R"sh(
echo '{"defaultAction": "SCMP_ACT_LOG"}' > audit.json
cat > command <<'EOF'
mkdir a
touch begun
until [ -e other ]; do sleep 0.01; done
(rmdir a)
exit 7
EOF
(until [ -e begun ]; do sleep 0.01; done
 scbpf run -q audit.json -- uname; touch other) > /dev/null &
scbpf learn --run -q -o p.json -- sh command
status=$?
touch begun
wait
exit $status
)sh");
  LEARN_RUN_OR_SKIP(ended);
  EXPECT_EQ(ended.status, 7) << ended.output;
  const Ended learned = Shell(R"sh(
scbpf eval -q p.json mkdir --abi x86_64 --expect allow &&
scbpf eval -q p.json rmdir --abi x86_64 --expect allow &&
scbpf eval -q p.json uname --abi x86_64 --expect 'errno(EPERM)' && rm begun &&
scbpf run -q p.json -- sh command
)sh");
  EXPECT_EQ(learned.status, 7) << learned.output;
}

TEST_F(ProgramTest, LearnRunEndsAsTheCommandDoes) {
  const Ended killed =
      Shell("scbpf learn --run -q -o p.json -- sh -c 'kill -9 $$'");
  LEARN_RUN_OR_SKIP(killed);
  EXPECT_EQ(killed.status, 128 + 9) << killed.output;
  // SIGTERM is passed on.
  const Ended ended = Shell(R"sh(
scbpf learn --run -o p.json -- \
  sh -c 'sleep 9 > /dev/null 2>&1 & touch ready; wait' &
while [ ! -e ready ]; do sleep 0.05; done
kill -TERM $!
wait $!
)sh");
  EXPECT_EQ(ended.status, 128 + 15) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("still runs"));
}

TEST_F(ProgramTest, LearnRunSaysWhyItCannotRecord) {
  const Ended ended = Shell(R"sh(
unshare --net true 2> /dev/null || exit 99
unshare --net scbpf learn --run -- touch ran
status=$?
[ -e ran ] && echo it ran all the same
exit $status
)sh");
  if (ended.status == 99) GTEST_SKIP() << "no network namespaces here";
  EXPECT_EQ(ended.status, 125);
  EXPECT_THAT(ended.output, Not(HasSubstr("it ran")));
  EXPECT_THAT(ended.output,
              ContainsRegex("not the first network namespace|"
                            "the audit log (may not|cannot) be read|"
                            "audit session"));
}

}  // namespace
}  // namespace scbpf
