// Installs a filter and has its listener sent by a process without the filter,
// which shares the table of descriptors with the one that has it.
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>

#include "runtime/system_error.h"
#include "scbpf/install.h"
#include "scbpf/listen.h"

namespace scbpf {
namespace {

constexpr int kWaits = -1;
constexpr int kNothing = -2;

// What the two processes tell each other, in shared memory: a system call
// could be one that the filter forbids.
struct Board {
  std::atomic<int> listener = kWaits;  // kNothing: it was not installed
  std::atomic<int> done = kWaits;      // 0, or the errno of the sending
};

struct Courier {
  Board* board;
  int connection;
  pid_t sender;
  const std::string* state;
};

absl::StatusOr<int> Connect(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": a socket's path has 1 to ",
                     sizeof address.sun_path - 1, " bytes"));
  }
  path.copy(address.sun_path, path.size());
  const int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection < 0) return SystemUnavailable("socket", errno);
  if (connect(connection, reinterpret_cast<const sockaddr*>(&address),
              sizeof address) == 0) {
    return connection;
  }
  const int error = errno;
  close(connection);
  return SystemUnavailable(path, error);
}

// Ends the process. Descriptors closed here are closed in the other one too.
int Carry(void* argument) {
  const Courier& courier = *static_cast<Courier*>(argument);
  int listener = kWaits;
  while ((listener = courier.board->listener.load()) == kWaits) {
    if (kill(courier.sender, 0) != 0 && errno == ESRCH) _exit(0);
    usleep(100);
  }
  int error = 0;
  if (listener != kNothing) {
    if (!SendListener(courier.connection, listener, *courier.state).ok()) {
      error = errno;
    }
    close(listener);
  }
  close(courier.connection);
  courier.board->done.store(error);
  _exit(0);
}

// As fork(2), with one table of descriptors. The child shares no memory, so it
// runs on a copy of the stack: each of the two clones has its own.
using Stack = std::array<char, 65536>;

int Clone(int (*body)(void*), Stack& stack, void* courier) {
  return clone(body, stack.data() + stack.size(), CLONE_FILES | SIGCHLD,
               courier);
}

// Starts the courier and ends, so that it is no child of the command.
int StartCourier(void* courier) {
  alignas(16) static Stack stack;
  const int pid = Clone(Carry, stack, courier);
  _exit(pid > 0 ? 0 : errno);
}

absl::Status SendOut(Courier& courier) {
  alignas(16) static Stack stack;
  const int pid = Clone(StartCourier, stack, &courier);
  if (pid < 0) return SystemUnavailable("clone", errno);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return SystemUnavailable("waitpid", errno);
  }
  if (!WIFEXITED(status)) return SystemUnavailable("clone", EAGAIN);
  if (WEXITSTATUS(status) == 0) return absl::OkStatus();
  return SystemUnavailable("clone", WEXITSTATUS(status));
}

// No system call: the filter holds.
int AwaitDelivery(const Board& board) {
  constexpr uint64_t kMostSpins = uint64_t{1} << 34;
  for (uint64_t i = 0; i < kMostSpins; ++i) {
    const int done = board.done.load(std::memory_order_acquire);
    if (done != kWaits) return done;
  }
  return ETIMEDOUT;
}

absl::Status InstallBy(Courier& courier, const Filter& filter) {
  if (absl::Status status = SendOut(courier); !status.ok()) return status;
  const absl::StatusOr<int> listener =
      Install({filter.program, filter.flags | kFlagNewListener});
  courier.board->listener.store(listener.ok() ? *listener : kNothing);
  const int error = AwaitDelivery(*courier.board);
  if (!listener.ok()) return listener.status();
  if (error == 0) return absl::OkStatus();
  return SystemUnavailable("the listener could not be sent", error);
}

}  // namespace

absl::Status InstallForAgent(const Filter& filter, const ListenerAgent& agent) {
  const absl::StatusOr<int> connection = Connect(agent.socket_path);
  if (!connection.ok()) return connection.status();
  void* page = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) {
    const int error = errno;
    close(*connection);
    return SystemUnavailable("mmap", error);
  }
  // Stays mapped: the filter may forbid to give it back.
  Courier courier = {new (page) Board, *connection, getpid(), &agent.state};
  absl::Status status = InstallBy(courier, filter);
  // The courier has closed it, unless there never was one.
  if (courier.board->done.load() == kWaits) close(*connection);
  return status;
}

}  // namespace scbpf
