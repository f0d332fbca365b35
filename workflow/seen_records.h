// Knows a record that came before, from another log or another framing.
#ifndef SCBPF_WORKFLOW_SEEN_RECORDS_H_
#define SCBPF_WORKFLOW_SEEN_RECORDS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "workflow/record.h"

namespace scbpf {

// Audit events are told apart by their time and serial. What a journal keeps
// of one has neither; there the same text, as often, is the same records.
//
// The memory is a fixed number of slots, 64 serials of one second each: logs
// of more than some 30 million dense or 500 thousand sparse records may push
// the oldest out, and a copy of those then counts as new.
class SeenRecords {
 public:
  SeenRecords();

  // Whether `record` is a copy of an earlier one; it is known from then on.
  bool IsCopy(const Record& record);

 private:
  struct Serials {
    uint64_t key = 0;
    uint64_t bits = 0;
  };
  struct Text {
    uint64_t hash = 0;
    uint32_t with_serial = 0;
    uint32_t without_serial = 0;
  };

  bool IsKnownSerial(int64_t time_ms, uint64_t serial);
  bool IsKnownText(const Record& record);

  std::vector<Serials> serials_;
  std::vector<Text> texts_;
};

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_SEEN_RECORDS_H_
