// Lines in which a log says what it lost.
#ifndef SCBPF_WORKFLOW_LOG_LOSSES_H_
#define SCBPF_WORKFLOW_LOG_LOSSES_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace scbpf {

struct LogLoss {
  bool by_audit = false;  // the kernel's audit queue; else a rate limit behind
  uint64_t amount = 0;    // how many messages, 0: not said
};

// Reads "kauditd_printk_skb: 12 callbacks suppressed", "audit: audit_lost=3
// ...", "audit: rate limit exceeded", "** 5 printk messages dropped **", and
// what journald and rsyslog write of messages they dropped.
std::optional<LogLoss> ReadLoss(std::string_view line);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_LOG_LOSSES_H_
