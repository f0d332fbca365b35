// Listeners against the running kernel: every answer that a call can get, and
// what happens when one side ends.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "scbpf/install.h"
#include "scbpf/listen.h"
#include "tests/kernel/answers.h"

namespace scbpf {
namespace {

using std::chrono::milliseconds;

constexpr long kCall = SYS_getppid;

// What a call returned, or its errno, negative.
long Ask(long nr, long argument = 0) {
  const long result = syscall(nr, argument, 7, 8, 9, 10, 11);
  return result < 0 ? -errno : result;
}

// A thread under a filter that asks; it goes through `body` and ends.
class Caller {
 public:
  explicit Caller(std::function<void()> body, uint32_t flags = 0) {
    std::promise<int> installed;
    std::future<int> descriptor = installed.get_future();
    thread_ = std::thread([&installed, flags, body = std::move(body)] {
      if (!SetNoNewPrivs().ok()) return installed.set_value(-1);
      const auto result = Install(
          {AnswerNumbers({{kCall, UserNotif()}}), flags | kFlagNewListener});
      installed.set_value(result.ok() ? *result : -1);
      body();
    });
    listener_ = Listener(descriptor.get());
  }
  ~Caller() { thread_.join(); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  Listener& listener() { return listener_; }
  pthread_t handle() { return thread_.native_handle(); }

  Notification Next() {
    const auto next = listener_.Receive(milliseconds(5000));
    EXPECT_TRUE(next.ok()) << next.status();
    return next.ok() ? *next : Notification{};
  }

 private:
  std::thread thread_;
  Listener listener_{-1};
};

class ListenerTest : public KernelTest {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if ((OfferedFlags() & kFlagNewListener) == 0) {
      GTEST_SKIP() << "this kernel has no listeners";
    }
  }
};

TEST_F(ListenerTest, ACallGetsWhatItIsAnswered) {
  std::vector<long> got;
  const long parent = getppid();
  {
    Caller caller([&got] {
      for (int i = 0; i < 3; ++i) got.push_back(Ask(kCall, 6));
    });
    ASSERT_GE(caller.listener().fd(), 0);
    const Notification first = caller.Next();
    EXPECT_EQ(first.call.nr, kCall);
    EXPECT_THAT(first.call.args, ::testing::ElementsAre(6, 7, 8, 9, 10, 11));
    EXPECT_NE(first.thread, 0u);
    EXPECT_TRUE(caller.listener().IsWaiting(first.id).value());
    EXPECT_EQ(caller.listener().Fail(first.id, 4096).code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(caller.listener().Respond(first.id, int64_t{1} << 40 | 5).ok());

    const Notification second = caller.Next();
    EXPECT_NE(second.id, first.id);
    EXPECT_FALSE(caller.listener().IsWaiting(first.id).value());
    EXPECT_TRUE(absl::IsNotFound(caller.listener().Respond(first.id, 0)));
    EXPECT_TRUE(caller.listener().Fail(second.id, EXDEV).ok());

    EXPECT_TRUE(caller.listener().Continue(caller.Next().id).ok());
    EXPECT_TRUE(absl::IsNotFound(
        caller.listener().Receive(milliseconds(5000)).status()))
        << "the thread has ended";
  }
  EXPECT_THAT(got, ::testing::ElementsAre((1L << 40) + 5, -EXDEV, parent));
}

TEST_F(ListenerTest, ADescriptorIsAdded) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  std::vector<long> got;
  {
    Caller caller([&got] {
      for (int i = 0; i < 2; ++i) got.push_back(Ask(kCall));
    });
    const Listener& listener = caller.listener();
    const Notification first = caller.Next();
    NewDescriptor wanted;
    wanted.fd = ends[0];
    wanted.number = 200;
    wanted.close_on_exec = true;
    EXPECT_EQ(listener.Add(first.id, wanted).value(), 200);
    wanted.fd = 9999;
    EXPECT_TRUE(
        absl::IsInvalidArgument(listener.Add(first.id, wanted).status()));
    EXPECT_TRUE(listener.Respond(first.id, 0).ok());

    const Notification second = caller.Next();
    EXPECT_TRUE(absl::IsNotFound(listener.Add(first.id, {ends[0]}).status()));
    NewDescriptor answer;
    answer.fd = ends[1];
    answer.is_the_answer = true;
    const auto added = listener.Add(second.id, answer);
    if (absl::IsUnimplemented(added.status())) {
      EXPECT_TRUE(listener.Respond(second.id, 0).ok());
    } else {
      EXPECT_TRUE(added.ok()) << added.status();
      EXPECT_FALSE(listener.IsWaiting(second.id).value());
    }
  }
  // The threads share one table, so what was added there can be seen here.
  EXPECT_EQ(fcntl(200, F_GETFD), FD_CLOEXEC);
  ASSERT_EQ(got.size(), 2u);
  ASSERT_GE(got[1], 0);
  EXPECT_EQ(write(200, "x", 1), 1);
  char c = 0;
  EXPECT_EQ(read(static_cast<int>(got[1]), &c, 1), 1);
  EXPECT_EQ(c, 'x');
  for (const int fd : {200, static_cast<int>(got[1]), ends[0], ends[1]}) {
    close(fd);
  }
}

TEST_F(ListenerTest, ClosingAnswersEveryCallWithENOSYS) {
  std::vector<long> got;
  {
    Caller caller([&got] {
      for (int i = 0; i < 3; ++i) got.push_back(Ask(kCall));
    });
    const Notification first = caller.Next();
    EXPECT_TRUE(caller.listener().Respond(first.id, 1).ok());
    caller.Next();
    caller.listener() = Listener(-1);
  }
  EXPECT_THAT(got, ::testing::ElementsAre(1, -ENOSYS, -ENOSYS));
}

TEST_F(ListenerTest, WaitingEndsInTimeAndAfterASignal) {
  // No SA_RESTART: the call ends with EINTR.
  struct sigaction action = {};
  struct sigaction before = {};
  action.sa_handler = [](int) {};
  sigaction(SIGUSR1, &action, &before);
  std::promise<void> go;
  long got = 0;
  {
    Caller caller([&got, &go] {
      go.get_future().wait();
      got = Ask(kCall);
    });
    EXPECT_TRUE(absl::IsDeadlineExceeded(
        caller.listener().Receive(milliseconds(20)).status()));
    EXPECT_TRUE(absl::IsDeadlineExceeded(
        caller.listener().Receive(milliseconds(0)).status()));
    go.set_value();
    const Notification asked = caller.Next();
    ASSERT_EQ(pthread_kill(caller.handle(), SIGUSR1), 0);
    // The thread may take a moment to leave the call.
    for (int i = 0; i < 1000; ++i) {
      if (!caller.listener().IsWaiting(asked.id).value()) break;
      usleep(1000);
    }
    EXPECT_TRUE(absl::IsNotFound(caller.listener().Continue(asked.id)));
  }
  sigaction(SIGUSR1, &before, nullptr);
  EXPECT_EQ(got, -EINTR);
}

TEST(Listener, OwnsItsDescriptor) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  {
    Listener one(ends[0]);
    Listener other(std::move(one));
    EXPECT_EQ(one.fd(), -1);
    EXPECT_EQ(other.fd(), ends[0]);
    other = Listener(ends[1]);
    EXPECT_EQ(fcntl(ends[0], F_GETFD), -1);
  }
  EXPECT_EQ(fcntl(ends[1], F_GETFD), -1);
}

TEST(SendListener, SendsADescriptorAndAStateOfAnyLength) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const std::string state(300'000, 's');
  absl::Status sent;
  std::thread sender([&] {
    sent = SendListener(ends[0], STDIN_FILENO, state);
    close(ends[0]);
  });
  const auto received = ReceiveListener(ends[1]);
  sender.join();
  close(ends[1]);
  EXPECT_TRUE(sent.ok()) << sent;
  ASSERT_TRUE(received.ok()) << received.status();
  EXPECT_EQ(received->state, state);
  EXPECT_GT(received->listener.fd(), 2);
  EXPECT_EQ(fcntl(received->listener.fd(), F_GETFD), FD_CLOEXEC);
}

// As runc and crun leave it while the container runs.
TEST(ReceiveListener, EndsWithTheStateThoughTheConnectionStaysOpen) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const timeval at_most = {5, 0};
  setsockopt(ends[1], SOL_SOCKET, SO_RCVTIMEO, &at_most, sizeof at_most);
  const std::string state = R"({"a": "}}\"}\\", "b": {"c": "{"}})";
  EXPECT_TRUE(SendListener(ends[0], STDIN_FILENO, state).ok());
  const auto received = ReceiveListener(ends[1]);
  close(ends[0]);
  close(ends[1]);
  ASSERT_TRUE(received.ok()) << received.status();
  EXPECT_EQ(received->state, state);
}

TEST(ReceiveListener, WantsOneDescriptor) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  EXPECT_EQ(write(ends[0], "[]", 2), 2);
  EXPECT_TRUE(SendListener(ends[0], 0, "x").ok());
  EXPECT_TRUE(SendListener(ends[0], 0, "y").ok());
  close(ends[0]);
  const auto received = ReceiveListener(ends[1]);
  EXPECT_EQ(received.status().message(), "2 descriptors came instead of one");
  close(ends[1]);
}

}  // namespace
}  // namespace scbpf
