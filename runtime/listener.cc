// The ioctls of a listener (source: kernel/seccomp.c).
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/system_error.h"
#include "scbpf/listen.h"

#ifndef SECCOMP_USER_NOTIF_FLAG_CONTINUE
#error "the kernel headers must be of Linux 5.9 or newer"
#endif
// Linux 5.14.
#ifndef SECCOMP_ADDFD_FLAG_SEND
#define SECCOMP_ADDFD_FLAG_SEND (1UL << 1)
#endif

namespace scbpf {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kGreatestErrno = 4095;

// Newer kernels may have longer structs; they must find zeros there.
template <typename Base>
union Padded {
  Base base;
  std::byte room[512];
};

absl::Status Gone() { return absl::NotFoundError("the call waits no longer"); }

absl::Status ExplainAnswer(const char* what, int error) {
  switch (error) {
    case ENOENT:
      return Gone();
    case EINPROGRESS:
    case EBUSY:
      return absl::FailedPreconditionError("the call has its answer");
    case EINVAL:
    case ENOTTY:
      return absl::UnimplementedError(
          absl::StrCat("this kernel knows no ", what));
    case EMFILE:
      return absl::ResourceExhaustedError(
          "the calling process has no descriptor left");
    case EBADF:
      return absl::InvalidArgumentError("no such descriptor");
    default:
      return SystemUnavailable(what, error);
  }
}

absl::Status Send(int fd, const seccomp_notif_resp& answer, const char* what) {
  Padded<seccomp_notif_resp> padded = {};
  padded.base = answer;
  while (ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, &padded) < 0) {
    if (errno != EINTR) return ExplainAnswer(what, errno);
  }
  return absl::OkStatus();
}

Notification Read(const seccomp_notif& raw) {
  Notification notification;
  notification.id = raw.id;
  notification.thread = raw.pid;
  notification.call.nr = static_cast<uint32_t>(raw.data.nr);
  notification.call.arch = raw.data.arch;
  notification.call.instruction_pointer = raw.data.instruction_pointer;
  std::copy(std::begin(raw.data.args), std::end(raw.data.args),
            notification.call.args.begin());
  return notification;
}

// Milliseconds for poll(2), rounded up.
int Left(const std::optional<Clock::time_point>& end) {
  if (!end.has_value()) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*end - Clock::now());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 0, INT_MAX));
}

// Ok: a call waits to be received.
absl::Status WaitForCall(int fd, const std::optional<Clock::time_point>& end) {
  while (true) {
    pollfd about = {fd, POLLIN, 0};
    const int left = Left(end);
    const int ready = poll(&about, 1, left);
    if (ready < 0 && errno == EINTR) {
      return absl::AbortedError("a signal handler ran");
    }
    if (ready < 0) return SystemUnavailable("poll", errno);
    if ((about.revents & POLLNVAL) != 0) {
      return absl::InvalidArgumentError("no open descriptor");
    }
    if ((about.revents & POLLIN) != 0) return absl::OkStatus();
    if ((about.revents & (POLLHUP | POLLERR)) != 0) {
      return absl::NotFoundError("no process is left under the filter");
    }
    if (left != INT_MAX) {
      return absl::DeadlineExceededError("no call came in time");
    }
  }
}

}  // namespace

Listener& Listener::operator=(Listener&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) close(fd_);
    fd_ = other.Release();
  }
  return *this;
}

Listener::~Listener() {
  if (fd_ >= 0) close(fd_);
}

int Listener::Release() { return std::exchange(fd_, -1); }

absl::StatusOr<Notification> Listener::Receive(Patience patience) const {
  std::optional<Clock::time_point> end;
  if (patience.has_value()) end = Clock::now() + *patience;
  while (true) {
    if (absl::Status status = WaitForCall(fd_, end); !status.ok()) {
      return status;
    }
    Padded<seccomp_notif> padded = {};
    if (ioctl(fd_, SECCOMP_IOCTL_NOTIF_RECV, &padded) == 0) {
      return Read(padded.base);
    }
    if (errno == EINTR) return absl::AbortedError("a signal handler ran");
    // ENOENT: its thread was interrupted meanwhile, or another receiver was
    // faster.
    if (errno == ENOENT) continue;
    if (errno == ENOTTY || errno == EINVAL) {
      return absl::InvalidArgumentError("the descriptor is no listener");
    }
    return SystemUnavailable("receiving a notification", errno);
  }
}

absl::Status Listener::Respond(uint64_t id, int64_t value) const {
  return Send(fd_, {id, value, 0, 0}, "answers to notifications");
}

absl::Status Listener::Fail(uint64_t id, int error) const {
  if (error < 1 || error > kGreatestErrno) {
    return absl::InvalidArgumentError(
        absl::StrCat(error, " is no errno: they go from 1 to 4095"));
  }
  return Send(fd_, {id, 0, -error, 0}, "answers to notifications");
}

absl::Status Listener::Continue(uint64_t id) const {
  return Send(fd_, {id, 0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE},
              "continuing of a call (Linux 5.5 does)");
}

absl::StatusOr<bool> Listener::IsWaiting(uint64_t id) const {
  if (ioctl(fd_, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0) return true;
  // Before 5.10.10 the request was coded with the wrong direction.
  if (errno == EINVAL || errno == ENOTTY) {
    if (ioctl(fd_, SECCOMP_IOR(2, __u64), &id) == 0) return true;
  }
  if (errno == ENOENT) return false;
  return SystemUnavailable("asking for a notification", errno);
}

absl::StatusOr<int> Listener::Add(uint64_t id,
                                  const NewDescriptor& descriptor) const {
  seccomp_notif_addfd request = {};
  request.id = id;
  request.srcfd = static_cast<uint32_t>(descriptor.fd);
  if (descriptor.number.has_value()) {
    request.flags |= SECCOMP_ADDFD_FLAG_SETFD;
    request.newfd = static_cast<uint32_t>(*descriptor.number);
  }
  if (descriptor.is_the_answer) request.flags |= SECCOMP_ADDFD_FLAG_SEND;
  if (descriptor.close_on_exec) request.newfd_flags = O_CLOEXEC;
  while (true) {
    const int number = ioctl(fd_, SECCOMP_IOCTL_NOTIF_ADDFD, &request);
    if (number >= 0) return number;
    if (errno == EINTR) continue;
    return ExplainAnswer("adding of descriptors as asked (Linux 5.14 does)",
                         errno);
  }
}

}  // namespace scbpf
