// A seccomp agent that answers one system call: whoever runs under a profile
// that hands mkdir(2) to it may believe that every directory can be made.
//
//   scbpf_supervisor SOCKET COUNT
//
// Listens at SOCKET (a profile's listenerPath), takes one listener, answers
// COUNT calls and ends; "listening" on stdout says that it may be called. A
// call other than mkdir or mkdirat goes on as if the filter had allowed it.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>

#include "scbpf/listen.h"

namespace {

#ifdef SYS_mkdir
constexpr uint32_t kMkdir = SYS_mkdir;
#else
constexpr uint32_t kMkdir = SYS_mkdirat;  // the younger ABIs have no other
#endif

int AcceptOne(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (server < 0 ||
      bind(server, reinterpret_cast<const sockaddr*>(&address),
           sizeof address) != 0 ||
      listen(server, 1) != 0) {
    return -1;
  }
  std::cout << "listening" << std::endl;
  const int connection = accept4(server, nullptr, nullptr, SOCK_CLOEXEC);
  close(server);
  unlink(path.c_str());
  return connection;
}

// The text at `address` of the thread, up to its NUL.
std::string ReadText(uint32_t thread, uint64_t address) {
  std::array<char, 256> text = {};
  const std::string file = "/proc/" + std::to_string(thread) + "/mem";
  const int memory = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (memory < 0) return {};
  const ssize_t got =
      pread(memory, text.data(), text.size() - 1, static_cast<off_t>(address));
  close(memory);
  return got > 0 ? std::string(text.data()) : std::string();
}

absl::Status Answer(const scbpf::Listener& listener,
                    const scbpf::Notification& asked) {
  const bool at = asked.call.nr == SYS_mkdirat;
  if (!at && asked.call.nr != kMkdir) return listener.Continue(asked.id);
  const std::string path = ReadText(asked.thread, asked.call.args[at ? 1 : 0]);
  // Only now is it known that the text was that thread's.
  const absl::StatusOr<bool> waiting = listener.IsWaiting(asked.id);
  if (!waiting.ok()) return waiting.status();
  if (!*waiting) return absl::OkStatus();
  std::cout << "mkdir " << path << std::endl;
  if (path == "/forbidden") return listener.Fail(asked.id, EROFS);
  return listener.Respond(asked.id, 0);
}

absl::Status Serve(int connection, int count) {
  absl::StatusOr<scbpf::ReceivedListener> received =
      scbpf::ReceiveListener(connection);
  close(connection);
  if (!received.ok()) return received.status();
  std::cout << received->state << std::endl;
  while (count-- > 0) {
    const auto asked = received->listener.Receive(std::chrono::seconds(10));
    if (!asked.ok()) return asked.status();
    const absl::Status status = Answer(received->listener, *asked);
    // NotFound: the call was interrupted, and that is no mistake.
    if (!status.ok() && !absl::IsNotFound(status)) return status;
  }
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: scbpf_supervisor SOCKET COUNT\n";
    return 2;
  }
  const int connection = AcceptOne(argv[1]);
  if (connection < 0) {
    std::cerr << argv[1] << ": " << strerror(errno) << "\n";
    return 1;
  }
  const absl::Status status = Serve(connection, std::atoi(argv[2]));
  if (!status.ok()) {
    std::cerr << status.message() << "\n";
    return 1;
  }
  return 0;
}
