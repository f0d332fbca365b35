// Answering the calls that a filter hands to user space (USER_NOTIF), and
// passing the listener to who answers. Linux 5.0 or newer.
#ifndef SCBPF_LISTEN_H_
#define SCBPF_LISTEN_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scbpf/call.h"
#include "scbpf/program.h"

namespace scbpf {

// A call that waits for its answer.
struct Notification {
  uint64_t id = 0;
  // The thread that calls, as this process numbers it; 0: it cannot see it.
  uint32_t thread = 0;
  Call call;
};

// A descriptor to be given to the thread that waits.
struct NewDescriptor {
  int fd = -1;                  // here
  std::optional<int> number{};  // there; absent: the lowest free one
  bool close_on_exec = false;   // there
  bool is_the_answer = false;   // the call returns the number, at once
};

// How long to wait; nullopt: for ever.
using Patience = std::optional<std::chrono::milliseconds>;

// Owns a listener: what Install() returns with kFlagNewListener. When the last
// descriptor of a listener is closed, every call that waits, and every later
// one, gets ENOSYS. A Listener may be used by several threads at once.
//
// Arguments that are pointers lie in the caller's memory (process_vm_readv(2),
// /proc/PID/mem), and another thread of it may change them: read them, ask
// IsWaiting() whether they were still that thread's, and never base a decision
// on memory that the kernel will read again after Continue().
class Listener {
 public:
  // Takes the descriptor over.
  explicit Listener(int fd) : fd_(fd) {}
  Listener(Listener&& other) noexcept : fd_(other.Release()) {}
  Listener& operator=(Listener&& other) noexcept;
  ~Listener();

  // -1: there is none.
  int fd() const { return fd_; }
  // Gives the descriptor away.
  int Release();

  // The next call; waits for it. Errors:
  //   DeadlineExceeded  none came in time
  //   NotFound          no process is left that this filter could ask for
  //   Aborted           a signal handler ran
  absl::StatusOr<Notification> Receive(Patience patience) const;

  // The call returns `value`, or fails with `error` (an errno, positive), or
  // goes on as if the filter had allowed it. Errors:
  //   NotFound            the call waits no longer: it was interrupted, or its
  //                       thread died. Nothing to worry about
  //   FailedPrecondition  it has its answer
  //   InvalidArgument     no errno (1 .. 4095)
  //   Unimplemented       Continue() before Linux 5.5
  absl::Status Respond(uint64_t id, int64_t value) const;
  absl::Status Fail(uint64_t id, int error) const;
  absl::Status Continue(uint64_t id) const;

  // Whether the call still waits, so that the thread is still the one that
  // called and what was read of its memory was its own.
  absl::StatusOr<bool> IsWaiting(uint64_t id) const;

  // Gives the waiting thread a descriptor and returns its number there. Errors
  // as Respond()'s, and:
  //   ResourceExhausted  no descriptor is left there
  //   Unimplemented      before Linux 5.9, is_the_answer before 5.14
  absl::StatusOr<int> Add(uint64_t id, const NewDescriptor& descriptor) const;

 private:
  int fd_ = -1;
};

// Who gets the listener of a filter: a profile's listenerPath, and the
// document that goes with it (the OCI container process state, in JSON).
struct ListenerAgent {
  std::string socket_path;
  std::string state;
};

// Installs `filter` with kFlagNewListener as Install() does, and sends the
// listener over the UNIX stream socket of the agent, with SCM_RIGHTS beside
// the first byte of the state. The agent is called before the filter is
// installed; what sends is a process of its own without the filter, so that
// it works whatever the filter says of sendmsg(2). The thread keeps no
// descriptor of the listener. For a process of one thread: it clones itself.
// Errors as Install()'s, and Unavailable: the agent cannot be reached (nothing
// is installed), or it went before it had the listener (the filter is
// installed, and its calls get ENOSYS).
absl::Status InstallForAgent(const Filter& filter, const ListenerAgent& agent);

// The agent's side: what came over an accepted connection. Reads to the end of
// the state, a JSON object, or of the connection.
// Errors: InvalidArgument (no descriptor, several, or more than 1 MiB came),
// Unavailable (the system).
struct ReceivedListener {
  Listener listener;
  std::string state;
};
absl::StatusOr<ReceivedListener> ReceiveListener(int connection);

// Sends descriptor `fd` and `state` over `connection`; Unavailable: the system
// refused.
absl::Status SendListener(int connection, int fd, std::string_view state);

}  // namespace scbpf

#endif  // SCBPF_LISTEN_H_
