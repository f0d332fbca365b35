// The text of an audit record, wherever in a line it stands.
#ifndef SCBPF_WORKFLOW_AUDIT_TEXT_H_
#define SCBPF_WORKFLOW_AUDIT_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "workflow/record.h"

namespace scbpf {

// What a line holds of the audit system.
enum class AuditText : uint8_t {
  kNone,
  kSeccomp,    // a whole SECCOMP record
  kTruncated,  // the beginning of one, without its arch= or syscall=
  kOther,      // a record of another type, of which the serial is known
};

// Where names in hex are decoded to; its strings keep their memory.
struct DecodedNames {
  std::string comm;
  std::string exe;
};

// Reads the audit record in `line`, behind any prefix: the kernel's log
// ("audit: type=1326 audit(T:N): ..."), auditd's and netlink's ("type=SECCOMP
// msg=audit(T:N): ...", what auditd adds behind byte 0x1d being left out),
// `ausearch -i`'s, a journal's ("SECCOMP auid=..."). Dates without a zone are
// `zone_seconds` ahead of UTC. Only the members that the text has are set; of
// kOther: time and serial. The views in `record` point into `line` or `names`.
// `rest`: the line behind the record, where another may stand.
AuditText ReadAuditText(std::string_view line, int64_t zone_seconds,
                        DecodedNames& names, Record& record,
                        std::string_view& rest);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_AUDIT_TEXT_H_
