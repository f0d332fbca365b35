// The kernel's seccomp records, read from its netlink audit group.
#ifndef SCBPF_AUDIT_LOG_H_
#define SCBPF_AUDIT_LOG_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace scbpf {

// Receives every record that the kernel writes from the opening on, whoever
// caused it, whether or not an audit daemon runs: those of seccomp, and those
// of other types, without which the serials would seem to have gaps.
class AuditLog {
 public:
  // Joins AUDIT_NLGRP_READLOG, with the largest receive buffer that the caller
  // may have. Errors:
  //   PermissionDenied  says which privilege is missing
  //   Unimplemented     a kernel without audit (CONFIG_AUDIT)
  //   Unavailable       another refusal
  // In a network namespace other than the first, opening succeeds and no
  // record ever comes.
  static absl::StatusOr<AuditLog> Open();

  AuditLog(AuditLog&& other) noexcept;
  AuditLog& operator=(AuditLog&&) = delete;
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;
  ~AuditLog();

  // For poll(2): readable when Read() has something to do.
  int descriptor() const { return socket_; }

  // The next record as a line without its end, "type=1326 msg=audit(...):
  // auid=..." (1326: SECCOMP). nullopt: none came in time.
  absl::StatusOr<std::optional<std::string>> Read(
      std::chrono::milliseconds timeout);

  // How many records of any type the kernel dropped so far because they were
  // not read fast enough.
  uint64_t Lost() const;

 private:
  explicit AuditLog(int socket) : socket_(socket) {}

  int socket_;
  uint64_t overflows_ = 0;
};

// Ok, or FailedPrecondition: kernel.seccomp.actions_logged does not have `word`
// ("log", "errno", "kill_process", ...), so that no such answer is recorded.
absl::Status CheckActionIsLogged(const std::string& word);

}  // namespace scbpf

#endif  // SCBPF_AUDIT_LOG_H_
