// Tables of calls and their counts: strace -c, perf trace -s.
#ifndef SCBPF_WORKFLOW_COUNT_TABLE_H_
#define SCBPF_WORKFLOW_COUNT_TABLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  // Where the table that the next lines may belong to has what.
  struct Columns {
    size_t count = 0;
    size_t name = 0;
    size_t calls = 0;
    size_t errors = 0;  // past the others: there is none
  };

  bool ReadHead(std::string_view line);
  bool ReadProgram(std::string_view line);
  Answer ReadRow(std::string_view line, Record& record);
  std::string_view Cell(const std::vector<std::string_view>& words,
                        size_t column) const;

  const Abi* native_;
  const Abi* abi_;
  std::optional<Columns> columns_;
  std::string program_;  // that perf names above a table
  int64_t pid_ = 0;
};

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_COUNT_TABLE_H_
