// Tables of calls and their counts: strace -c, perf trace -s.
#ifndef SCBPF_WORKFLOW_COUNT_TABLE_H_
#define SCBPF_WORKFLOW_COUNT_TABLE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "workflow/record.h"

namespace scbpf {

class CountTables {
 public:
  enum class Answer : uint8_t {
    kNotMine,
    kMine,  // a head, a sum, what stands around a table
    kCall,
    kBadRow,  // the table is taken to be at its end
  };

  explicit CountTables(const Abi* native) : native_(native), abi_(native) {}

  Answer Read(std::string_view line, Record& record);

 private:
  bool ReadHead(std::string_view line);
  bool ReadProgram(std::string_view line);
  Answer ReadRow(std::string_view line, Record& record);

  const Abi* native_;
  const Abi* abi_;
  std::string head_;  // of the table that the next lines may belong to
  bool name_first_ = false;
  std::string program_;  // that perf names above a table
  int64_t pid_ = 0;
};

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_COUNT_TABLE_H_
