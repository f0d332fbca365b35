// Passing a listener over a UNIX socket, as OCI runtimes and their agents do.
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "runtime/system_error.h"
#include "scbpf/listen.h"

namespace scbpf {
namespace {

constexpr size_t kMostState = size_t{1} << 20;

// Room for the descriptors of one message, aligned as a header is. More than
// one, to see when somebody sends more.
union Control {
  cmsghdr header;
  char room[CMSG_SPACE(8 * sizeof(int))];
};

// Sends what is left, with `fd` beside its first byte unless it is -1.
ssize_t SendPart(int connection, int fd, std::string_view part) {
  iovec bytes = {const_cast<char*>(part.data()), part.size()};
  Control control = {};
  msghdr message = {};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  if (fd >= 0) {
    message.msg_control = control.room;
    message.msg_controllen = CMSG_SPACE(sizeof fd);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  }
  return sendmsg(connection, &message, MSG_NOSIGNAL);
}

// Takes every descriptor of the message over; the last one stays.
int TakeDescriptors(msghdr& message, Listener& listener) {
  int count = 0;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
      continue;
    }
    const size_t fds = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < fds; ++i, ++count) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
      listener = Listener(fd);
    }
  }
  return count;
}

// Follows a JSON text to the end of its object: runtimes keep the connection
// open after that (runc and crun do, for as long as the container runs).
class ObjectEnd {
 public:
  // Whether the object is complete with this part.
  bool Take(std::string_view part) {
    for (const char c : part) {
      if (in_string_) {
        in_string_ = escaped_ || c != '"';
        escaped_ = !escaped_ && c == '\\';
      } else if (c == '"') {
        in_string_ = true;
      } else if (c == '{') {
        ++depth_;
      } else if (c == '}' && --depth_ == 0) {
        return true;
      }
    }
    return false;
  }

 private:
  int depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace

absl::Status SendListener(int connection, int fd, std::string_view state) {
  if (state.empty()) {
    return absl::InvalidArgumentError("a descriptor travels beside a byte");
  }
  while (!state.empty()) {
    const ssize_t sent = SendPart(connection, fd, state);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return SystemUnavailable("sending the listener", errno);
    state.remove_prefix(static_cast<size_t>(sent));
    fd = -1;
  }
  return absl::OkStatus();
}

absl::StatusOr<ReceivedListener> ReceiveListener(int connection) {
  ReceivedListener received = {Listener(-1), {}};
  int descriptors = 0;
  ObjectEnd end;
  char buffer[4096];
  while (true) {
    iovec bytes = {buffer, sizeof buffer};
    Control control = {};
    msghdr message = {};
    message.msg_iov = &bytes;
    message.msg_iovlen = 1;
    message.msg_control = control.room;
    message.msg_controllen = sizeof control.room;
    const ssize_t got = recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemUnavailable("receiving a listener", errno);
    descriptors += TakeDescriptors(message, received.listener);
    if (got == 0) break;
    const std::string_view part(buffer, static_cast<size_t>(got));
    received.state.append(part);
    if (end.Take(part)) break;
    if (received.state.size() > kMostState) {
      return absl::InvalidArgumentError("a state of more than 1 MiB");
    }
  }
  if (descriptors != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat(descriptors, " descriptors came instead of one"));
  }
  return received;
}

}  // namespace scbpf
