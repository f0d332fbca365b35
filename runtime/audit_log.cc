// Reads the audit multicast group (source: kernel/audit.c, audit_multicast_bind
// and kauditd_send_multicast_skb).
#include "scbpf/audit_log.h"

#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "runtime/system_error.h"

namespace scbpf {
namespace {

// Room for some tens of thousands of records. The kernel charges a record with
// about three times its length.
constexpr int kBufferSize = 128 << 20;

bool InFirstUserNamespace() {
  std::ifstream map("/proc/self/uid_map");
  if (!map) return true;  // no /proc: not known
  uint64_t inside = 0;
  uint64_t outside = 0;
  uint64_t count = 0;
  map >> inside >> outside >> count;
  // Empty in a new namespace.
  return map && inside == 0 && outside == 0 && count == 0xffffffff;
}

bool HasCapability(unsigned capability) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> data = {};
  if (syscall(SYS_capget, &header, data.data()) != 0) return false;
  return ((data.at(capability / 32).effective >> (capability % 32)) & 1) != 0;
}

absl::Status ExplainOpening(int error) {
  if (error == EPROTONOSUPPORT || error == EAFNOSUPPORT) {
    return absl::UnimplementedError(
        "this kernel has no audit log (CONFIG_AUDIT is off)");
  }
  if (error != EPERM && error != EACCES) {
    return SystemUnavailable("the audit log cannot be read", error);
  }
  const std::string what = "the audit log may not be read: ";
  if (!HasCapability(CAP_AUDIT_READ)) {
    return absl::PermissionDeniedError(what + "CAP_AUDIT_READ is missing");
  }
  if (!InFirstUserNamespace()) {
    return absl::PermissionDeniedError(
        what +
        "CAP_AUDIT_READ counts in the first user namespace alone, and this "
        "process is in another");
  }
  return absl::PermissionDeniedError(
      what + "a security module or a filter refuses it");
}

void EnlargeBuffer(int log) {
  const int size = kBufferSize;
  if (setsockopt(log, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) == 0) {
    return;
  }
  // Without CAP_NET_ADMIN: as much as net.core.rmem_max allows.
  setsockopt(log, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

// The column Drops of the socket's row in /proc/net/netlink, or nullopt.
std::optional<uint64_t> ReadDrops(uint32_t port) {
  std::ifstream table("/proc/net/netlink");
  for (std::string line; std::getline(table, line);) {
    std::istringstream row(line);
    std::string socket, groups, skipped;
    int family = -1;
    uint32_t id = 0;
    row >> socket >> family >> id >> groups;
    if (!row || family != NETLINK_AUDIT || id != port) continue;
    uint64_t drops = 0;
    row >> skipped >> skipped >> skipped >> skipped >> drops;
    if (row) return drops;
  }
  return std::nullopt;
}

std::string RecordText(uint16_t type, const char* text, size_t size) {
  std::string record = "type=" + std::to_string(type) + " msg=";
  record.append(text, size);
  while (!record.empty() && (record.back() == '\0' || record.back() == '\n')) {
    record.pop_back();
  }
  return record;
}

}  // namespace

absl::StatusOr<AuditLog> AuditLog::Open() {
  const int log = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
                         NETLINK_AUDIT);
  if (log < 0) return ExplainOpening(errno);
  AuditLog opened(log);
  EnlargeBuffer(log);
  sockaddr_nl address = {};
  address.nl_family = AF_NETLINK;
  address.nl_groups = 1u << (AUDIT_NLGRP_READLOG - 1);
  if (bind(log, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return ExplainOpening(errno);
  }
  return opened;
}

AuditLog::AuditLog(AuditLog&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), overflows_(other.overflows_) {}

AuditLog::~AuditLog() {
  if (socket_ >= 0) close(socket_);
}

absl::StatusOr<std::optional<std::string>> AuditLog::Read(
    std::chrono::milliseconds timeout) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + timeout;
  // The longest record that the kernel writes is MAX_AUDIT_MESSAGE_LENGTH.
  alignas(nlmsghdr) std::array<char, 16384> buffer;
  while (true) {
    const ssize_t size = recv(socket_, buffer.data(), buffer.size(), 0);
    if (size >= static_cast<ssize_t>(sizeof(nlmsghdr))) {
      nlmsghdr header;
      std::memcpy(&header, buffer.data(), sizeof header);
      // nlmsg_len leaves out the header in records of some kernels.
      return RecordText(header.nlmsg_type, buffer.data() + sizeof header,
                        static_cast<size_t>(size) - sizeof header);
    }
    if (size >= 0 || errno == EINTR) continue;
    if (errno == ENOBUFS) {
      ++overflows_;
      continue;
    }
    if (errno != EAGAIN) return SystemUnavailable("the audit log", errno);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - Clock::now());
    if (left.count() <= 0) return std::nullopt;
    pollfd wait = {socket_, POLLIN, 0};
    poll(&wait, 1, static_cast<int>(std::min<int64_t>(left.count(), 60000)));
  }
}

uint64_t AuditLog::Lost() const {
  sockaddr_nl address = {};
  socklen_t size = sizeof address;
  if (getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return overflows_;
  }
  return std::max(overflows_, ReadDrops(address.nl_pid).value_or(0));
}

absl::Status CheckActionIsLogged(const std::string& word) {
  std::ifstream words("/proc/sys/kernel/seccomp/actions_logged");
  if (!words) return absl::OkStatus();  // before Linux 4.14, or no /proc
  for (std::string each; words >> each;) {
    if (each == word) return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      "the kernel does not record this: kernel.seccomp.actions_logged lacks " +
      word);
}

}  // namespace scbpf
