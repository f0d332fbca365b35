// One system call that a log says happened, whatever the log's form.
#ifndef SCBPF_WORKFLOW_RECORD_H_
#define SCBPF_WORKFLOW_RECORD_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "arch/abi.h"

namespace scbpf {

// The argument that profiles narrow a few calls by (see NarrowedArgument), as
// the log has it; no value: its text says none that is known.
struct RecordArgument {
  uint8_t index = 0;
  std::optional<uint64_t> value;
};

// Views live until the reader's next line.
struct Record {
  enum class Source : uint8_t {
    kAudit,   // the kernel's SECCOMP record
    kStrace,  // a line of strace
    kTable,   // a row of strace -c or perf trace -s
  };
  Source source = Source::kAudit;
  // The ABI; nullptr: no ABI has the record's audit token, or the log writes a
  // word that names none.
  const Abi* abi = nullptr;
  std::optional<uint32_t> token;  // as recorded
  std::string_view abi_word;      // the ABI in the log's own words
  std::optional<uint32_t> nr;     // as a filter sees it: bit 30 included
  std::string_view name;          // where the log has a name, no number
  std::optional<uint32_t> code;   // what the filter answered, without data
  std::optional<std::string_view> comm;
  std::optional<std::string_view> exe;
  std::optional<int64_t> pid;
  std::optional<int64_t> time_ms;  // since the epoch
  std::optional<uint64_t> serial;  // of the audit event
  std::optional<RecordArgument> argument;
  uint64_t calls = 1;  // how many a table's row stands for
  // A journal's copy of an audit record has no serial; this tells whether two
  // records say the same (0: not compared).
  uint64_t text_hash = 0;
  uint64_t line = 0;  // of its log, from 1
};

}  // namespace scbpf

#endif  // SCBPF_WORKFLOW_RECORD_H_
