// Points in time as logs and people write them.
#ifndef SCBPF_WORKFLOW_LOG_TIME_H_
#define SCBPF_WORKFLOW_LOG_TIME_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace scbpf {

// Milliseconds since the epoch of
//   * seconds since the epoch: "1795478491", "1795478491.851", "@1795478491";
//   * an ISO date, with or without a time and a zone: "2026-11-25",
//     "2026-11-25T18:00", "2026-11-25 18:00:00.123+01:00", "...Z";
//   * a date as `ausearch -i` has it: "11/25/26 18:00:00.123".
// Without a zone the text is that many seconds ahead of UTC. nullopt: none.
std::optional<int64_t> ParseLogTime(std::string_view text,
                                    int64_t zone_seconds);

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_LOG_TIME_H_
